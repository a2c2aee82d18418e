/** Giving, changing and taking note of an answer: the node's answer is the exchange as it is then, shown everywhere. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import type { Exchange } from "@/api/types";
import type { AnswerKind } from "./words";

export interface Given {
  answer: AnswerKind;
  text?: string;
  phone?: string;
}

interface Pages {
  pages: { rows: Exchange[] }[];
}

/** Puts an exchange as it is now wherever it is on screen. */
export function useShown(): (row: Exchange) => void {
  const client = useQueryClient();
  return (row) => {
    client.setQueryData(["exchange", row.id], row);
    client.setQueriesData<Pages>({ queryKey: ["exchanges"] }, (cached) =>
      cached === undefined
        ? cached
        : {
            ...cached,
            pages: cached.pages.map((page) => ({
              ...page,
              rows: page.rows.map((one) => (one.id === row.id ? row : one)),
            })),
          },
    );
    void client.invalidateQueries({ queryKey: ["history", row.id] });
  };
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
