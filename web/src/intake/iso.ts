/**
 * The folders of a disc image (ISO 9660, ECMA-119, with Joliet names); its files are read where they lie. An image that
 * has UDF alone is refused: the image desk reads it in by command.
 */
import { Failure } from "@/api/failure";
import { type Bytes, blobBytes } from "./bytes";
import type { Found } from "./found";

const BLOCK = 2048;
const DESCRIPTORS = 64;
const DEPTH = 40;
const FOLDER_MOST = 64 << 20;
const FILES_MOST = 200_000;

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
  if (best === undefined) throw new Failure("unsupported", "carrier-udf");
  return best;
}

function nameOf(view: DataView, at: number, joliet: boolean): string {
  const raw = new Uint8Array(view.buffer, at + 33, view.getUint8(at + 32));
  const name = joliet ? new TextDecoder("utf-16be").decode(raw) : new TextDecoder("latin1").decode(raw);
  return (name.split(";")[0] ?? "").replace(/\.$/, "");
}

export async function isoFiles(file: File): Promise<Found[]> {
  const { folder: first, joliet } = await rootOf(file);
  const found: Found[] = [];
  const folders = [first];
  const seen = new Set<number>();
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (folder.depth > DEPTH || seen.has(folder.from)) throw new Failure("malformed", "carrier-damaged");
    seen.add(folder.from);
    if (folder.size > FOLDER_MOST) throw new Failure("too-large", "carrier-too-large");
    const view = await viewOf(file, folder.from, folder.size);
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
        else found.push(extent(file, path, from, size, flags));
        if (found.length > FILES_MOST) throw new Failure("too-large", "carrier-too-large");
      }
      at += length;
    }
  }
  return found;
}

function extent(file: File, name: string, from: number, size: number, flags: number): Found {
  const whole = from + size <= file.size && (flags & 0x80) === 0; // 0x80: goes on in another extent, over 4 GB
  return {
    name,
    size,
    mark: `${file.lastModified} ${file.size} ${from}`,
    refused: whole ? "" : "disc-file-unreadable",
    open: async (ahead?: number): Promise<Bytes> => blobBytes(file.slice(from, from + size), ahead),
  };
}
