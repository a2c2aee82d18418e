/** What else lies at the node of the patient, as the node says; and which of it to compare with first. */
import { queryOptions } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import type { components } from "@/api/schema";
import type { Source } from "@/join";

export type RelatedStudy = components["schemas"]["RelatedStudyObject"];

export function relatedQuery(source: Source) {
  return queryOptions({
    queryKey: ["related", source.kind, source.id],
    queryFn: async ({ signal }) => {
      const asked =
        source.kind === "exchange"
          ? api.GET("/exchanges/{exchange}/related", { params: { path: { exchange: source.id } }, signal })
          : api.GET("/studies/{study}/related", { params: { path: { study: source.id } }, signal });
      return (await data<components["schemas"]["RelatedStudies"]>(asked)).studies;
    },
    staleTime: 60_000,
    gcTime: 0,
  });
}

export function sourceOf({ kind, id }: Pick<RelatedStudy, "kind" | "id">): Source {
  return { kind: kind === "exchange" ? "exchange" : "study", id };
}

export function sameSource(a: Source, b: Source): boolean {
  return a.kind === b.kind && a.id === b.id;
}

/** Studies other than the current one, those worth comparing first, then newest first. */
export function priorsOf(related: readonly RelatedStudy[]): RelatedStudy[] {
  const moment = (one: RelatedStudy) => `${one.date} ${one.time}`;
  return related
    .filter((one) => !one.current)
    .sort((a, b) => Number(b.relevant) - Number(a.relevant) || moment(b).localeCompare(moment(a)));
}

/** The one that a key or a click opens: the newest that is relevant; null when none is. */
export function bestPrior(related: readonly RelatedStudy[]): RelatedStudy | null {
  return priorsOf(related).find((one) => one.relevant) ?? null;
}
