/** One frame as it is to be shown: layout, what its samples become, and how it is windowed. Made once, when needed. */
import type { Output, SampleType, Shape } from "../pixels";
import { number, numbers, text, values } from "./dataset";
import type { Lut } from "./luts";
import type { JsonDataset } from "./types";

/** PixelData or its float kin. */
const FLOAT = "7FE00008";
const DOUBLE = "7FE00009";
const BIG_WORDS = new Set(["1.2.840.10008.1.2.2", "1.2.840.113619.5.2"]);
/** XA and XRF: the modality LUT is not for display (PS3.3 C.8.7.1.1.2). */
const NOT_RESCALED = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.12\.(1|2)(\.|$)/;

/** Layout of the stored pixels; null when the header does not say it. */
export function shapeOf(dataset: JsonDataset, tag: string, syntax: string): Shape | null {
  const rows = number(dataset, "00280010");
  const columns = number(dataset, "00280011");
  const kind = tag === FLOAT ? "float" : tag === DOUBLE ? "double" : "integer";
  const bitsAllocated = kind === "float" ? 32 : kind === "double" ? 64 : (number(dataset, "00280100") ?? 0);
  if (!rows || !columns || rows < 0 || columns < 0 || ![1, 8, 16, 24, 32, 64].includes(bitsAllocated)) return null;
  const bitsStored = number(dataset, "00280101") ?? bitsAllocated;
  const stored = bitsStored >= 1 && bitsStored <= bitsAllocated ? bitsStored : bitsAllocated;
  const words = values(dataset, "7FE00010").length === 0 && dataset["7FE00010"]?.vr === "OW";
  const bytes = Math.ceil(bitsAllocated / 8);
  return {
    rows,
    columns,
    samples: number(dataset, "00280002") ?? 1,
    bitsAllocated,
    bitsStored: stored,
    highBit: number(dataset, "00280102") ?? stored - 1,
    signed: number(dataset, "00280103") === 1,
    planar: number(dataset, "00280006") === 1,
    photometric: text(dataset, "00280004"),
    word: BIG_WORDS.has(syntax) ? (words ? Math.max(2, bytes) : bytes) : 1,
    kind,
  };
}

export interface Rescale {
  readonly slope: number;
  readonly intercept: number;
}

/** Rescale Slope and Intercept; identity where they are missing, absurd or not for display. */
export function rescaleOf(dataset: JsonDataset): Rescale {
  const slope = number(dataset, "00281053");
  const intercept = number(dataset, "00281052");
  const dose = number(dataset, "3004000E");
  if (text(dataset, "00080060") === "RTDOSE" && dose && dose > 0) return { slope: dose, intercept: 0 };
  if (NOT_RESCALED.test(text(dataset, "00080016")) || slope === null || slope === 0 || intercept === null) {
    return { slope: 1, intercept: intercept !== null && slope === null ? intercept : 0 };
  }
  return { slope, intercept };
}

/**
 * What the samples become. The type follows from the header alone, so that all images of a series agree: whole numbers
 * stay in 16 bits (what lies beyond is held at the end of the range), everything else is float.
 */
export function outputOf(shape: Shape, rescale: Rescale, suv: number | null, lut: Lut | null): Output {
  const slope = rescale.slope * (suv ?? 1);
  const intercept = rescale.intercept * (suv ?? 1);
  if (lut) return { slope: 1, intercept: 0, type: "Uint16Array" };
  return { slope, intercept, type: typeOf(shape, slope, intercept, suv !== null) };
}

function typeOf(shape: Shape, slope: number, intercept: number, suv: boolean): SampleType {
  if (shape.samples >= 3) return "Uint8Array";
  const whole = Number.isInteger(slope) && Number.isInteger(intercept);
  if (suv || !whole || shape.kind !== "integer" || shape.bitsAllocated > 16) return "Float32Array";
  const most = 2 ** (shape.bitsStored - (shape.signed ? 1 : 0)) - 1;
  const least = shape.signed ? -(most + 1) : 0;
  const ends = [least * slope + intercept, most * slope + intercept];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  if (shape.bitsAllocated <= 8 && low >= 0 && high <= 255) return "Uint8Array";
  if (high > 131_071 || low < -131_072) return "Float32Array";
  return low < 0 ? "Int16Array" : "Uint16Array";
}

export interface Window {
  readonly center: number;
  readonly width: number;
  readonly explanation: string;
}

/** Windows of the header that can be, in the units of the samples; the function (PS3.3 C.11.2.1.2). */
export function windowsOf(
  dataset: JsonDataset,
  suv: number | null,
): { windows: Window[]; function: string; absurd: boolean } {
  const said = text(dataset, "00281056") || "LINEAR";
  const centers = values(dataset, "00281050");
  const widths = values(dataset, "00281051");
  const found: Window[] = [];
  let absurd = centers.length !== widths.length;
  const least = said === "LINEAR" ? 1 : Number.MIN_VALUE;
  for (let at = 0; at < Math.min(centers.length, widths.length); at++) {
    const center = number(dataset, "00281050", at);
    const width = number(dataset, "00281051", at);
    if (center === null || width === null || width < least || Math.abs(center) > 1e7 || width > 1e7) {
      absurd = true;
      continue;
    }
    found.push({ center: center * (suv ?? 1), width: width * (suv ?? 1), explanation: text(dataset, "00281055", at) });
  }
  return { windows: found, function: said, absurd };
}

/** Whether a grey scale runs the other way. */
export function isInverted(dataset: JsonDataset): boolean {
  const shape = text(dataset, "20500020");
  return shape ? shape === "INVERSE" : text(dataset, "00280004") === "MONOCHROME1";
}

/** Image Position and Orientation that can be: unit vectors at right angles, as far as PACS keep to it. */
export function poseOf(dataset: JsonDataset): { position: number[]; orientation: number[] } | null {
  const place = numbers(dataset, "00200032", 3) ?? detector(dataset, "00200032");
  const orientation = numbers(dataset, "00200037", 6) ?? detector(dataset, "00200037");
  if (place?.length !== 3 || orientation?.length !== 6) return null;
  const row = Math.hypot(...orientation.slice(0, 3));
  const column = Math.hypot(...orientation.slice(3));
  if (Math.abs(row - 1) > 0.05 || Math.abs(column - 1) > 0.05) return null;
  const dot = [0, 1, 2].reduce(
    (sum, axis) => sum + (orientation[axis] as number) * (orientation[axis + 3] as number),
    0,
  );
  return Math.abs(dot) > 0.05 ? null : { position: place, orientation };
}

/** NM keeps them in the Detector Information Sequence (PS3.3 C.8.4.11). */
function detector(dataset: JsonDataset, tag: string): number[] | null {
  const first = values(dataset, "00540022")[0];
  return typeof first === "object" && first !== null ? numbers(first as JsonDataset, tag, 3) : null;
}
