/**
 * From the opened bytes of one frame to its stored samples: pixel by pixel, in the narrowest array that holds them.
 * Knows codings and layouts; rescaling and colour are `convert`'s.
 */
import { decodeJpeg } from "./codecs/jpeg";
import { decodeRle } from "./codecs/rle";
import { type Coded, htj2k, jpeg2000, jpegLs, jpegXl } from "./codecs/wasm";
import { masked } from "./lanes";
import { type Coding, codingOf } from "./syntaxes";
import { PixelError, type Shape } from "./types";

export type Stored =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** Stored samples. `rgb`: the decoder made RGB of it already. `planar`: plane by plane still. */
export interface Decoded {
  readonly stored: Stored;
  readonly samples: number;
  readonly planar: boolean;
  readonly rgb: boolean;
}

/** Decodes a frame. `data` may be kept and changed. */
export async function decode(
  data: Uint8Array<ArrayBuffer>,
  bitOffset: number,
  syntax: string,
  shape: Shape,
): Promise<Decoded> {
  const coding = codingOf(syntax);
  if (coding === null) throw refused();
  if (coding === "little") return native(data, bitOffset, shape);
  if (coding === "big") return native(swapped(data, shape), bitOffset, shape);
  if (coding === "rle") return runLength(data, shape);
  if (coding === "deflated-frame") return native(await inflated(data), 0, shape);
  return compressed(coding, data, shape);
}

async function compressed(coding: Coding, data: Uint8Array, shape: Shape): Promise<Decoded> {
  const coded = await stream(coding, data, shape);
  if (coded.rows !== shape.rows || coded.columns !== shape.columns || coded.samples !== shape.samples) throw refused();
  const stored = typed(coded.data, coded.bits > 16 ? 4 : coded.bits > 8 ? 2 : 1, shape.signed);
  const values = fitted(stored, shape, coded);
  const rgb =
    coded.samples === 3 && (coding === "jpeg" ? coded.bits <= 8 && !lossless(data) : transformed(coding, shape));
  return { stored: values, samples: coded.samples, planar: coded.planar, rgb };
}

function stream(coding: Coding, data: Uint8Array, shape: Shape): Promise<Coded> {
  switch (coding) {
    case "jpeg":
      return decodeJpeg(data, shape.photometric === "RGB");
    case "jpeg-ls":
      return jpegLs(data);
    case "jpeg-2000":
      return jpeg2000(data);
    case "htj2k":
      return htj2k(data);
    case "jpeg-xl":
      return jpegXl(data);
    default:
      throw refused();
  }
}

/** Whether the decoder undid the colour transform of JPEG 2000 or JPEG XL. */
function transformed(coding: Coding, shape: Shape): boolean {
  if (coding === "jpeg-xl") return true;
  return (coding === "jpeg-2000" || coding === "htj2k") && /^YBR_(RCT|ICT)$/.test(shape.photometric);
}

function lossless(data: Uint8Array): boolean {
  for (let at = 2; at + 1 < Math.min(data.length, 4096); at++)
    if (data[at] === 0xff && data[at + 1] === 0xc3) return true;
  return false;
}

function native(data: Uint8Array<ArrayBuffer>, bitOffset: number, shape: Shape): Decoded {
  const plain = { samples: shape.samples, planar: shape.planar && shape.samples > 1, rgb: false };
  const count = shape.rows * shape.columns * shape.samples;
  if (shape.bitsAllocated === 1) return { ...plain, stored: bits(data, bitOffset, count) };
  if (shape.samples === 3 && shape.bitsAllocated === 8 && /_42[02]$/.test(shape.photometric)) {
    return { ...plain, planar: false, stored: upsampled(data, shape) };
  }
  const bytes = shape.kind === "double" ? 8 : shape.kind === "float" ? 4 : Math.ceil(shape.bitsAllocated / 8);
  if (data.length < count * bytes) throw short();
  const whole = data.length === count * bytes ? data : data.slice(0, count * bytes);
  if (shape.kind === "double") return { ...plain, stored: new Float64Array(whole.buffer, whole.byteOffset, count) };
  if (shape.kind === "float") return { ...plain, stored: new Float32Array(whole.buffer, whole.byteOffset, count) };
  return { ...plain, stored: fitted(typed(whole, bytes, shape.signed), shape) };
}

function runLength(data: Uint8Array, shape: Shape): Decoded {
  if (shape.bitsAllocated === 1) {
    const packed = decodeRle(data, Math.ceil((shape.rows * shape.columns) / 8), shape.samples, 1);
    return {
      stored: bits(packed, 0, shape.rows * shape.columns * shape.samples),
      samples: shape.samples,
      planar: false,
      rgb: false,
    };
  }
  const bytes = shape.bitsAllocated / 8;
  const whole = decodeRle(data, shape.rows * shape.columns, shape.samples, bytes);
  return {
    stored: fitted(typed(whole, bytes, shape.signed), shape),
    samples: shape.samples,
    planar: false,
    rgb: false,
  };
}

/** A view of little endian bytes as samples; copies only where they are not aligned. */
function typed(
  data: Uint8Array<ArrayBuffer>,
  bytes: number,
  signed: boolean,
): Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array {
  if (bytes === 3) return widened(data, signed);
  const aligned = data.byteOffset % bytes ? new Uint8Array(data) : data;
  const count = Math.floor(aligned.byteLength / bytes);
  const { buffer, byteOffset } = aligned;
  if (bytes === 1) return signed ? new Int8Array(buffer, byteOffset, count) : aligned;
  if (bytes === 2)
    return signed ? new Int16Array(buffer, byteOffset, count) : new Uint16Array(buffer, byteOffset, count);
  if (bytes === 4)
    return signed ? new Int32Array(buffer, byteOffset, count) : new Uint32Array(buffer, byteOffset, count);
  throw refused();
}

function widened(data: Uint8Array, signed: boolean): Uint32Array | Int32Array {
  const count = Math.floor(data.length / 3);
  const wide = new Int32Array(count);
  for (let at = 0; at < count; at++) {
    const value = (data[3 * at] as number) | ((data[3 * at + 1] as number) << 8) | ((data[3 * at + 2] as number) << 16);
    wide[at] = signed ? (value << 8) >> 8 : value;
  }
  return signed ? wide : new Uint32Array(wide.buffer);
}

type Integers = ReturnType<typeof typed>;

/** Keeps the bits that the header says are stored, with their sign; what else is in a word is not of the picture. */
function fitted(stored: Integers, shape: Shape, coded?: Coded): Integers {
  const width = stored.BYTES_PER_ELEMENT * 8;
  const bitsStored = Math.min(shape.bitsStored || width, width);
  const high = coded ? bitsStored - 1 : Math.min(Math.max(shape.highBit, bitsStored - 1), width - 1);
  if (bitsStored === width || (coded !== undefined && !shape.signed)) return stored;
  if (stored instanceof Uint16Array && !shape.signed && high === bitsStored - 1 && masked(stored, 2 ** bitsStored - 1))
    return stored;
  const left = 31 - high;
  const right = 32 - bitsStored;
  if (shape.signed) for (let at = 0; at < stored.length; at++) stored[at] = ((stored[at] as number) << left) >> right;
  else for (let at = 0; at < stored.length; at++) stored[at] = ((stored[at] as number) << left) >>> right;
  return stored;
}

function bits(data: Uint8Array, bitOffset: number, count: number): Uint8Array {
  if (data.length * 8 < bitOffset + count) throw short();
  const found = new Uint8Array(count);
  for (let at = 0; at < count; at++) {
    const bit = bitOffset + at;
    found[at] = ((data[bit >> 3] as number) >> (bit & 7)) & 1;
  }
  return found;
}

function swapped(data: Uint8Array<ArrayBuffer>, shape: Shape): Uint8Array<ArrayBuffer> {
  const { word } = shape;
  if (word <= 1) return data;
  const turned = new Uint8Array(data.length);
  for (let at = 0; at + word <= data.length; at += word) {
    for (let byte = 0; byte < word; byte++) turned[at + byte] = data[at + word - 1 - byte] as number;
  }
  return turned;
}

/** YBR_FULL_422 and its kin as 4:4:4 (PS3.3 C.7.6.3.1.2): two luminances, then the colour they share. */
function upsampled(data: Uint8Array, shape: Shape): Uint8Array {
  const pixels = shape.rows * shape.columns;
  if (!shape.photometric.endsWith("_422") || shape.columns % 2) {
    if (data.length < pixels * 3) throw refused();
    return data.subarray(0, pixels * 3);
  }
  if (data.length < pixels * 2) throw short();
  const found = new Uint8Array(pixels * 3);
  for (let pair = 0; pair < pixels / 2; pair++) {
    const [first, second, blue, red] = data.subarray(4 * pair, 4 * pair + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    found.set([first, blue, red, second, blue, red], 6 * pair);
  }
  return found;
}

async function inflated(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function refused(): PixelError {
  return new PixelError("pixels-not-decodable", "The browser cannot decode this form of pixels.");
}

function short(): PixelError {
  return new PixelError("pixels-too-short", "There are fewer pixels than the header says.");
}
