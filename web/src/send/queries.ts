/** What sending asks of the node. Names and numbers go in bodies, never in an address. */
import { queryOptions } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import type { Person } from "./selection";
import type { SendOrder, Sent, Series, Study } from "./types";

export const bookQuery = queryOptions({
  queryKey: ["send", "book"],
  queryFn: ({ signal }) => data(api.GET("/sending/recipients", { signal })),
  staleTime: 30_000,
});

/** Studies by what was typed, or of the patient of an exchange. */
export function foundQuery(text: string, exchange: string) {
  return queryOptions({
    queryKey: ["send", "found", text, exchange],
    queryFn: ({ signal }) => data(api.POST("/sending/search", { body: { text, exchange }, signal })),
    enabled: text !== "" || exchange !== "",
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
  });
}

export function seriesQuery(study: Study) {
  const { study_uid, source, origin } = study;
  return queryOptions({
    queryKey: ["send", "series", study_uid, source, origin],
    queryFn: async ({ signal }): Promise<Series[]> =>
      (await data(api.POST("/sending/series", { body: { study_uid, source, origin }, signal }))).series,
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
  });
}

/** What to propose for these studies; with what is chosen, whether that is too much. */
export function proposalQuery(person: Person, question: string, urgency: string, selected: string[] | null) {
  const { given } = person;
  const known = person.studies.map(({ study_uid, date, modalities, description, instances }) => ({
    study_uid,
    date,
    modalities,
    description,
    instances: instances ?? 0,
    series: [],
    body_part: "",
  }));
  return queryOptions({
    queryKey: ["send", "proposal", known.map((one) => one.study_uid), question, urgency, selected],
    queryFn: ({ signal }) =>
      data(api.POST("/sending/propose", { body: { studies: known, question, urgency, given, selected }, signal })),
    enabled: known.length > 0,
    staleTime: 60_000,
    gcTime: 60_000,
  });
}

export function sentQuery(bundle: string) {
  return queryOptions({
    queryKey: ["send", "sent", bundle],
    queryFn: ({ signal }) => data(api.GET("/sending/{bundle}", { params: { path: { bundle } }, signal })),
    staleTime: 0,
    gcTime: 60_000,
  });
}

export const check = (order: SendOrder, signal: AbortSignal) =>
  data(api.POST("/sending/check", { body: order, signal }));
export const send = (order: SendOrder) => data(api.POST("/sending", { body: order }));
export const undo = (bundle: string) => data(api.POST("/sending/{bundle}/undo", { params: { path: { bundle } } }));
export const sendAgain = (exchange: string): Promise<Sent> =>
  data(api.POST("/exchanges/{exchange}/send-again", { params: { path: { exchange } } }));
