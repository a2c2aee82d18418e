/**
 * Reads a frame index as the node keeps it (`beeldbrug.dicom.frames`): a head of 32 bytes, an entry of 16 a frame, then
 * the fragment lists of the frames that have several. Little endian; offsets from the start of the value.
 */
import { PixelError, type Span } from "./types";

const HEAD = 32;
const ENTRY = 16;
const SEVERAL = 0x80000000;

/** Where frames lie in a value. */
export class FrameIndex {
  readonly count: number;
  readonly native: boolean;
  private readonly view: DataView;
  private readonly bits: number;
  private readonly base: number;

  constructor(data: Uint8Array) {
    this.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    if (data.length < HEAD || String.fromCharCode(...data.subarray(0, 4)) !== "BFX1") throw broken();
    const kind = this.view.getUint8(4);
    if (kind !== 0 && kind !== 1) throw broken();
    this.native = kind === 0;
    this.count = this.number(8);
    this.bits = this.number(16);
    this.base = this.number(24);
    if (this.native ? this.bits === 0 : data.length < HEAD + ENTRY * this.count) throw broken();
  }

  /** Where a frame (from 1) lies. */
  span(frame: number): Span {
    if (!Number.isInteger(frame) || frame < 1 || frame > this.count) throw broken();
    if (this.native) {
      const bit = (frame - 1) * this.bits;
      const first = Math.floor(bit / 8);
      const length = Math.ceil(((bit % 8) + this.bits) / 8);
      return { fragments: [[this.base + first, length]], bitOffset: bit % 8 };
    }
    const at = HEAD + ENTRY * (frame - 1);
    const high = this.view.getUint32(at + 12, true);
    if (high < SEVERAL) return { fragments: [[this.number(at), this.number(at + 8)]], bitOffset: 0 };
    const many = (high - SEVERAL) * 2 ** 32 + this.view.getUint32(at + 8, true);
    const from = this.number(at);
    if (from + many * ENTRY > this.view.byteLength) throw broken();
    const fragments = Array.from({ length: many }, (_, item): [number, number] => [
      this.number(from + item * ENTRY),
      this.number(from + item * ENTRY + 8),
    ]);
    return { fragments, bitOffset: 0 };
  }

  private number(at: number): number {
    const value = this.view.getUint32(at, true) + this.view.getUint32(at + 4, true) * 2 ** 32;
    if (!Number.isSafeInteger(value)) throw broken();
    return value;
  }
}

function broken(): PixelError {
  return new PixelError("message-malformed", "The list of frames is not well formed.");
}
