/**
 * Brings files in two passes: first the headers of all, so that the list can be made; then the pixels of what was chosen.
 * What is there already, from before a reload or a broken connection, is read again and not sent again.
 */
import { type Bytes, Remembered } from "./bytes";
import type { Found } from "./found";
import { type Kind, type Layout, lookAt } from "./header";
import { headParts, partsOf } from "./parts";
import { fileIds, fromBase64, hex } from "./seal";
import { type Begun, Upload, type Way } from "./upload";

const FILES_AT_ONCE = 4;
/** Headers are little, and most of their time is waiting for the browser. */
const HEADERS_AT_ONCE = 12;
const AHEAD = 4 << 20;
/** Between two tellings: the page draws anew for each, and 8,000 files would have it do nothing else. */
const TELL_MS = 100;
const UNREADABLE = "disc-file-unreadable";

export interface Progress {
  /** Files looked at, or sent, of how many; bytes that have arrived, of how many. */
  files: number;
  ofFiles: number;
  bytes: number;
  ofBytes: number;
  /** The connection is away; it goes on by itself. */
  waiting: boolean;
}

/** A file that goes along. */
interface Sent {
  found: Found;
  layout: Layout;
  id: Uint8Array<ArrayBuffer>;
}

export interface Counts {
  met: Record<string, number>;
  others: Record<string, number>;
}

type Tell = (progress: Progress) => void;

/** Which files go along: DICOM and its table of contents; over a link, documents and photographs as well. */
export type Wanted = ReadonlySet<Kind>;
export const IMAGES: Wanted = new Set<Kind>(["instance", "dicomdir"]);

export const FILES: Wanted = new Set<Kind>(["instance", "dicomdir", "pdf", "jpeg", "png"]);

export class Bringing {
  readonly counts: Counts = { met: {}, others: {} };
  private readonly sent = new Map<string, Sent>();
  private progress: Progress = { files: 0, ofFiles: 0, bytes: 0, ofBytes: 0, waiting: false };
  private told = 0;
  private upload: Upload | undefined;

  constructor(
    private readonly begun: Begun,
    private readonly way: Way,
    private readonly held: Readonly<Record<string, readonly number[]>>,
    private readonly wanted: Wanted,
    private readonly tell: Tell,
  ) {}

  /** Of the files that go along. */
  get ids(): string[] {
    return [...this.sent.keys()];
  }

  stop(): void {
    this.upload?.stop();
  }

  /** Looks at all files and sends the headers of those that go along. */
  async headers(files: readonly Found[]): Promise<void> {
    const upload = await this.opened();
    const idOf = await fileIds(fromBase64(this.begun.names_key));
    this.progress = { files: 0, ofFiles: files.length, bytes: 0, ofBytes: 0, waiting: false };
    await together(files, HEADERS_AT_ONCE, async (found) => {
      await this.header(upload, found, idOf);
      this.step({ files: this.progress.files + 1 });
    });
    await upload.flush();
    this.show();
  }

  /** Sends the rest of these files; of those that cannot be read any more, how many. */
  async rest(ids: readonly string[]): Promise<number> {
    const upload = await this.opened();
    const files = ids.map((id) => this.sent.get(id)).filter((one) => one !== undefined);
    const ofBytes = files.reduce((sum, one) => sum + one.found.size, 0);
    this.progress = { files: 0, ofFiles: files.length, bytes: 0, ofBytes, waiting: false };
    let failed = 0;
    await together(files, FILES_AT_ONCE, async (one) => {
      if (!(await this.reading(one.found, AHEAD, (bytes) => this.parts(upload, one, bytes)))) failed += 1;
      this.step({ files: this.progress.files + 1 });
    });
    await upload.flush();
    this.show();
    return failed;
  }

  private async opened(): Promise<Upload> {
    this.upload ??= await Upload.open(this.begun, this.way, (bytes, waiting) =>
      this.step({ bytes: this.progress.bytes + bytes, waiting }),
    );
    return this.upload;
  }

  private step(change: Partial<Progress>): void {
    const waiting = this.progress.waiting;
    this.progress = { ...this.progress, ...change };
    if (waiting !== this.progress.waiting || performance.now() - this.told >= TELL_MS) this.show();
  }

  private show(): void {
    this.told = performance.now();
    this.tell(this.progress);
  }

  private async header(
    upload: Upload,
    found: Found,
    idOf: (name: string, size: number, mark: string) => Promise<Uint8Array<ArrayBuffer>>,
  ): Promise<void> {
    if (found.refused !== "") return this.met(found.refused);
    await this.reading(found, 0, async (bytes) => {
      const beginning = new Remembered(bytes);
      const layout = await lookAt(beginning);
      if (!this.wanted.has(layout.kind)) return this.other(layout.kind);
      const sent: Sent = { found, layout, id: await idOf(found.name, found.size, found.mark) };
      this.sent.set(hex(sent.id), sent);
      beginning.rewind();
      await this.parts(upload, sent, beginning, headParts(layout, found.size, this.begun.part_bytes));
    });
  }

  /** Seals and sends the parts that are not there yet. */
  private async parts(upload: Upload, sent: Sent, bytes: Bytes, until?: number): Promise<void> {
    const { found, layout, id } = sent;
    const here = new Set(this.held[hex(id)]);
    const first = until === undefined ? headParts(layout, found.size, this.begun.part_bytes) : 0;
    for await (const part of partsOf(bytes, layout, found.size, this.begun.part_bytes, until)) {
      if (part.number < first || here.has(part.number)) this.step({ bytes: this.progress.bytes + part.content.length });
      else await upload.put(id, part, found.name, found.size);
    }
  }

  /** Reads a file; false when the disc, the stick or the ZIP does not give it. Failures of sending go on upwards. */
  private async reading(found: Found, ahead: number, work: (bytes: Bytes) => Promise<void>): Promise<boolean> {
    let bytes: Bytes | undefined;
    try {
      bytes = await found.open(ahead);
      await work(bytes);
      return true;
    } catch (thrown) {
      if (!unreadable(thrown)) throw thrown;
      this.met(UNREADABLE);
      return false;
    } finally {
      bytes?.close();
    }
  }

  private met(code: string): void {
    this.counts.met[code] = (this.counts.met[code] ?? 0) + 1;
  }

  private other(kind: Kind): void {
    const name = kind === "png" || kind === "instance" || kind === "dicomdir" ? "other" : kind;
    this.counts.others[name] = (this.counts.others[name] ?? 0) + 1;
  }
}

/** What a browser throws for a scratched disc, a file that went or changed, and a ZIP file that is damaged. */
function unreadable(thrown: unknown): boolean {
  if (thrown instanceof RangeError || thrown instanceof TypeError) return true;
  return thrown instanceof DOMException && ["NotReadableError", "NotFoundError"].includes(thrown.name);
}

async function together<T>(items: readonly T[], at: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const runner = async () => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: at }, runner));
}
