/** Asking, sending, refusing and taking note: each is one call, and its answer is the exchange as it is then. */
import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import type { components } from "@/api/schema";
import { useShown } from "@/api/shown";
import type { Exchange } from "@/api/types";

type Schemas = components["schemas"];
export type Askable = Schemas["Askable"];
export type OtherStudy = Schemas["OtherStudy"];
export type Study = Schemas["StudyObject"];

export type Act =
  | { kind: "ask"; body: Schemas["AskChoice"] }
  | { kind: "supply"; number: number; body: Schemas["SupplyChoice"] }
  | { kind: "refuse"; number: number; body: Schemas["RefusalChoice"] }
  | { kind: "heard"; number: number };

function carryOut(exchange: string, act: Act): Promise<Exchange> {
  if (act.kind === "ask")
    return data(api.POST("/exchanges/{exchange}/requests", { params: { path: { exchange } }, body: act.body }));
  const params = { path: { exchange, number: String(act.number) } };
  switch (act.kind) {
    case "supply":
      return data(api.POST("/exchanges/{exchange}/requests/{number}/supply", { params, body: act.body }));
    case "refuse":
      return data(api.POST("/exchanges/{exchange}/requests/{number}/refuse", { params, body: act.body }));
    case "heard":
      return data(api.POST("/exchanges/{exchange}/requests/{number}/heard", { params }));
  }
}

export function useRequest(exchange: string) {
  const shown = useShown();
  return useMutation({ mutationFn: (act: Act) => carryOut(exchange, act), onSuccess: shown });
}

export function askableQuery(exchange: string) {
  return queryOptions({
    queryKey: ["missing", "askable", exchange],
    queryFn: ({ signal }) => data(api.GET("/exchanges/{exchange}/askable", { params: { path: { exchange } }, signal })),
    staleTime: 30_000,
    gcTime: 30_000,
    retry: false,
  });
}

export function letterQuery(exchange: string, kinds: string[], phone: string, language: string) {
  return queryOptions({
    queryKey: ["missing", "letter", exchange, kinds, phone, language],
    queryFn: ({ signal }) =>
      data(
        api.POST("/exchanges/{exchange}/requests/letter", {
          params: { path: { exchange } },
          body: { kinds, phone, language },
          signal,
        }),
      ),
    staleTime: 30_000,
    gcTime: 30_000,
    retry: false,
  });
}

export function unsentQuery(exchange: string, number: number) {
  return queryOptions({
    queryKey: ["missing", "unsent", exchange, number],
    queryFn: ({ signal }) =>
      data(
        api.GET("/exchanges/{exchange}/requests/{number}/unsent", {
          params: { path: { exchange, number: String(number) } },
          signal,
        }),
      ),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
}

/** Other studies of the patient, for a request that asks for earlier ones. */
export function studiesQuery(exchange: string, wanted: boolean) {
  return queryOptions({
    queryKey: ["missing", "studies", exchange],
    queryFn: ({ signal }) => data(api.POST("/sending/search", { body: { text: "", exchange }, signal })),
    enabled: wanted,
    staleTime: 30_000,
    gcTime: 30_000,
    retry: false,
  });
}
