/** From stored samples to what Cornerstone shows: RGB by pixel for colour, rescaled values for grey (PS3.3 C.7.6.3, C.11.1). */
import type { Decoded, Stored } from "./decode";
import { shifted } from "./lanes";
import {
  type Frame,
  type FrameJob,
  type Output,
  type Palette,
  PixelError,
  type Samples,
  type SampleType,
  type Shape,
  type Table,
} from "./types";

const LIMITS: Readonly<Record<SampleType, readonly [number, number]>> = {
  Uint8Array: [0, 255],
  Int8Array: [-128, 127],
  Uint16Array: [0, 65535],
  Int16Array: [-32768, 32767],
  Float32Array: [-3.4e38, 3.4e38],
};

/** The frame as it is shown. May reuse the memory of what was decoded. */
export function convert(
  decoded: Decoded,
  shape: Shape,
  job: Pick<FrameJob, "palette" | "lut" | "output">,
  started: number,
): Frame {
  const { rows, columns } = shape;
  const { palette, lut, output } = job;
  const pixels = rows * columns;
  if (decoded.stored.length < pixels * decoded.samples) {
    throw new PixelError("pixels-too-short", "There are fewer pixels than the header says.");
  }
  const done = (data: Samples, samples: 1 | 3): Frame => {
    return { data, rows, columns, samples, decodeMs: performance.now() - started };
  };
  if (decoded.samples >= 3) return done(colour(decoded, shape, pixels), 3);
  if (palette) return done(looked(decoded.stored, palette, pixels), 3);
  return done(lut ? tabled(decoded.stored, lut, pixels) : rescaled(decoded.stored, output, pixels), 1);
}

function colour(decoded: Decoded, shape: Shape, pixels: number): Uint8Array {
  const bytes = eightBits(decoded.stored, shape);
  const count = pixels * 3;
  const chunky = decoded.planar || decoded.samples > 3 ? interleaved(bytes, pixels, decoded) : bytes;
  const found = chunky.length === count ? chunky : chunky.subarray(0, count);
  if (!decoded.rgb && /^YBR_(FULL|PARTIAL)/.test(shape.photometric))
    toRgb(found, shape.photometric.startsWith("YBR_PARTIAL"));
  return found;
}

function eightBits(stored: Stored, shape: Shape): Uint8Array {
  if (stored instanceof Uint8Array) return stored;
  const shift = Math.max(0, (shape.bitsStored || 8) - 8);
  const found = new Uint8Array(stored.length);
  for (let at = 0; at < stored.length; at++) found[at] = (stored[at] as number) >> shift;
  return found;
}

function interleaved(bytes: Uint8Array, pixels: number, decoded: Decoded): Uint8Array {
  const found = new Uint8Array(pixels * 3);
  const [step, plane] = decoded.planar ? [1, pixels] : [decoded.samples, 1];
  for (let sample = 0; sample < 3; sample++) {
    for (let at = 0; at < pixels; at++) found[3 * at + sample] = bytes[at * step + sample * plane] as number;
  }
  return found;
}

/** ITU-R BT.601, full range or studio swing (PS3.3 C.7.6.3.1.2). */
function toRgb(data: Uint8Array, partial: boolean): void {
  const scale = partial ? 255 / 219 : 1;
  const chroma = partial ? 255 / 224 : 1;
  for (let at = 0; at + 2 < data.length; at += 3) {
    const light = ((data[at] as number) - (partial ? 16 : 0)) * scale;
    const blue = ((data[at + 1] as number) - 128) * chroma;
    const red = ((data[at + 2] as number) - 128) * chroma;
    data[at] = byte(light + 1.402 * red);
    data[at + 1] = byte(light - 0.344136 * blue - 0.714136 * red);
    data[at + 2] = byte(light + 1.772 * blue);
  }
}

function byte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value);
}

function looked(stored: Stored, palette: Palette, pixels: number): Uint8Array {
  const found = new Uint8Array(pixels * 3);
  const last = palette.red.length - 1;
  for (let at = 0; at < pixels; at++) {
    const entry = Math.min(Math.max((stored[at] as number) - palette.first, 0), last);
    found[3 * at] = palette.red[entry] as number;
    found[3 * at + 1] = palette.green[entry] as number;
    found[3 * at + 2] = palette.blue[entry] as number;
  }
  return found;
}

function tabled(stored: Stored, lut: Table, pixels: number): Uint16Array {
  const found = new Uint16Array(pixels);
  const last = lut.entries.length - 1;
  for (let at = 0; at < pixels; at++) {
    found[at] = lut.entries[Math.min(Math.max((stored[at] as number) - lut.first, 0), last)] as number;
  }
  return found;
}

const MAKERS = { Uint8Array, Int8Array, Uint16Array, Int16Array, Float32Array } as const;

/** Values as `output` wants them, in place where the width allows; out of the type's range means its end. */
export function rescaled(stored: Stored, output: Output, pixels: number): Samples {
  const { slope, intercept, type } = output;
  const values = stored.length === pixels ? stored : (stored.subarray(0, pixels) as Stored);
  const Maker = MAKERS[type];
  if (slope === 1 && intercept === 0 && values instanceof Maker) return values as Samples;
  const same = values.BYTES_PER_ELEMENT === Maker.BYTES_PER_ELEMENT && values.buffer instanceof ArrayBuffer;
  const adds = same && slope === 1 && type === "Int16Array" && Number.isInteger(intercept);
  if (adds && isShort(values) && shifted(values, intercept))
    return new Int16Array(values.buffer as ArrayBuffer, values.byteOffset, pixels);
  const target = (same ? new Maker(values.buffer, values.byteOffset, pixels) : new Maker(pixels)) as Samples;
  if (type === "Float32Array") {
    for (let at = 0; at < pixels; at++) target[at] = (values[at] as number) * slope + intercept;
    return target;
  }
  const [low, high] = LIMITS[type];
  for (let at = 0; at < pixels; at++) {
    const value = Math.round((values[at] as number) * slope + intercept);
    target[at] = Math.min(Math.max(value, low), high);
  }
  return target;
}

function isShort(values: Stored): values is Uint16Array | Int16Array {
  return values instanceof Uint16Array || values instanceof Int16Array;
}

/** Least and greatest; NaN and infinities do not count. */
export function extremes(data: Samples): [number, number] {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  if (data instanceof Float32Array) {
    for (let at = 0; at < data.length; at++) {
      const value = data[at] as number;
      if (value < min && value > Number.NEGATIVE_INFINITY) min = value;
      if (value > max && value < Number.POSITIVE_INFINITY) max = value;
    }
  } else {
    for (let at = 0; at < data.length; at++) {
      const value = data[at] as number;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return min <= max ? [min, max] : [0, 0];
}
