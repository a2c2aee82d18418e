/** The window that a picture is first shown with. Pure. */
import { extremes, type Frame } from "../pixels";
import type { Picture } from "./records";

/** The header's first window, or one that shows every value. */
export function windowOf(picture: Picture, frame: Frame, range: () => [number, number]): [number, number] {
  if (frame.samples === 3) return [128, 256];
  const [own] = picture.windows;
  if (own) return [own.center, own.width];
  const [lut] = picture.voiLuts;
  if (lut) return [lut.first + lut.entries.length / 2, lut.entries.length];
  const [min, max] = range();
  return [(min + max + 1) / 2, Math.max(max - min + 1, 1)];
}

/** Least and greatest value, looked for when somebody asks. */
export function rangeOf(frame: Frame): () => [number, number] {
  let found: [number, number] | null = frame.samples === 3 ? [0, 255] : null;
  return () => {
    const range = found ?? extremes(frame.data);
    found = range;
    return range;
  };
}
