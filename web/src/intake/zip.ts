/**
 * The table of contents of a ZIP file (APPNOTE 6.3, with ZIP64); its files are unpacked while they are read. What needs a
 * password, swells more than any image does, or points outside is told and not read. A ZIP within it stays closed.
 */
import { Failure } from "@/api/failure";
import { blobBytes, inflatedBytes } from "./bytes";
import type { Found } from "./found";

const TAIL = 65_557;
const DIRECTORY_MOST = 128 << 20;
const RATIO = 400;
const RATIO_FROM = 16 << 20;
const NONE = 0xffffffff;

function damaged(): Failure {
  return new Failure("malformed", "carrier-damaged");
}

async function viewOf(blob: Blob, from: number, to: number): Promise<DataView> {
  return new DataView(await blob.slice(Math.max(0, from), to).arrayBuffer());
}

interface Place {
  offset: number;
  size: number;
}

async function directoryOf(file: Blob): Promise<Place> {
  const tail = await viewOf(file, file.size - TAIL, file.size);
  for (let at = tail.byteLength - 22; at >= 0; at--) {
    if (tail.getUint32(at, true) !== 0x06054b50) continue;
    const place = { size: tail.getUint32(at + 12, true), offset: tail.getUint32(at + 16, true) };
    const many = tail.getUint16(at + 10, true) === 0xffff;
    if (place.size !== NONE && place.offset !== NONE && !many) return place;
    if (at < 20 || tail.getUint32(at - 20, true) !== 0x07064b50) return place;
    const end = Number(tail.getBigUint64(at - 12, true));
    const larger = await viewOf(file, end, end + 56);
    if (larger.byteLength < 56 || larger.getUint32(0, true) !== 0x06064b50) throw damaged();
    return { size: Number(larger.getBigUint64(40, true)), offset: Number(larger.getBigUint64(48, true)) };
  }
  throw damaged();
}

/** Sizes and offset of an entry over 4 GB lie in its extra field 0001. */
function larger(view: DataView, from: number, length: number, plain: [number, number, number]): number[] {
  const values = [...plain];
  for (let at = from; at + 4 <= from + length; ) {
    const size = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1) {
      let inner = at + 4;
      for (let place = 0; place < 3; place++)
        if (values[place] === NONE && inner + 8 <= at + 4 + size) {
          values[place] = Number(view.getBigUint64(inner, true));
          inner += 8;
        }
    }
    at += 4 + size;
  }
  return values;
}

function outside(name: string): boolean {
  const parts = name.replaceAll("\\", "/").split("/");
  return /^[/\\]/.test(name) || parts.includes("..") || name.includes("\0") || name[1] === ":";
}

export async function zipFiles(file: File): Promise<Found[]> {
  const { offset, size } = await directoryOf(file);
  if (size > DIRECTORY_MOST) throw new Failure("too-large", "carrier-too-large");
  const view = await viewOf(file, offset, offset + size);
  const found: Found[] = [];
  for (let at = 0; at + 46 <= view.byteLength && view.getUint32(at, true) === 0x02014b50; ) {
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [named, extra, comment] = [28, 30, 32].map((one) => view.getUint16(at + one, true)) as [
      number,
      number,
      number,
    ];
    const raw = new Uint8Array(view.buffer, at + 46, Math.min(named, view.byteLength - at - 46));
    const name = new TextDecoder(flags & 0x800 ? "utf-8" : "latin1").decode(raw);
    const plain: [number, number, number] = [
      view.getUint32(at + 24, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 42, true),
    ];
    const [whole = 0, packed = 0, place = 0] = larger(view, at + 46 + named, extra, plain);
    const mode = view.getUint32(at + 38, true) >>> 16;
    if (!name.endsWith("/")) found.push(member(file, name, { flags, method, whole, packed, place, mode }));
    at += 46 + named + extra + comment;
  }
  return found;
}

interface Member {
  flags: number;
  method: number;
  whole: number;
  packed: number;
  place: number;
  mode: number;
}

function refusal(name: string, { flags, method, whole, packed, mode }: Member): string {
  if (outside(name) || (mode & 0xf000) === 0xa000) return "disc-name-outside";
  if (flags & 1) return "disc-encrypted";
  if (method !== 0 && method !== 8) return "disc-file-unreadable";
  return whole > RATIO_FROM && whole > RATIO * Math.max(1, packed) ? "disc-file-suspicious" : "";
}

function member(file: File, name: string, one: Member): Found {
  return {
    name,
    size: one.whole,
    mark: `${file.lastModified} ${file.size} ${one.place}`,
    refused: refusal(name, one),
    async open(ahead?: number) {
      const local = await viewOf(file, one.place, one.place + 30);
      if (local.byteLength < 30 || local.getUint32(0, true) !== 0x04034b50) throw damaged();
      const from = one.place + 30 + local.getUint16(26, true) + local.getUint16(28, true);
      const packed = file.slice(from, from + one.packed);
      return one.method === 0 ? blobBytes(packed, ahead) : inflatedBytes(packed, one.whole);
    },
  };
}
