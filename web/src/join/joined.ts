/** A series of an open study as the viewer has it: made of its instances, once they are sorted. Pure. */
import { number, text } from "./dataset";
import { frameRateOf } from "./modules";
import type { InstanceRecord } from "./records";
import type { Sorted } from "./series";
import type { JoinedSeries, SeriesKind, StackImage } from "./types";

/** What a study keeps of a series between arrivals; `stale` when instances came since it was joined. */
export interface SeriesRecord {
  readonly uid: string;
  readonly key: string;
  readonly records: Map<string, InstanceRecord>;
  stale: boolean;
  suv: number | null;
  joined: JoinedSeries | null;
}

/** The series with its sorted pictures; `suv` is the factor to SUV where there is one. */
export function joined(
  series: SeriesRecord,
  records: readonly InstanceRecord[],
  kind: SeriesKind,
  sorted: Sorted,
  images: readonly StackImage[],
  suv: number | null,
): JoinedSeries {
  const first = (sorted.pictures[0]?.record ?? records[0])?.joined.attributes;
  const frames = new Set(sorted.pictures.map((picture) => text(picture.dataset, "00200052")));
  const imageIds = images.map((image) => image.imageId);
  const multi = records.some((record) => record.joined.frames > 1);
  return {
    id: series.key,
    seriesUid: series.uid,
    kind,
    modality: text(first, "00080060"),
    number: number(first, "00200011"),
    description: text(first, "0008103E"),
    protocol: text(first, "00181030"),
    bodyPart: text(first, "00180015"),
    laterality: text(first, "00200060") || text(first, "00200062"),
    viewPosition: text(first, "00185101"),
    date: text(first, "00080021") || text(first, "00080022"),
    time: text(first, "00080031") || text(first, "00080032"),
    instances: records.map((record) => record.joined),
    images,
    imageIds,
    here: images.filter((image) => image.instance.here).length,
    frameOfReference: frames.size === 1 ? ([...frames][0] ?? "") : "",
    plane: sorted.plane,
    volume: sorted.volume,
    stacks: sorted.stacks.map((stack) => stack.map((picture) => picture.imageId)),
    frameRate: multi && first ? frameRateOf(first) : null,
    thumbnail: imageIds[Math.floor(imageIds.length / 2)] ?? null,
    suv: suv !== null,
    scale: suv ?? 1,
    problems: sorted.problems,
  };
}

/** Pictures decide; without any, whatever came first. */
export function kindOf(records: readonly InstanceRecord[]): SeriesKind {
  const kinds = records.map((record) => record.kind);
  return kinds.find((kind) => kind === "images") ?? kinds[0] ?? "other";
}

/** Pictures first, then by number. */
export function bySeriesNumber(a: JoinedSeries, b: JoinedSeries): number {
  const rank = (one: JoinedSeries) => (one.kind === "images" ? 0 : 1);
  return rank(a) - rank(b) || (a.number ?? 1e9) - (b.number ?? 1e9) || a.seriesUid.localeCompare(b.seriesUid);
}
