/** What can be done with an exchange from the list: each is one call, and its answer is the row as it is then. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import { countsQuery } from "@/api/queries";
import type { Exchange } from "@/api/types";
import { type Pages, patchPages } from "./order";
import { exchangeKey } from "./useExchanges";

/** `asOf` is `updated` of the exchange as the reader had it: what a colleague has decided since then stands. */
export type Act = { id: string } & (
  | {
      kind: "import";
      number?: string;
      issuer?: string;
      series?: string[];
      rejected?: boolean;
      order?: string;
      asOf: number;
    }
  | { kind: "refuse"; reason: string; asOf: number }
  | { kind: "rest"; series: string[]; rejected: boolean }
  | { kind: "rekey"; number: string; issuer: string; asOf: number }
  | { kind: "rekey-undo" }
  | { kind: "rekey-confirm" }
  | { kind: "undo"; why: string }
  | { kind: "removed" }
  | { kind: "withdraw" }
  | { kind: "drop" }
  | { kind: "deliver-again" }
);

/** Reasons for which an arrival waits until somebody says which own patient it is. */
const WHO_IS_IT = new Set([
  "bsn-missing",
  "patient-not-found",
  "demographics-differ",
  "several-numbers",
  "import-by-hand",
  "several-orders",
  "only-left-out",
  "all-rejected",
  "undone-and-removed",
  "earlier-import-undone",
  "study-under-other-number",
]);

/** Reasons for which an import waits for its order. */
const ORDER_WAITS = new Set([
  "order-unanswered",
  "order-refused",
  "order-without-number",
  "order-without-procedure",
  "order-unwritable",
]);

/** Whether the import waits for an order that was asked for. */
export function waitsForOrder(row: Exchange): boolean {
  return ORDER_WAITS.has(row.reason?.code ?? "");
}

/** Whether the import needs somebody who chooses the own patient first. */
export function needsChoice(row: Exchange): boolean {
  return WHO_IS_IT.has(row.reason?.code ?? "") || waitsForOrder(row);
}

function carryOut(act: Act): Promise<Exchange> {
  const params = { path: { exchange: act.id } };
  switch (act.kind) {
    case "import":
      return data(
        api.POST("/exchanges/{exchange}/import", {
          params,
          body: {
            number: act.number ?? "",
            issuer: act.issuer ?? "",
            as_of: act.asOf,
            series: act.series ?? null,
            order: act.order ?? null,
            rejected: act.rejected ?? null,
          },
        }),
      );
    case "refuse":
      return data(api.POST("/exchanges/{exchange}/refuse", { params, body: { reason: act.reason, as_of: act.asOf } }));
    case "rest":
      return data(
        api.POST("/exchanges/{exchange}/import-rest", { params, body: { series: act.series, rejected: act.rejected } }),
      );
    case "rekey":
      return data(
        api.POST("/exchanges/{exchange}/re-key", {
          params,
          body: { number: act.number, issuer: act.issuer, as_of: act.asOf },
        }),
      );
    case "rekey-undo":
      return data(api.POST("/exchanges/{exchange}/re-key-undo", { params }));
    case "rekey-confirm":
      return data(api.POST("/exchanges/{exchange}/re-key-confirm", { params }));
    case "undo":
      return data(api.POST("/exchanges/{exchange}/undo-import", { params, body: { why: act.why } }));
    case "removed":
      return data(api.POST("/exchanges/{exchange}/confirm-removed", { params }));
    case "withdraw":
      return data(api.POST("/exchanges/{exchange}/withdraw", { params, body: { reason: "" } }));
    case "drop":
      return data(api.POST("/exchanges/{exchange}/drop", { params }));
    case "deliver-again":
      return data(api.POST("/exchanges/{exchange}/deliver-again", { params }));
  }
}

/** Carries out an act and shows its outcome wherever the exchange is on screen. */
export function useAct() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: carryOut,
    onSuccess: (row) => {
      client.setQueryData(exchangeKey(row.id), row);
      client.setQueriesData<Pages>({ queryKey: ["exchanges"] }, (cached) =>
        cached === undefined ? cached : patchPages(cached, [row], () => false),
      );
      void client.invalidateQueries({ queryKey: ["history", row.id] });
      void client.invalidateQueries({ queryKey: ["import", row.id] });
      void client.invalidateQueries({ queryKey: countsQuery.queryKey });
    },
  });
}
