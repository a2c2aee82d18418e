/** Files that somebody drops or chooses: a folder, a disc, loose files, a ZIP or an ISO file, as one list. */
import { Failure } from "@/api/failure";
import { type Bytes, blobBytes } from "./bytes";
import { isoFiles } from "./iso";
import { zipFiles } from "./zip";

/** Files of one carrier; as many as the node takes. */
export const FILES_MOST = 400_000;
const DEPTH = 40;
const TELL_MS = 100;

type Told = (count: number) => void;

/** Passes on what is told a few times a second: else 300,000 files would draw the page as often. */
function seldom(told: Told): Told {
  let last = Number.NEGATIVE_INFINITY;
  return (count) => {
    const now = performance.now();
    if (now - last < TELL_MS) return;
    last = now;
    told(count);
  };
}

/** One file. `mark` differs when its content was written anew; `refused` says why it is not read. */
export interface Found {
  name: string;
  size: number;
  mark: string;
  refused: string;
  /** `ahead`: so many bytes may be asked for at once. */
  open(ahead?: number): Promise<Bytes>;
}

function ofFile(file: File, name: string): Found {
  return {
    name,
    size: file.size,
    mark: String(file.lastModified),
    refused: "",
    open: async (ahead) => blobBytes(file, ahead),
  };
}

/** What was dropped, still to be read: the browser forgets a drop as soon as its event is over. */
export function entriesOf(dropped: DataTransfer): FileSystemEntry[] {
  return [...dropped.items].map((one) => one.webkitGetAsEntry()).filter((one) => one !== null);
}

async function below(entry: FileSystemEntry, depth: number, found: Found[], told: Told) {
  if (depth > DEPTH) throw new Failure("too-large", "carrier-too-deep");
  if (entry.isFile) {
    const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed));
    const name = entry.fullPath.replace(/^\//, "");
    if (depth === 0) found.push(...(await opened(file, name)));
    else found.push(ofFile(file, name));
    if (found.length > FILES_MOST) throw new Failure("too-large", "carrier-too-large");
    told(found.length);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (batch.length === 0) return;
    // the files of a batch at once: each by itself takes the browser a millisecond
    await Promise.all(batch.filter((one) => one.isFile).map((one) => below(one, depth + 1, found, told)));
    for (const one of batch) if (!one.isFile) await below(one, depth + 1, found, told);
  }
}

/** Everything in what was dropped. */
export async function droppedFiles(entries: FileSystemEntry[], told: Told): Promise<Found[]> {
  const found: Found[] = [];
  const tell = seldom(told);
  for (const entry of entries) await below(entry, 0, found, tell);
  return sorted(found);
}

/** Everything in what was chosen with a button. */
export async function chosenFiles(files: readonly File[], told: Told): Promise<Found[]> {
  if (files.length > FILES_MOST) throw new Failure("too-large", "carrier-too-large");
  const found: Found[] = [];
  const tell = seldom(told);
  for (const file of files) {
    const path = file.webkitRelativePath;
    if (path === "") found.push(...(await opened(file, file.name)));
    else found.push(ofFile(file, path));
    tell(found.length);
  }
  return sorted(found);
}

/** A file by itself may be a ZIP or an ISO file, which is opened; within another it is a file like any other. */
async function opened(file: File, name: string): Promise<Found[]> {
  const first = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  if (first[0] === 0x50 && first[1] === 0x4b) return zipFiles(file);
  const mark = new TextDecoder("latin1").decode(await file.slice(32_769, 32_774).arrayBuffer());
  if (mark === "CD001" || mark === "BEA01") return isoFiles(file);
  return [ofFile(file, name)];
}

function sorted(found: Found[]): Found[] {
  return found.sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
}
