/**
 * A file as parts of at most 4 MiB, each on one line: header and what follows the pixels on the identity line, pixels on
 * the pixel line. Laid end to end they are the file, byte for byte. The same file gives the same parts.
 */
import { type Bytes, buffered, joined } from "./bytes";
import type { Layout } from "./header";

export type Line = "identity" | "pixel";

export interface Part {
  number: number;
  line: Line;
  content: Uint8Array<ArrayBuffer>;
  /** The file ends with it. */
  last: boolean;
}

type Run = readonly [Line, Uint8Array<ArrayBuffer>];

const WINDOW = 4 << 20;
const LITTLE = 32 << 10;
const ITEM = 0xfffee000;

async function* exactly(bytes: Bytes, line: Line, length: number): AsyncGenerator<Run> {
  for (let left = length; left > 0; ) {
    const data = await bytes.read(Math.min(left, WINDOW));
    if (data.length === 0) return;
    left -= data.length;
    yield [line, data];
  }
}

/** Encapsulated pixels (PS3.5 annex A.4): items up to the delimiter; what is no item ends them. */
async function* fragments(bytes: Bytes): AsyncGenerator<Run> {
  for (;;) {
    const head = await bytes.read(8);
    if (head.length === 0) return;
    if (head.length < 8) return yield ["identity", head];
    const view = new DataView(head.buffer, head.byteOffset, 8);
    const tag = ((view.getUint16(0, true) << 16) | view.getUint16(2, true)) >>> 0;
    if (tag !== ITEM) return yield ["identity", head];
    yield ["pixel", head];
    yield* exactly(bytes, "pixel", view.getUint32(4, true));
  }
}

async function* runs(file: Bytes, layout: Layout, headOnly: boolean): AsyncGenerator<Run> {
  const bytes = layout.cut && layout.bulk === null ? buffered(file, headOnly ? LITTLE : WINDOW) : file;
  if (layout.cut) {
    yield* exactly(bytes, "identity", layout.header);
    // the pixels are not even asked for: else a disc would be read twice
    if (headOnly && layout.bulk !== null && layout.bulk > 0) return yield ["pixel", new Uint8Array()];
    yield* layout.bulk === null ? fragments(bytes) : exactly(bytes, "pixel", layout.bulk);
  }
  yield* exactly(bytes, "identity", Number.MAX_SAFE_INTEGER);
}

/** How many parts the header takes: these go first, so that the list can be made. All of what has no pixel line. */
export function headParts(layout: Layout, size: number, partBytes: number): number {
  return Math.max(1, Math.ceil((layout.cut ? layout.header : size) / partBytes));
}

/** The parts in order; `until` ends after that many. Throws what reading throws, also when the file ends early. */
export async function* partsOf(
  bytes: Bytes,
  layout: Layout,
  size: number,
  partBytes: number,
  until = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<Part> {
  const headOnly = until <= headParts(layout, size, partBytes);
  let held = new Uint8Array(0);
  let line: Line = "identity";
  let number = 0;
  let passed = 0;
  const part = (content: Uint8Array<ArrayBuffer>): Part => {
    passed += content.length;
    return { number: number++, line, content, last: passed === size };
  };
  for await (const [on, data] of runs(bytes, layout, headOnly)) {
    let rest = data;
    if (on !== line && held.length > 0) {
      yield part(held);
      held = new Uint8Array(0);
      if (number >= until) return;
    }
    line = on;
    while (held.length + rest.length >= partBytes) {
      const taken = rest.subarray(0, partBytes - held.length);
      rest = rest.subarray(taken.length);
      yield part(joined(held, taken));
      held = new Uint8Array(0);
      if (number >= until) return;
    }
    if (rest.length > 0) held = joined(held, rest);
  }
  if (held.length > 0 || size === 0) yield part(held);
  if (passed !== size) throw new RangeError("the file is not as long as it was");
}
