/** A series in a few words: modality, number, description. Pure. */
import type { JoinedSeries } from "@/join";
import { clean } from "@/words/person";

export function seriesName(series: JoinedSeries | null): string {
  if (!series) return "";
  const words = clean(series.description || series.protocol || series.bodyPart);
  return [series.modality, series.number === null ? "" : `${series.number}`, words].filter(Boolean).join(" ");
}
