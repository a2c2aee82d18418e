/**
 * One upload as the page sees it: seals parts, gathers them into chunks of some MiB, sends these a few at a time, waits
 * out a connection that is away, and never sends what is there already. Memory is what is under way.
 */
import { BASE } from "@/api/client";
import { Failure, failureOfAnswer } from "@/api/failure";
import type { components } from "@/api/schema";
import type { Line, Part } from "./parts";
import { Writer } from "./seal";

export type Begun = components["schemas"]["UploadBegun"];

const CHUNK_BYTES = 4 << 20;
const ENTRIES = 5000;
const AT_ONCE = 3;
const ENTRY_BYTES = 24;
const TABLE_ROOM = 4 + ENTRIES * ENTRY_BYTES;
/** A chunk goes when it holds CHUNK_BYTES; the part that filled it may be as long again. */
const ROOM = 9 << 20;
const LONGEST_MS = 300_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** Answers after which the same call may do better. */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

/** How calls of this upload are made: where, and with which headers. */
export interface Way {
  path: string;
  headers: Record<string, string>;
}

/** Messages laid end to end. Its room is used for another one when it has arrived: new ones cost more than sealing. */
class Chunk {
  plain = 0;
  private readonly entries: { file: Uint8Array; part: number; length: number }[] = [];
  private end = TABLE_ROOM;

  constructor(readonly room: Uint8Array<ArrayBuffer>) {}

  add(file: Uint8Array, part: Part, message: readonly Uint8Array[]): void {
    const begun = this.end;
    for (const piece of message) {
      this.room.set(piece, this.end);
      this.end += piece.length;
    }
    this.entries.push({ file, part: part.number, length: this.end - begun });
    this.plain += part.content.length;
  }

  get full(): boolean {
    return this.end - TABLE_ROOM >= CHUNK_BYTES || this.entries.length >= ENTRIES;
  }

  /** As it is sent: what lies in it, then the messages. A blob: Chromium takes ten times as long over bare bytes. */
  body(): Blob {
    const start = TABLE_ROOM - 4 - this.entries.length * ENTRY_BYTES;
    const view = new DataView(this.room.buffer);
    view.setUint32(start, this.entries.length);
    this.entries.forEach(({ file, part, length }, place) => {
      const at = start + 4 + place * ENTRY_BYTES;
      this.room.set(file, at);
      view.setUint32(at + 16, part);
      view.setUint32(at + 20, length);
    });
    return new Blob([this.room.subarray(start, this.end)]);
  }
}

export class Upload {
  private readonly gathering: Partial<Record<Line, Chunk>> = {};
  private readonly rooms: Uint8Array<ArrayBuffer>[] = [];
  private readonly numbers: Record<Line, number> = { identity: 0, pixel: 0 };
  private readonly underWay = new Set<Promise<void>>();
  private failed: unknown = null;
  private readonly stopping = new AbortController();

  private constructor(
    readonly id: string,
    private readonly way: Way,
    private readonly writer: Writer,
    /** Bytes that have arrived, and whether the connection is away. */
    private readonly told: (bytes: number, waiting: boolean) => void,
  ) {}

  static async open(begun: Begun, way: Way, told: (bytes: number, waiting: boolean) => void): Promise<Upload> {
    const writer = await Writer.make(begun.id, begun.recipient);
    const upload = new Upload(begun.id, way, writer, told);
    await upload.deliver(`keys/${writer.id}`, new Blob([writer.sealed]), 0);
    return upload;
  }

  /** Seals a part and has it sent; waits while enough is under way. Throws what sending threw. */
  async put(file: Uint8Array<ArrayBuffer>, part: Part, name: string, size: number): Promise<void> {
    this.check();
    const message = await this.writer.seal(file, part, name, size);
    this.gathering[part.line] ??= new Chunk(this.rooms.pop() ?? new Uint8Array(ROOM));
    this.gathering[part.line]?.add(file, part, message);
    if (this.gathering[part.line]?.full) this.send(part.line);
    while (this.underWay.size >= AT_ONCE) await Promise.race(this.underWay);
    this.check();
  }

  /** All that was put is there. Throws what sending threw. */
  async flush(): Promise<void> {
    this.send("identity");
    this.send("pixel");
    while (this.underWay.size > 0) await Promise.race(this.underWay);
    this.check();
  }

  stop(): void {
    this.stopping.abort();
  }

  private check(): void {
    if (this.failed !== null) throw this.failed;
    this.stopping.signal.throwIfAborted();
  }

  private send(line: Line): void {
    const chunk = this.gathering[line];
    if (chunk === undefined) return;
    delete this.gathering[line];
    const number = this.numbers[line]++;
    const sending = this.deliver(`chunks/${this.writer.id}/${line}/${number}`, chunk.body(), chunk.plain)
      .catch((thrown: unknown) => {
        this.failed ??= thrown;
      })
      .finally(() => {
        this.rooms.push(chunk.room);
        this.underWay.delete(sending);
      });
    this.underWay.add(sending);
  }

  private async deliver(path: string, body: Blob, plain: number): Promise<void> {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      this.stopping.signal.throwIfAborted();
      const failure = await this.tried(path, body);
      if (failure === null) {
        this.told(plain, false);
        return;
      }
      if (!PASSING.has(failure.status) && failure.kind !== "unreachable") throw failure;
      if (failure.code === "disk-full") throw failure;
      this.told(0, true);
      await passed(pause, this.stopping.signal);
    }
  }

  private async tried(path: string, body: Blob): Promise<Failure | null> {
    const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(LONGEST_MS)]);
    const headers = { ...this.way.headers, "X-Beeldbrug": "portal", "Content-Type": "application/octet-stream" };
    let answer: Response;
    try {
      answer = await fetch(`${BASE}${this.way.path}/${this.id}/${path}`, {
        method: "PUT",
        headers,
        body,
        signal,
        credentials: "same-origin",
        cache: "no-store",
      });
    } catch {
      this.stopping.signal.throwIfAborted();
      return new Failure("unreachable", "node-not-reached");
    }
    return answer.ok ? null : failureOfAnswer(answer.status, await answer.json().catch(() => null));
  }
}

function passed(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    const stop = () => {
      clearTimeout(timer);
      failed(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      done();
    }, milliseconds);
    signal.addEventListener("abort", stop, { once: true });
    // the browser says when the connection is back: then at once
    globalThis.addEventListener?.("online", () => done(), { once: true, signal });
  });
}
