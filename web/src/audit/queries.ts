/** What the trail's page asks of the node. Whom it is about goes in bodies alone, and is kept in no cache. */
import { api, BASE, data } from "@/api/client";
import { failureOfAnswer } from "@/api/failure";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];
export type TrailEvent = Schemas["TrailEvent"];
export type TrailPageData = Schemas["TrailPage"];
export type TrailPlace = Schemas["TrailPlace"];

/** What is looked for; of patient, study and exchange one. Times in POSIX seconds. */
export interface Search {
  since: number;
  until: number;
  patient: string;
  study: string;
  exchange: string;
  kinds: readonly string[];
  actor: string;
  peer: string;
}

export const search = (asked: Search, before: TrailPlace | null, signal?: AbortSignal): Promise<TrailPageData> =>
  data(
    api.POST("/trail/search", {
      body: { ...asked, kinds: [...asked.kinds], before, limit: 100 },
      ...(signal === undefined ? {} : { signal }),
    }),
  );

/** The table as a file; it is asked for by POST, since whom it is about stands in no address. */
export async function table(asked: Search): Promise<Blob> {
  const answer = await fetch(`${BASE}/trail/table`, {
    method: "POST",
    headers: { "X-Beeldbrug": "portal", "Content-Type": "application/json" },
    body: JSON.stringify(asked),
    credentials: "same-origin",
    cache: "no-store",
  });
  if (!answer.ok) throw failureOfAnswer(answer.status, await answer.json().catch(() => null));
  return answer.blob();
}
