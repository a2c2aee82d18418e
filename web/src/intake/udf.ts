/**
 * The folders of a UDF volume (ECMA-167; OSTA UDF 1.02 to 2.01); its files are stretches of the image. One volume with
 * plain partitions, as discs have that were written at once; virtual, sparable and metadata partitions are refused. The
 * same as the node does by command.
 */
import { Failure } from "@/api/failure";

const SECTORS = [2048, 512, 4096];
const FOLDER_MOST = 64 << 20;
const DESCRIPTORS = 256;
const CONTINUATIONS = 1000;
const DEPTH = 40;
const AHEAD = 256 << 10;

/** A stretch of the image; without `from`: zeros that were never written. */
export interface Stretch {
  from: number | undefined;
  size: number;
}

export interface UdfFile {
  name: string;
  size: number;
  stretches: Stretch[];
  /** Why it is not read. */
  refused: "" | "disc-name-outside" | "disc-file-unreadable";
}

interface Place {
  block: number;
  partition: number;
}

interface Volume {
  image: Blob;
  sector: number;
  block: number;
  /** First sectors of the partitions, in the order in which they are named. */
  partitions: number[];
  /** What was read last. */
  ahead: { from: number; content: ArrayBuffer };
}

interface Entry {
  kind: number;
  size: number;
  stretches: Stretch[];
}

const damaged = () => new Failure("malformed", "carrier-damaged");
const ofForm = () => new Failure("unsupported", "carrier-udf");

async function viewOf(image: Blob, from: number, size: number): Promise<DataView> {
  return new DataView(await image.slice(from, from + size).arrayBuffer());
}

/** Whether a descriptor is of this kind, by its tag and that one's checksum (ECMA-167 3/7.2). */
function is(view: DataView, kind: number, at = 0): boolean {
  if (at + 16 > view.byteLength || view.getUint16(at, true) !== kind) return false;
  let sum = 0;
  for (let place = 0; place < 16; place++) if (place !== 4) sum += view.getUint8(at + place);
  return (sum & 0xff) === view.getUint8(at + 4);
}

function placeOf(view: DataView, at: number): Place {
  return { block: view.getUint32(at + 4, true), partition: view.getUint16(at + 8, true) };
}

/** The Anchor Volume Descriptor Pointer, and the size of a sector (ECMA-167 3/8.4.2.1). */
async function anchorOf(image: Blob): Promise<[DataView, number]> {
  for (const sector of SECTORS) {
    const last = Math.floor(image.size / sector) - 1;
    for (const number of [256, last - 256, last]) {
      if (number <= 0) continue;
      const view = await viewOf(image, number * sector, 512);
      if (is(view, 2) && view.getUint32(12, true) === number) return [view, sector];
    }
  }
  throw damaged();
}

/** Numbers of the partitions, in the order in which they are named (ECMA-167 3/10.7). */
function mapsOf(view: DataView): number[] {
  const found = [];
  let at = 440;
  for (let count = Math.min(view.getUint32(268, true), 16); count > 0; count--) {
    if (view.getUint8(at) !== 1) throw ofForm();
    found.push(view.getUint16(at + 4, true));
    at += Math.max(view.getUint8(at + 1), 6);
  }
  return found;
}

/** The volume and where its file set is, from a volume descriptor sequence. */
async function volumeOf(image: Blob, sector: number, size: number, start: number): Promise<[Volume, Place] | null> {
  const starts = new Map<number, number>();
  let logical: DataView | undefined;
  for (let number = 0; number < Math.min(Math.floor(size / sector), DESCRIPTORS); number++) {
    const view = await viewOf(image, (start + number) * sector, sector);
    if (is(view, 5)) starts.set(view.getUint16(22, true), view.getUint32(188, true));
    else if (is(view, 6)) logical = view;
    else if (is(view, 8) || view.byteLength < 16 || view.getUint16(0, true) === 0) break;
  }
  if (logical === undefined) return null;
  const block = logical.getUint32(212, true);
  const partitions = mapsOf(logical).map((number) => starts.get(number) ?? -1);
  if (!SECTORS.includes(block) || partitions.length === 0 || partitions.includes(-1)) return null;
  const ahead = { from: 0, content: new ArrayBuffer(0) };
  return [{ image, sector, block, partitions, ahead }, placeOf(logical, 248)];
}

function at(volume: Volume, place: Place): number {
  const start = volume.partitions[place.partition];
  if (start === undefined) throw damaged();
  return start * volume.sector + place.block * volume.block;
}

/** A block; its neighbours are asked for as well, because entries of files lie side by side. */
async function blockOf(volume: Volume, place: Place): Promise<DataView> {
  const from = at(volume, place);
  const end = from + volume.block;
  const { ahead } = volume;
  if (from < ahead.from || end > ahead.from + ahead.content.byteLength) {
    volume.ahead = { from, content: await volume.image.slice(from, from + AHEAD).arrayBuffer() };
  }
  const { content, from: base } = volume.ahead;
  return new DataView(content.slice(from - base, end - base));
}

/** Stretches of a file of `size` bytes; the list may go on elsewhere (ECMA-167 4/12). */
async function stretchesOf(
  volume: Volume,
  first: DataView,
  long: boolean,
  partition: number,
  size: number,
): Promise<Stretch[]> {
  const found: Stretch[] = [];
  const step = long ? 16 : 8;
  let view = first;
  let left = size;
  for (let round = 0; round < CONTINUATIONS; round++) {
    let further: Place | undefined;
    for (let place = 0; place + step <= view.byteLength && further === undefined; place += step) {
      const said = view.getUint32(place, true);
      const length = said & 0x3fffffff;
      const where = long ? placeOf(view, place) : { block: view.getUint32(place + 4, true), partition };
      if (length === 0 || left <= 0) return found;
      if (said >>> 30 === 3) further = where;
      else {
        const part = Math.min(length, left);
        left -= part;
        found.push({ from: said >>> 30 === 0 ? at(volume, where) : undefined, size: part });
      }
    }
    if (further === undefined) return found;
    const next = await blockOf(volume, further);
    if (!is(next, 258)) throw damaged();
    view = new DataView(next.buffer, 24, Math.min(next.getUint32(20, true), next.byteLength - 24));
  }
  throw damaged();
}

/** Type, size and stretches of a file (ECMA-167 4/14.9 and 4/14.17). */
async function entryOf(volume: Volume, place: Place): Promise<Entry> {
  const view = await blockOf(volume, place);
  const extended = is(view, 266);
  if (!extended && !is(view, 261)) throw damaged();
  const kind = view.getUint8(27);
  const form = view.getUint16(34, true) & 7;
  const size = Number(view.getBigUint64(56, true));
  const head = extended ? 216 : 176;
  const start = head + view.getUint32(head - 8, true);
  const length = view.getUint32(head - 4, true);
  if (start + length > view.byteLength) throw damaged();
  if (form === 3) {
    return { kind, size, stretches: [{ from: at(volume, place) + start, size: Math.min(size, length) }] };
  }
  if (form > 1) throw ofForm();
  const list = new DataView(view.buffer, start, length);
  return { kind, size, stretches: await stretchesOf(volume, list, form === 1, place.partition, size) };
}

/** OSTA Compressed Unicode (UDF 2.1.1). */
function textOf(raw: Uint8Array): string {
  const wide = raw[0] === 16 || raw[0] === 255;
  return new TextDecoder(wide ? "utf-16be" : "latin1").decode(raw.subarray(1));
}

/** Names in a folder and where their entries are (ECMA-167 4/14.4); not those that were deleted, nor the parent. */
function namesOf(view: DataView): [string, Place][] {
  const found: [string, Place][] = [];
  for (let place = 0; place + 38 <= view.byteLength; ) {
    if (!is(view, 257, place)) throw damaged();
    const length = view.getUint8(place + 19);
    const name = place + 38 + view.getUint16(place + 36, true);
    if (name + length > view.byteLength) throw damaged();
    if ((view.getUint8(place + 18) & 12) === 0) {
      found.push([textOf(new Uint8Array(view.buffer, view.byteOffset + name, length)), placeOf(view, place + 20)]);
    }
    place += (name + length - place + 3) & ~3;
  }
  return found;
}

async function contentOf(volume: Volume, { size, stretches }: Entry): Promise<DataView> {
  if (size > FOLDER_MOST) throw new Failure("too-large", "carrier-too-large");
  const content = new Uint8Array(size);
  let filled = 0;
  for (const { from, size: length } of stretches) {
    if (from !== undefined) {
      const part = await volume.image.slice(from, from + length).arrayBuffer();
      if (part.byteLength < length) throw damaged();
      content.set(new Uint8Array(part), filled);
    }
    filled += length;
  }
  if (filled < size) throw damaged();
  return new DataView(content.buffer);
}

interface Folder {
  place: Place;
  path: string;
  depth: number;
}

const isDamage = (thrown: unknown) =>
  thrown instanceof RangeError || (thrown instanceof Failure && thrown.code === "carrier-damaged");

const lost = (name: string): UdfFile => ({ name, size: 0, stretches: [], refused: "disc-file-unreadable" });

/** The volume, and where its root is. */
async function opened(image: Blob): Promise<[Volume, Folder]> {
  const [anchor, sector] = await anchorOf(image);
  const sequence = (place: number) =>
    volumeOf(image, sector, anchor.getUint32(place, true), anchor.getUint32(place + 4, true));
  const read = (await sequence(16)) ?? (await sequence(24));
  if (read === null) throw damaged();
  const [volume, set] = read;
  const fileSet = await blockOf(volume, set);
  if (!is(fileSet, 256)) throw damaged();
  return [volume, { place: placeOf(fileSet, 400), path: "", depth: 0 }];
}

/** All files of the volume in an image, at most `most`; what is damaged below the root is told, and the rest is read. */
export async function udfFiles(image: Blob, most: number): Promise<UdfFile[]> {
  try {
    return await filesOf(image, most);
  } catch (thrown) {
    throw thrown instanceof RangeError ? damaged() : thrown; // a place beyond what there is
  }
}

async function filesOf(image: Blob, most: number): Promise<UdfFile[]> {
  const [volume, root] = await opened(image);
  const found: UdfFile[] = [];
  const seen = new Set<number>();
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    try {
      await below(volume, folder, seen, folders, found, most);
    } catch (thrown) {
      if (folder === root || !isDamage(thrown)) throw thrown;
      found.push(lost(folder.path.replace(/\/$/, "")));
    }
  }
  return found;
}

/** The files and folders in one folder. */
async function below(
  volume: Volume,
  folder: Folder,
  seen: Set<number>,
  folders: Folder[],
  found: UdfFile[],
  most: number,
): Promise<void> {
  if (seen.has(at(volume, folder.place))) throw damaged();
  if (folder.depth > DEPTH) throw new Failure("too-large", "carrier-too-deep");
  seen.add(at(volume, folder.place));
  const own = await entryOf(volume, folder.place);
  if (own.kind !== 4) throw damaged();
  for (const [text, place] of namesOf(await contentOf(volume, own))) {
    const name = `${folder.path}${text}`;
    try {
      const { kind, size, stretches } = await entryOf(volume, place);
      if (kind === 4) folders.push({ place, path: `${name}/`, depth: folder.depth + 1 });
      else found.push({ name, size, stretches, refused: kind === 12 ? "disc-name-outside" : "" });
    } catch (thrown) {
      if (!isDamage(thrown)) throw thrown;
      found.push(lost(name));
    }
    if (found.length > most) throw new Failure("too-large", "carrier-too-large");
  }
}
