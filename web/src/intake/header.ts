/**
 * Where the header of a DICOM file ends and its pixels begin (PS3.5 section 7, PS3.10 section 7), so that the two go on
 * different lines. It decides nothing else: what the header says is read where it may be opened.
 *
 * What it cannot walk through - deflated, damaged, larger than it holds - has no pixel line: all of it is identity.
 */
import type { Bytes } from "./bytes";

export const HEADER_MOST = 16 << 20;
const FIRST = 32 << 10;
const STEP = 256 << 10;
const DEPTH = 32;
const UNDEFINED = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const BULK = new Set([0x7fe00008, 0x7fe00009, 0x7fe00010]);
const SOP_INSTANCE = 0x00080018;
const DICOMDIR = "1.2.840.10008.1.3.10";
const DEFLATED = "1.2.840.10008.1.2.1.99";
const IMPLICIT = "1.2.840.10008.1.2";
const BIG = "1.2.840.10008.1.2.2";
const LONG = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]);

/** What a file is: DICOM, its table of contents, or one of what stays where it is. */
export type Kind = "instance" | "dicomdir" | "pdf" | "jpeg" | "png" | "other" | "empty";

/** `header` bytes come before the first pixel; `bulk` is the length of the pixels, null when the file has to say. */
export interface Layout {
  kind: Kind;
  header: number;
  bulk: number | null;
  /** Whether there is a pixel line at all. */
  cut: boolean;
}

class Cannot extends Error {}

interface Coding {
  little: boolean;
  explicit: boolean;
}

/** The beginning of a file, which grows as far as the walk goes. */
class Beginning {
  data = new Uint8Array(FIRST);
  view = new DataView(this.data.buffer);
  length = 0;
  private ended = false;

  constructor(private readonly bytes: Bytes) {}

  /** Whether the file has this many bytes. */
  async has(length: number): Promise<boolean> {
    while (this.length < length && !this.ended) {
      if (length > HEADER_MOST) throw new Cannot();
      const more = await this.bytes.read(this.length === 0 ? FIRST : Math.max(STEP, length - this.length));
      if (more.length === 0) this.ended = true;
      else this.take(more);
    }
    return this.length >= length;
  }

  private take(more: Uint8Array): void {
    const needed = this.length + more.length;
    if (needed > this.data.length) {
      const grown = new Uint8Array(Math.max(needed, this.data.length * 2));
      grown.set(this.data.subarray(0, this.length));
      this.data = grown;
      this.view = new DataView(grown.buffer);
    }
    this.data.set(more, this.length);
    this.length = needed;
  }

  text(at: number, length: number): string {
    return String.fromCharCode(...this.data.subarray(at, at + length));
  }
}

interface Element {
  tag: number;
  vr: string;
  length: number;
  value: number;
}

async function element(file: Beginning, at: number, coding: Coding): Promise<Element | null> {
  if (!(await file.has(at + 8))) return null;
  const { view } = file;
  const tag = ((view.getUint16(at, coding.little) << 16) | view.getUint16(at + 2, coding.little)) >>> 0;
  if (tag >>> 16 === 0xfffe || !coding.explicit)
    return { tag, vr: "", length: view.getUint32(at + 4, coding.little), value: at + 8 };
  const vr = file.text(at + 4, 2);
  if (!/^[A-Z]{2}$/.test(vr)) throw new Cannot();
  if (!LONG.has(vr)) return { tag, vr, length: view.getUint16(at + 6, coding.little), value: at + 8 };
  if (!(await file.has(at + 12))) throw new Cannot();
  return { tag, vr, length: file.view.getUint32(at + 8, coding.little), value: at + 12 };
}

/** Passes over a value; where it ends. */
async function behind(file: Beginning, one: Element, coding: Coding, depth: number): Promise<number> {
  if (one.length !== UNDEFINED) {
    if (!(await file.has(one.value + one.length))) throw new Cannot();
    return one.value + one.length;
  }
  if (depth >= DEPTH) throw new Cannot();
  const inner: Coding = one.vr === "UN" ? { little: true, explicit: false } : coding; // PS3.5 section 6.2.2 note 4
  let at = one.value;
  for (;;) {
    const item = await element(file, at, inner);
    if (item === null) throw new Cannot();
    if (item.tag === SEQUENCE_END) return item.value;
    if (item.tag !== ITEM) throw new Cannot();
    at = item.length === UNDEFINED ? await behindItem(file, item.value, inner, depth) : await over(file, item);
  }
}

async function over(file: Beginning, item: Element): Promise<number> {
  if (!(await file.has(item.value + item.length))) throw new Cannot();
  return item.value + item.length;
}

async function behindItem(file: Beginning, start: number, coding: Coding, depth: number): Promise<number> {
  let at = start;
  for (;;) {
    const one = await element(file, at, coding);
    if (one === null) throw new Cannot();
    if (one.tag === ITEM_END) return one.value;
    at = await behind(file, one, coding, depth + 1);
  }
}

/** Walks the file meta information (group 0002); where the dataset begins, and in which coding. */
async function meta(file: Beginning, start: number): Promise<{ at: number; syntax: string; sopClass: string }> {
  const coding: Coding = { little: true, explicit: true };
  let at = start;
  let syntax = "";
  let sopClass = "";
  while (await file.has(at + 8)) {
    if (file.view.getUint16(at, true) !== 2) break;
    const one = await element(file, at, coding);
    if (one === null) break;
    const end = await behind(file, one, coding, 0);
    const text = () => file.text(one.value, one.length).replace(/[\0 ]+$/, "");
    if (one.tag === 0x00020010) syntax = text();
    if (one.tag === 0x00020002) sopClass = text();
    at = end;
  }
  return { at, syntax, sopClass };
}

interface Walked {
  header: number;
  bulk: number | null;
  cut: boolean;
  instance: boolean;
}

async function walk(file: Beginning, start: number, coding: Coding): Promise<Walked> {
  let at = start;
  let instance = false;
  for (;;) {
    const one = await element(file, at, coding);
    if (one === null) return { header: at, bulk: null, cut: false, instance };
    if (BULK.has(one.tag))
      return { header: one.value, bulk: one.length === UNDEFINED ? null : one.length, cut: true, instance };
    if (one.tag >>> 16 > 0x7fe0) return { header: at, bulk: null, cut: false, instance };
    if (one.tag === SOP_INSTANCE) instance = true;
    at = await behind(file, one, coding, 0);
  }
}

async function lookCertain(file: Beginning, start: number): Promise<Layout> {
  const whole: Layout = { kind: "instance", header: 0, bulk: null, cut: false };
  try {
    const { at, syntax, sopClass } = await meta(file, start);
    if (sopClass === DICOMDIR) return { ...whole, kind: "dicomdir" };
    if (syntax === DEFLATED) return whole;
    const coding = { little: syntax !== BIG, explicit: syntax !== IMPLICIT };
    const { header, bulk, cut } = await walk(file, at, coding);
    return { ...whole, header, bulk, cut };
  } catch (thrown) {
    if (thrown instanceof Cannot) return whole;
    throw thrown;
  }
}

/** A dataset without the prefix: believed when it can be walked through and says which instance it is. */
async function lookUncertain(file: Beginning): Promise<Layout> {
  const other: Layout = { kind: "other", header: 0, bulk: null, cut: false };
  const little = file.data[0] !== 0;
  const explicit = /^[A-Z]{2}$/.test(file.text(4, 2));
  try {
    if (file.view.getUint16(0, little) === 2) return await lookCertain(file, 0);
    const { header, bulk, cut, instance } = await walk(file, 0, { little, explicit });
    return instance ? { kind: "instance", header, bulk, cut } : other;
  } catch (thrown) {
    if (thrown instanceof Cannot) return other;
    throw thrown;
  }
}

function plainKind(file: Beginning): Kind {
  if (file.length === 0) return "empty";
  const begins = (text: string) => file.text(0, text.length) === text;
  if (begins("%PDF")) return "pdf";
  if (begins("\xff\xd8\xff")) return "jpeg";
  return begins("\x89PNG\r\n\x1a\n") ? "png" : "other";
}

/** What a file is, by its first bytes and never by its name. Throws what reading throws. */
export async function lookAt(bytes: Bytes): Promise<Layout> {
  const file = new Beginning(bytes);
  await file.has(132);
  if (file.length >= 132 && file.text(128, 4) === "DICM") return lookCertain(file, 132);
  if (file.length >= 4 && file.text(0, 4) === "DICM") return lookCertain(file, 4);
  const first = file.length >= 8 ? file.view.getUint16(0, false) : 0;
  if (first === 0x0800 || first === 0x0200 || first === 0x0008) return lookUncertain(file);
  return { kind: plainKind(file), header: 0, bulk: null, cut: false };
}
