/** Overlay planes (PS3.3 C.9.2), those in groups 60xx; bits of a frame unpacked to one byte a pixel. */
import { inline, number, numbers, text } from "./dataset";
import type { Fetched } from "./luts";
import type { JsonDataset } from "./types";

export interface Overlay {
  readonly rows: number;
  readonly columns: number;
  /** "G" graphics or "R" region of interest. */
  readonly type: string;
  /** Column and row of the image, from 0, where the overlay's first pixel lies. */
  readonly x: number;
  readonly y: number;
  readonly pixelData: Uint8Array;
  readonly description: string;
  readonly label: string;
}

const GROUPS = Array.from({ length: 16 }, (_, at) => (0x6000 + 2 * at).toString(16).toUpperCase());
const SIDE_MOST = 16_384;

/** Addresses of the overlays that do not stand in the JSON. */
export function overlayUris(dataset: JsonDataset): string[] {
  return GROUPS.map((group) => dataset[`${group}3000`]?.BulkDataURI ?? "").filter(Boolean);
}

/** The overlays of a frame (from 1) whose bits are there. */
export function overlaysOf(dataset: JsonDataset, frame: number, fetched: Fetched): Overlay[] {
  return GROUPS.flatMap((group) => overlayOf(dataset, group, frame, fetched) ?? []);
}

function overlayOf(dataset: JsonDataset, group: string, frame: number, fetched: Fetched): Overlay | null {
  const attribute = dataset[`${group}3000`];
  const rows = number(dataset, `${group}0010`);
  const columns = number(dataset, `${group}0011`);
  if (!attribute || !rows || !columns || rows < 1 || columns < 1 || rows > SIDE_MOST || columns > SIDE_MOST)
    return null;
  const bytes = inline(attribute) ?? (attribute.BulkDataURI ? fetched(attribute.BulkDataURI) : null);
  const count = number(dataset, `${group}0015`) ?? 1;
  const origin = number(dataset, `${group}0051`) ?? 1;
  const plane = count > 1 ? frame - origin : 0;
  if (!bytes || plane < 0 || plane >= count) return null;
  const pixels = rows * columns;
  const first = plane * pixels;
  if (bytes.length * 8 < first + pixels) return null;
  const pixelData = new Uint8Array(pixels);
  for (let at = 0; at < pixels; at++) pixelData[at] = ((bytes[(first + at) >> 3] as number) >> ((first + at) & 7)) & 1;
  const [y, x] = numbers(dataset, `${group}0050`, 2) ?? [1, 1];
  return {
    rows,
    columns,
    type: text(dataset, `${group}0040`),
    x: (x as number) - 1,
    y: (y as number) - 1,
    pixelData,
    description: text(dataset, `${group}0022`),
    label: text(dataset, `${group}1500`),
  };
}
