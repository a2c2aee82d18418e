/** Giving, changing and taking note of an answer: the node's answer is the exchange as it is then, shown everywhere. */
import { useMutation } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import { useShown } from "@/api/shown";
import type { AnswerKind } from "./words";

export interface Given {
  answer: AnswerKind;
  text?: string;
  phone?: string;
}

export function useAnswer(exchange: string) {
  const shown = useShown();
  return useMutation({
    mutationFn: ({ answer, text = "", phone = "" }: Given) =>
      data(api.POST("/exchanges/{exchange}/answer", { params: { path: { exchange } }, body: { answer, text, phone } })),
    onSuccess: shown,
  });
}

export function useHeard(exchange: string) {
  const shown = useShown();
  return useMutation({
    mutationFn: () => data(api.POST("/exchanges/{exchange}/answer/heard", { params: { path: { exchange } } })),
    onSuccess: shown,
  });
}
