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
