/** Reading a dataset in the DICOM JSON model (PS3.18 F.2): values by tag, tolerant of what is missing or of a wrong type. Pure. */
import type { JsonDataset } from "@/join";
import type { Region } from "./measurements";

function valuesOf(data: JsonDataset | undefined, tag: string): readonly unknown[] {
  return data?.[tag]?.Value ?? [];
}

/** The first value as text; a person name as its groups; "" when there is none. */
export function text(data: JsonDataset | undefined, tag: string): string {
  return textOf(valuesOf(data, tag)[0]);
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null) return "";
  const { Alphabetic = "", Ideographic = "", Phonetic = "" } = value as Record<string, string>;
  return [Alphabetic, Ideographic, Phonetic].join("=").replace(/=+$/, "");
}

export function texts(data: JsonDataset | undefined, tag: string): string[] {
  return valuesOf(data, tag).map(textOf);
}

/** The first value as a number; null when there is none that is finite. */
export function number(data: JsonDataset | undefined, tag: string): number | null {
  return numbers(data, tag)[0] ?? null;
}

export function numbers(data: JsonDataset | undefined, tag: string): number[] {
  return valuesOf(data, tag)
    .map((value) =>
      typeof value === "number" ? value : typeof value === "string" && value.trim() ? Number(value) : Number.NaN,
    )
    .filter(Number.isFinite);
}

/** The items of a sequence. */
export function items(data: JsonDataset | undefined, tag: string): JsonDataset[] {
  return valuesOf(data, tag).filter((item): item is JsonDataset => typeof item === "object" && item !== null);
}

/** Ultrasound regions with a scale (PS3.3 C.8.5.5). */
export function regionsOf(data: JsonDataset): Region[] {
  return items(data, "00186011").map((item) => ({
    left: number(item, "00186018") ?? 0,
    top: number(item, "0018601A") ?? 0,
    right: number(item, "0018601C") ?? 0,
    bottom: number(item, "0018601E") ?? 0,
    unitsX: number(item, "00186024") ?? 0,
    unitsY: number(item, "00186026") ?? 0,
    deltaX: number(item, "0018602C") ?? 0,
    deltaY: number(item, "0018602E") ?? 0,
  }));
}
