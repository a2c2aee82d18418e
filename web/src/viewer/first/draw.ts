/** Samples to greys and colours without a graphics card or a library: one picture, once. Pure. */
import type { Frame } from "@/pixels";
import type { Window } from "../presets";
import { toRange } from "../windowing";

export interface Shown {
  readonly window: Window;
  readonly invert: boolean;
  /** VOI LUT Function (0028,1056): LINEAR, LINEAR_EXACT or SIGMOID. */
  readonly function: string;
}

/** RGBA of every pixel, `rows` x `columns`, by the window (PS3.3 C.11.2.1.2 and .3). */
export function rgbaOf(frame: Frame, shown: Shown): Uint8ClampedArray<ArrayBuffer> {
  const count = frame.rows * frame.columns;
  const found = new Uint8ClampedArray(count * 4);
  const words = new Uint32Array(found.buffer);
  if (frame.samples === 3) {
    for (let at = 0, from = 0; at < count; at++, from += 3)
      words[at] = pixel(frame.data[from] as number, frame.data[from + 1] as number, frame.data[from + 2] as number);
    return found;
  }
  const grey = greyOf(shown);
  for (let at = 0; at < count; at++) {
    const value = grey(frame.data[at] as number);
    words[at] = pixel(value, value, value);
  }
  return found;
}

const LITTLE = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

function pixel(red: number, green: number, blue: number): number {
  return LITTLE
    ? (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0
    : ((red << 24) | (green << 16) | (blue << 8) | 255) >>> 0;
}

/** A sample as a whole number from 0 to 255. */
function greyOf({ window, invert, function: how }: Shown): (value: number) => number {
  const { lower, upper } = toRange(window);
  const scale = 255 / (upper - lower);
  const turn = (value: number) => (invert ? 255 - value : value);
  if (how === "SIGMOID")
    return (value) => turn(Math.round(255 / (1 + Math.exp((-4 * (value - window.center)) / window.width))));
  return (value) => turn(value <= lower ? 0 : value >= upper ? 255 : Math.round((value - lower) * scale));
}
