/** Reads values out of DICOM JSON (PS3.18 annex F) without ever throwing on what a header holds. */
import { bytesOf } from "../pixels";
import type { JsonAttribute, JsonDataset } from "./types";

/** All values of an attribute; empty when there are none. */
export function values(dataset: JsonDataset | undefined, tag: string): readonly unknown[] {
  const found = dataset?.[tag]?.Value;
  return Array.isArray(found) ? found : [];
}

/** One value as text; a name as its alphabetic group, or the first that there is. */
export function text(dataset: JsonDataset | undefined, tag: string, at = 0): string {
  return textOf(values(dataset, tag)[at]);
}

/** All values as text. */
export function texts(dataset: JsonDataset | undefined, tag: string): string[] {
  return values(dataset, tag).map(textOf);
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value.trim();
  if (typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null) return "";
  const groups = value as Record<string, unknown>;
  for (const group of ["Alphabetic", "Ideographic", "Phonetic"]) {
    const part = groups[group];
    if (typeof part === "string" && part) return part;
  }
  return "";
}

/** One value as a finite number; null for what is none. */
export function number(dataset: JsonDataset | undefined, tag: string, at = 0): number | null {
  return numberOf(values(dataset, tag)[at]);
}

/** All values as numbers, or null unless there are at least `least` and every one is finite. */
export function numbers(dataset: JsonDataset | undefined, tag: string, least = 1): number[] | null {
  const found = values(dataset, tag).map(numberOf);
  return found.length >= least && found.every((value) => value !== null) ? (found as number[]) : null;
}

function numberOf(value: unknown): number | null {
  const found =
    typeof value === "number" ? value : typeof value === "string" && value.trim() ? Number(value) : Number.NaN;
  return Number.isFinite(found) ? found : null;
}

/** Items of a sequence. */
export function items(dataset: JsonDataset | undefined, tag: string): readonly JsonDataset[] {
  return values(dataset, tag).filter((item): item is JsonDataset => typeof item === "object" && item !== null);
}

/** First item of a sequence. */
export function item(dataset: JsonDataset | undefined, tag: string): JsonDataset | undefined {
  return items(dataset, tag)[0];
}

/** Bytes that stand in the JSON itself. */
export function inline(attribute: JsonAttribute | undefined): Uint8Array | null {
  if (!attribute?.InlineBinary) return null;
  try {
    return bytesOf(attribute.InlineBinary);
  } catch {
    return null;
  }
}
