/** What `join` knows of a series, as hanging and warnings need it. Pure. */
import type { JoinedSeries, JoinedStudy, StackImage } from "@/join";
import { items, numbers, text } from "./dataset";
import type { Plane } from "./geometry";
import type { HangingSeries, ViewOf } from "./hanging";

/** SNOMED and SRT codes of mammography views, for images that have no View Position (PS3.16 CID 4014). */
const VIEW_CODES: Record<string, string> = {
  "R-10242": "CC",
  "399162004": "CC",
  "R-10226": "MLO",
  "399368009": "MLO",
  "R-10224": "ML",
  "399260004": "ML",
  "R-10228": "LM",
  "399352003": "LM",
};
const PROJECTIONS = new Set(["DX", "CR", "MG", "RG", "PX", "IO"]);

function viewOf(image: StackImage, index: number, series: JoinedSeries): ViewOf {
  const data = image.instance.attributes;
  const code = items(data, "00540220")[0];
  const laterality = text(data, "00200062") || text(data, "00200060") || series.laterality;
  const view = text(data, "00185101") || VIEW_CODES[text(code, "00080100")] || series.viewPosition;
  return { index, laterality, view };
}

export function hangingSeries(study: JoinedStudy): HangingSeries[] {
  return study.series
    .filter((series) => series.kind === "images" && series.imageIds.length > 0)
    .map((series) => ({
      study: study.id,
      id: series.id,
      modality: series.modality,
      number: series.number,
      description: series.description || series.protocol,
      count: series.imageIds.length,
      plane: series.plane,
      volume: series.volume,
      views: PROJECTIONS.has(series.modality) ? series.images.map((image, index) => viewOf(image, index, series)) : [],
    }));
}

/** Functional groups of one frame, shared ones behind them (PS3.3 C.7.6.16). */
function group(image: StackImage, sequence: string): ReturnType<typeof items>[number] | undefined {
  const data = image.instance.attributes;
  const own = items(data, "52009230")[image.frame - 1];
  return items(own, sequence)[0] ?? items(items(data, "52009229")[0], sequence)[0];
}

/** Where a picture lies in the patient; null when its header does not say. */
export function planeOf(image: StackImage): Plane | null {
  const data = image.instance.attributes;
  const position = [group(image, "00209113"), data]
    .map((one) => numbers(one, "00200032"))
    .find((one) => one.length === 3);
  const orientation = [group(image, "00209116"), data]
    .map((one) => numbers(one, "00200037"))
    .find((one) => one.length === 6);
  if (!position || !orientation) return null;
  const [x, y, z] = position as [number, number, number];
  return { position: [x, y, z], orientation, frameOfReference: text(data, "00200052") };
}
