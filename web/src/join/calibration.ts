/** What a millimetre on the screen means (PS3.3 C.7.6.2.1.1, 10.7.1.3, C.8.5.5). */
import { items, number, numbers, text } from "./dataset";
import type { Calibration, JsonDataset } from "./types";

export interface Measure {
  readonly calibration: Calibration;
  /** Rows then columns, in mm; null without any. */
  readonly spacing: readonly [number, number] | null;
}

/** Projection radiography: a length in the patient depends on where it lies between tube and detector. */
const PROJECTIONS = new Set(["CR", "DX", "MG", "IO", "PX", "XA", "RF", "RG", "DR", "BMD", "XC"]);

/** The measure of a frame. */
export function measureOf(dataset: JsonDataset): Measure {
  if (usable(items(dataset, "00186011"))) return { calibration: "regions", spacing: spacingOf(dataset, "00280030") };
  const spacing = spacingOf(dataset, "00280030");
  const detector = spacingOf(dataset, "00181164");
  if (!PROJECTIONS.has(text(dataset, "00080060"))) {
    const nominal = spacing ?? spacingOf(dataset, "00182010");
    return nominal ? { calibration: "patient", spacing: nominal } : uncalibrated(detector, dataset);
  }
  if (!spacing) return uncalibrated(detector, dataset);
  const said = text(dataset, "00280A02");
  const differs = detector !== null && !(near(spacing[0], detector[0]) && near(spacing[1], detector[1]));
  return { calibration: said || differs ? "calibrated" : "detector", spacing };
}

function uncalibrated(detector: readonly [number, number] | null, dataset: JsonDataset): Measure {
  if (!detector) return { calibration: "none", spacing: null };
  // a known magnification makes detector lengths those in the patient (PS3.3 C.8.7.5)
  const magnification = number(dataset, "00181114");
  if (magnification && magnification >= 1 && magnification < 20) {
    return { calibration: "calibrated", spacing: [detector[0] / magnification, detector[1] / magnification] };
  }
  return { calibration: "detector", spacing: detector };
}

/** Spacing of two positive numbers that can be; null for 0, negative and absurd ones. */
export function spacingOf(dataset: JsonDataset, tag: string): readonly [number, number] | null {
  const found = numbers(dataset, tag, 2);
  const [row, column] = found ?? [];
  const good = (value: number | undefined): value is number => value !== undefined && value > 1e-6 && value < 1e4;
  return good(row) && good(column) ? [row, column] : null;
}

/** Ratio of rows to columns where nothing but the aspect is known (Pixel Aspect Ratio). */
export function aspectOf(dataset: JsonDataset): readonly [number, number] {
  const found = numbers(dataset, "00280034", 2);
  const [vertical, horizontal] = found ?? [1, 1];
  const good = vertical && horizontal && vertical > 0 && horizontal > 0;
  return good ? [vertical, horizontal] : [1, 1];
}

function usable(regions: readonly JsonDataset[]): boolean {
  return regions.some((region) => number(region, "0018602C") !== null && number(region, "00186024") !== null);
}

function near(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1e-4 * Math.max(one, other);
}
