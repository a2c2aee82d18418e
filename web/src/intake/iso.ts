/**
 * The folders of a disc image (ISO 9660, ECMA-119, with Joliet names; UDF); its files are read where they lie. Of an image
 * that has both, that with more files counts: some have ISO 9660 only to say that they are UDF.
 */
import { Failure } from "@/api/failure";
import { type Bytes, blobBytes } from "./bytes";
import { FILES_MOST, type Found } from "./found";
import { type Stretch, udfFiles } from "./udf";

const BLOCK = 2048;
const DESCRIPTORS = 64;
const DEPTH = 40;
const FOLDER_MOST = 64 << 20;

/** Zeros, for stretches that were never written. */
const ZEROS = new Blob([new Uint8Array(1 << 20)]);

/** Flag of a record whose file goes on in the next one (ECMA-119 9.1.6). */
const GOES_ON = 0x80;

interface Extent {
  from: number;
  size: number;
}

interface Folder {
  from: number;
  size: number;
  path: string;
  depth: number;
}

interface Root {
  folder: Folder;
  joliet: boolean;
}

async function viewOf(file: Blob, from: number, size: number): Promise<DataView> {
  return new DataView(await file.slice(from, from + size).arrayBuffer());
}

/** What the image says that it is, one name for each of its first structures (ECMA-167 2/8.3). */
async function marksOf(file: Blob): Promise<string[]> {
  const view = await viewOf(file, 16 * BLOCK, DESCRIPTORS * BLOCK);
  const count = Math.floor(view.byteLength / BLOCK);
  return Array.from({ length: count }, (_, number) =>
    new TextDecoder("latin1").decode(new Uint8Array(view.buffer, number * BLOCK + 1, 5)),
  );
}

/** The root of the volume with the better names. */
async function rootOf(file: Blob): Promise<Root> {
  let best: Root | undefined;
  for (let number = 0; number < DESCRIPTORS; number++) {
    const view = await viewOf(file, (16 + number) * BLOCK, BLOCK);
    if (view.byteLength < BLOCK) break;
    const kind = view.getUint8(0);
    const name = new TextDecoder("latin1").decode(new Uint8Array(view.buffer, 1, 5));
    if (name !== "CD001" || kind === 255) break;
    const joliet = kind === 2 && view.getUint8(88) === 0x25 && view.getUint8(89) === 0x2f;
    if (kind !== 1 && !joliet) continue;
    const folder = { from: view.getUint32(158, true) * BLOCK, size: view.getUint32(166, true), path: "", depth: 0 };
    if (best === undefined || joliet) best = { folder, joliet };
  }
  if (best === undefined) throw new Failure("malformed", "carrier-damaged");
  return best;
}

function nameOf(view: DataView, at: number, joliet: boolean): string {
  const raw = new Uint8Array(view.buffer, at + 33, view.getUint8(at + 32));
  const name = joliet ? new TextDecoder("utf-16be").decode(raw) : new TextDecoder("latin1").decode(raw);
  return (name.split(";")[0] ?? "").replace(/\.$/, "");
}

/** Everything on a disc image. */
export async function isoFiles(file: File): Promise<Found[]> {
  const marks = await marksOf(file);
  const plain = marks.includes("CD001");
  if (!marks.includes("NSR02") && !marks.includes("NSR03")) return ofIso(file);
  const found = plain ? await ofIso(file) : [];
  try {
    const more = await ofUdf(file);
    return more.length > found.length ? more : found;
  } catch (thrown) {
    if (found.length === 0) throw thrown;
    return found;
  }
}

async function ofUdf(file: File): Promise<Found[]> {
  const files = await udfFiles(file, FILES_MOST);
  return files.map(({ name, size, stretches, refused }) => {
    if (refused !== "") return refusedOf(file, name, 0, refused);
    if (outside(name)) return refusedOf(file, name, size, "disc-name-outside");
    const whole = stretches.reduce((sum, one) => sum + one.size, 0) === size;
    const inside = stretches.every(({ from, size }) => from === undefined || from + size <= file.size);
    if (!whole || !inside) return refusedOf(file, name, size, "disc-file-unreadable");
    return { ...refusedOf(file, name, size, ""), ...reading(file, stretches) };
  });
}

function outside(name: string): boolean {
  return name.split(/[\\/]/).includes("..") || name.startsWith("/") || name.includes("\0");
}

function refusedOf(file: File, name: string, size: number, refused: string): Found {
  const mark = `${file.lastModified} ${file.size} ${name}`;
  return { name, size, mark, refused, open: async () => blobBytes(new Blob()) };
}

function reading(file: File, stretches: readonly Stretch[]): Pick<Found, "open"> {
  const parts = () =>
    stretches.flatMap(({ from, size }) => (from === undefined ? zeros(size) : file.slice(from, from + size)));
  return { open: async (ahead?: number): Promise<Bytes> => blobBytes(new Blob(parts()), ahead) };
}

function zeros(size: number): Blob[] {
  const whole = Array<Blob>(Math.floor(size / ZEROS.size)).fill(ZEROS);
  return [...whole, ZEROS.slice(0, size % ZEROS.size)];
}

async function ofIso(file: File): Promise<Found[]> {
  const { folder: first, joliet } = await rootOf(file);
  const found: Found[] = [];
  const folders = [first];
  const seen = new Set<number>();
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (folder.depth > DEPTH || seen.has(folder.from)) throw new Failure("malformed", "carrier-damaged");
    seen.add(folder.from);
    if (folder.size > FOLDER_MOST) throw new Failure("too-large", "carrier-too-large");
    const view = await viewOf(file, folder.from, folder.size);
    let parts: Extent[] = []; // of the file whose records are being read: one over 4 GB has several, side by side
    for (let at = 0; at + 34 <= view.byteLength; ) {
      const length = view.getUint8(at);
      if (length === 0) {
        at = (Math.floor(at / BLOCK) + 1) * BLOCK; // a record never goes over the end of a block
        continue;
      }
      const id = view.getUint8(at + 33);
      const dots = view.getUint8(at + 32) === 1 && id <= 1;
      if (!dots) {
        const path = `${folder.path}${nameOf(view, at, joliet)}`;
        const [from, size] = [view.getUint32(at + 2, true) * BLOCK, view.getUint32(at + 10, true)];
        const flags = view.getUint8(at + 25);
        if (flags & 2) folders.push({ from, size, path: `${path}/`, depth: folder.depth + 1 });
        else {
          parts.push({ from, size });
          if ((flags & GOES_ON) === 0) {
            found.push(fileOf(file, path, parts));
            parts = [];
          }
        }
        if (found.length > FILES_MOST) throw new Failure("too-large", "carrier-too-large");
      }
      at += length;
    }
  }
  return found;
}

function fileOf(file: File, name: string, parts: readonly Extent[]): Found {
  const whole = parts.every(({ from, size }) => from + size <= file.size);
  const slices = parts.map(({ from, size }) => file.slice(from, from + size));
  return {
    name,
    size: parts.reduce((sum, { size }) => sum + size, 0),
    mark: `${file.lastModified} ${file.size} ${parts[0]?.from ?? 0}`,
    refused: whole ? "" : "disc-file-unreadable",
    open: async (ahead?: number): Promise<Bytes> =>
      blobBytes(slices.length === 1 && slices[0] ? slices[0] : new Blob(slices), ahead),
  };
}
