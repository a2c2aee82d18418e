/** Overlay planes of a picture (60xx groups, PS3.3 C.9.2) as coloured pixels. `join` has read their bits. Pure. */

/** One plane, its bits as 0 or 1 a pixel; x and y from 0, and possibly outside of the picture. */
export interface OverlayPlane {
  rows: number;
  columns: number;
  x: number;
  y: number;
  pixelData: Uint8Array;
  label: string;
}

/** RGBA pixels of a plane: set bits in this colour, the rest clear. Bits that lack count as clear. */
export function overlayPixels(
  plane: Pick<OverlayPlane, "rows" | "columns" | "pixelData">,
  [red, green, blue]: readonly [number, number, number],
): Uint8ClampedArray<ArrayBuffer> {
  const size = plane.rows * plane.columns;
  const out = new Uint8ClampedArray(size * 4);
  for (let at = 0; at < size; at += 1) {
    if (!plane.pixelData[at]) continue;
    out[at * 4] = red;
    out[at * 4 + 1] = green;
    out[at * 4 + 2] = blue;
    out[at * 4 + 3] = 255;
  }
  return out;
}
