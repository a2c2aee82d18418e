/** Lookup tables: palettes (PS3.3 C.7.9), modality and VOI LUTs (C.11.1, C.11.2), as they come in DICOM JSON. */
import type { Palette } from "../pixels";
import { inline, item, items, number, numbers, text, values } from "./dataset";
import type { JsonAttribute, JsonDataset } from "./types";

/** Gives the bytes of a BulkDataURI that were fetched before. */
export type Fetched = (uri: string) => Uint8Array | null;

export interface Lut {
  readonly first: number;
  readonly bits: number;
  readonly entries: readonly number[];
  readonly explanation: string;
}

const COLOURS = ["red", "green", "blue"] as const;
const DESCRIPTORS = { red: "00281101", green: "00281102", blue: "00281103" };
const DATA = { red: "00281201", green: "00281202", blue: "00281203" };
const SEGMENTED = { red: "00281221", green: "00281222", blue: "00281223" };
const MODALITY_LUT = "00283000";
const VOI_LUT = "00283010";
const LUT_DATA = "00283006";

/** Values outside the header that a frame cannot be shown without. */
export function neededValues(dataset: JsonDataset): string[] {
  const palette = isPalette(dataset) ? COLOURS.flatMap((name) => [dataset[DATA[name]], dataset[SEGMENTED[name]]]) : [];
  const luts = [...items(dataset, MODALITY_LUT).slice(0, 1), ...items(dataset, VOI_LUT)].map((one) => one[LUT_DATA]);
  return [...palette, ...luts].map((attribute) => attribute?.BulkDataURI ?? "").filter(Boolean);
}

/** Whether pixels are indexes into a palette. */
export function isPalette(dataset: JsonDataset): boolean {
  return text(dataset, "00280004") === "PALETTE COLOR";
}

/** The palette, 8 bits an entry; null when there is none that can be used. */
export function paletteOf(dataset: JsonDataset, fetched: Fetched): Palette | null {
  if (!isPalette(dataset)) return null;
  const tables = COLOURS.map((name) => colour(dataset, name, fetched));
  const [red, green, blue] = tables;
  if (!red || !green || !blue) return null;
  const first = descriptor(dataset, DESCRIPTORS.red)?.first ?? 0;
  return { first, red, green, blue };
}

function colour(dataset: JsonDataset, name: (typeof COLOURS)[number], fetched: Fetched): Uint8Array | null {
  const said = descriptor(dataset, DESCRIPTORS[name]);
  if (!said) return null;
  const plain = entriesOf(dataset[DATA[name]], said.count, fetched);
  const segments = plain ? null : entriesOf(dataset[SEGMENTED[name]], 0, fetched);
  const found = plain ?? (segments && expanded(segments, said.count));
  if (!found?.length) return null;
  // some write 8-bit values into tables that they call 16 bits
  const wide = said.bits > 8 && found.some((value) => value > 255);
  return Uint8Array.from(found, (value) => (wide ? value >> 8 : value));
}

/** Segmented palettes (PS3.3 C.7.9.2): discrete, linear and indirect segments; an indirect one never names another. */
export function expanded(data: readonly number[], count: number): number[] {
  const found: number[] = [];
  const run = (start: number, segments: number, direct: boolean): void => {
    let at = start;
    for (let done = 0; done < segments && at + 1 < data.length && found.length < count; done++) {
      const [kind, length] = [data[at], data[at + 1] as number];
      at += 2;
      if (kind === 0) {
        found.push(...data.slice(at, at + length));
        at += length;
      } else if (kind === 1) {
        const from = found.at(-1) ?? 0;
        const to = data[at++] as number;
        for (let step = 1; step <= length; step++) found.push(Math.round(from + ((to - from) * step) / length));
      } else if (kind === 2 && direct) {
        run((data[at] as number) + (data[at + 1] as number) * 65536, length, false);
        at += 2;
      } else return;
    }
  };
  run(0, data.length, true);
  return found.slice(0, count);
}

/** The Modality LUT, when values are not rescaled linearly. */
export function modalityLut(dataset: JsonDataset, fetched: Fetched): Lut | null {
  return lutOf(item(dataset, MODALITY_LUT), isSigned(dataset), fetched);
}

/** VOI LUTs in their order. */
export function voiLuts(dataset: JsonDataset, fetched: Fetched): Lut[] {
  const signed = isSigned(dataset) || (number(dataset, "00281052") ?? 0) < 0;
  return items(dataset, VOI_LUT)
    .map((one) => lutOf(one, signed, fetched))
    .filter((lut): lut is Lut => lut !== null);
}

function lutOf(dataset: JsonDataset | undefined, signed: boolean, fetched: Fetched): Lut | null {
  const said = dataset && descriptor(dataset, "00283002", signed);
  const entries = said && entriesOf(dataset[LUT_DATA], said.count, fetched);
  if (!said || !entries?.length) return null;
  return { first: said.first, bits: said.bits, entries, explanation: text(dataset, "00283003") };
}

function descriptor(
  dataset: JsonDataset,
  tag: string,
  signed = isSigned(dataset),
): { count: number; first: number; bits: number } | null {
  const found = numbers(dataset, tag, 3);
  if (!found) return null;
  const [count, first, bits] = found as [number, number, number];
  if (count < 0 || count > 65536 || bits < 1 || bits > 16) return null;
  return { count: count || 65536, first: signed && first > 32767 ? first - 65536 : first, bits };
}

function isSigned(dataset: JsonDataset): boolean {
  return number(dataset, "00280103") === 1;
}

/** Entries from numbers or from little endian words; bytes where there is just one for each entry. */
function entriesOf(attribute: JsonAttribute | undefined, count: number, fetched: Fetched): number[] | null {
  if (!attribute) return null;
  const listed = values({ "00000000": attribute }, "00000000");
  if (listed.length) return listed.filter((value): value is number => typeof value === "number");
  const bytes = inline(attribute) ?? (attribute.BulkDataURI ? fetched(attribute.BulkDataURI) : null);
  if (!bytes?.length) return null;
  if (count && bytes.length < 2 * count && bytes.length >= count) return Array.from(bytes.subarray(0, count));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / 2) }, (_, at) => view.getUint16(2 * at, true));
}
