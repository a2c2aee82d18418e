/** What the desk asks of the node for one import: its series and orders, and that nobody else decides meanwhile. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, data } from "@/api/client";
import { failureOf } from "@/api/failure";
import type { components } from "@/api/schema";
import type { Exchange } from "@/api/types";
import { exchangeKey } from "./useExchanges";

export type Series = components["schemas"]["ArrivedSeries"];
export type Order = components["schemas"]["OrderObject"];
export type Orders = components["schemas"]["Orders"];
export type Rekeying = components["schemas"]["RekeyObject"];
export type MadeOrder = components["schemas"]["MadeOrderObject"];

/** A claim holds for five minutes; a screen that is open renews it well before. */
const RENEW_MS = 120_000;

function path(id: string) {
  return { path: { exchange: id } };
}

/** Series of an arrival, and what was undone of it. */
export function useImportOf(id: string) {
  return useQuery({
    queryKey: ["import", id],
    queryFn: ({ signal }) => data(api.GET("/exchanges/{exchange}/import", { params: path(id), signal })),
    staleTime: 0,
    gcTime: 0,
  });
}

/** Orders that fit under this own number; asked once there is one. */
export function useOrders(id: string, number: string, issuer: string) {
  return useQuery({
    queryKey: ["orders", id, number, issuer],
    queryFn: ({ signal }) =>
      data(api.POST("/exchanges/{exchange}/orders", { params: path(id), body: { number, issuer }, signal })),
    enabled: number !== "",
    staleTime: 0,
    gcTime: 0,
  });
}

/** Claims an arrival for as long as a dialog about it is open. */
export function useClaim(id: string) {
  const client = useQueryClient();
  const claim = useMutation({
    mutationFn: (takeOver: boolean) =>
      data(api.POST("/exchanges/{exchange}/claim", { params: path(id), body: { take_over: takeOver } })),
    onSuccess: (row: Exchange) => client.setQueryData(exchangeKey(row.id), row),
  });
  const { mutate } = claim;
  useEffect(() => {
    mutate(false);
    const timer = window.setInterval(() => mutate(false), RENEW_MS);
    return () => {
      window.clearInterval(timer);
      // nobody waits for it: a claim that is not given up runs out by itself
      void api.POST("/exchanges/{exchange}/release", { params: path(id) }).catch(() => undefined);
    };
  }, [id, mutate]);
  const failure = claim.error === null ? null : failureOf(claim.error);
  return {
    taken: failure?.code === "desk-taken",
    failure: failure?.code === "desk-taken" ? null : failure,
    row: claim.data,
    pending: claim.isPending,
    takeOver: () => mutate(true),
  };
}
