/** RLE Lossless (PS3.5 annex G): PackBits in up to 15 segments, one for each byte of each sample, highest byte first. */
import { PixelError } from "../types";

const HEADER_BYTES = 64;

/** Samples by pixel, little endian. `bytes` is of one sample, `pixels` of one plane. */
export function decodeRle(data: Uint8Array, pixels: number, samples: number, bytes: number): Uint8Array<ArrayBuffer> {
  if (data.length < HEADER_BYTES) throw broken();
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const count = view.getUint32(0, true);
  if (count !== samples * bytes || count > 15) throw broken();
  const target = new Uint8Array(pixels * samples * bytes);
  const step = samples * bytes;
  for (let segment = 0; segment < count; segment++) {
    const start = view.getUint32(4 + 4 * segment, true);
    const next = segment + 1 < count ? view.getUint32(8 + 4 * segment, true) : data.length;
    if (start < HEADER_BYTES || next < start || next > data.length) throw broken();
    const sample = Math.floor(segment / bytes);
    const byte = bytes - 1 - (segment % bytes);
    unpack(data, start, next, target, sample * bytes + byte, step);
  }
  return target;
}

function unpack(data: Uint8Array, from: number, to: number, target: Uint8Array, first: number, step: number): void {
  let at = first;
  let position = from;
  const end = target.length;
  while (position < to && at < end) {
    const control = data[position++] as number;
    if (control < 128) {
      for (let left = control + 1; left > 0 && at < end && position < to; left--) {
        target[at] = data[position++] as number;
        at += step;
      }
    } else if (control > 128) {
      const value = data[position++] as number;
      for (let left = 257 - control; left > 0 && at < end; left--) {
        target[at] = value;
        at += step;
      }
    }
  }
  if (at < end) throw broken();
}

function broken(): PixelError {
  return new PixelError("pixels-not-decodable", "The run-length coding of a frame is not well formed.");
}
