/**
 * JPEG in its DICOM processes. The stream's own frame header chooses the decoder, because transfer syntaxes lie: 8 bits
 * baseline, extended and progressive; lossless. Lossy JPEG of 12 bits is left to the node: the decoders in JavaScript
 * differ from the reference by up to 16 of 4096 grey values, and that is not a picture to judge by.
 */
import { PixelError } from "../types";
import { type Coded, jpegTurbo } from "./wasm";

const LOSSLESS = 0xc3;
const ADOBE_RGB = new Uint8Array([0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0]);

/** What the headers of a stream say. */
export interface JpegHead {
  readonly process: number;
  readonly bits: number;
  readonly rows: number;
  readonly columns: number;
  readonly components: readonly number[];
  /** Whether a JFIF or Adobe segment says in which colours the stream is. */
  readonly coloursSaid: boolean;
}

/** Reads the segments up to the frame header. */
export function jpegHead(data: Uint8Array): JpegHead {
  if (data[0] !== 0xff || data[1] !== 0xd8) throw broken();
  let at = 2;
  let coloursSaid = false;
  while (at + 4 <= data.length) {
    if (data[at] !== 0xff) throw broken();
    const marker = data[at + 1] as number;
    if (marker === 0xff || (marker >= 0xd0 && marker <= 0xd7) || marker === 0x01) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    const length = word(data, at + 2);
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (frame) {
      const count = data[at + 9] ?? 0;
      if (at + 10 + 3 * count > data.length) throw broken();
      const components = Array.from({ length: count }, (_, item) => data[at + 10 + 3 * item] as number);
      const [rows, columns] = [word(data, at + 5), word(data, at + 7)];
      return { process: marker, bits: data[at + 4] as number, rows, columns, components, coloursSaid };
    }
    const text = String.fromCharCode(...data.subarray(at + 4, at + 9));
    if ((marker === 0xe0 && text.startsWith("JFIF")) || (marker === 0xee && text === "Adobe")) coloursSaid = true;
    at += 2 + length;
  }
  throw broken();
}

/** Samples by pixel; colour comes out as RGB. `rgb` is what the dataset says the stream holds. */
export async function decodeJpeg(data: Uint8Array, rgb: boolean): Promise<Coded> {
  const head = jpegHead(data);
  if (head.process === LOSSLESS) return lossless(data, head);
  if (head.bits > 8) throw new PixelError("pixels-not-decodable", "The node decodes lossy JPEG of 12 bits.");
  return jpegTurbo(rgb && head.components.length === 3 && !head.coloursSaid ? withColours(data) : data);
}

/** Says in the stream that it holds RGB, where the decoder would take it for YCbCr. */
function withColours(data: Uint8Array): Uint8Array {
  const found = new Uint8Array(data.length + ADOBE_RGB.length);
  found.set(data.subarray(0, 2));
  found.set(ADOBE_RGB, 2);
  found.set(data.subarray(2), 2 + ADOBE_RGB.length);
  return found;
}

async function lossless(data: Uint8Array, head: JpegHead): Promise<Coded> {
  const { Decoder } = await import("@cornerstonejs/jpeg-lossless-decoder-js");
  const copy = new Uint8Array(data);
  const found = new Decoder().decode(copy.buffer, 0, copy.length, head.bits > 8 ? 2 : 1);
  return coded(new Uint8Array(found.buffer as ArrayBuffer, found.byteOffset, found.byteLength), head);
}

function coded(data: Uint8Array<ArrayBuffer>, head: JpegHead): Coded {
  const { rows, columns, bits, components } = head;
  return { data, rows, columns, samples: components.length, bits, signed: null, planar: false };
}

function word(data: Uint8Array, at: number): number {
  return ((data[at] as number) << 8) | (data[at + 1] as number);
}

function broken(): PixelError {
  return new PixelError("pixels-not-decodable", "The JPEG stream of a frame is not well formed.");
}
