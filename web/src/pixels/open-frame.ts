/** Opens one frame out of fetched runs of sealed bytes. Runs in a worker; keeps prepared keys only while asked to. */
import { cut, type Lock, openRun, prepare, recordRun } from "./message";
import type { Fetch } from "./protocol";
import { type Opening, PixelError, type Span } from "./types";

/** A fetched run. */
export interface Fetched extends Fetch {
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Which runs of segments a frame needs. */
export function needs(opening: Opening, span: Span): Fetch[] {
  const found: Fetch[] = [];
  for (const [offset, length] of span.fragments) {
    const run = recordRun(opening, offset, length);
    for (const [segment, start, size] of cut(opening.extents, run.from, run.to)) {
      found.push({ pack: opening.pack, segment, from: start, to: start + size });
    }
  }
  return found;
}

/** Prepared openings by what they open, so that a multi-frame instance imports its key once. */
export class Locks {
  private readonly held = new Map<string, Promise<Lock>>();

  constructor(private readonly most = 64) {}

  get(opening: Opening): Promise<Lock> {
    const name = `${opening.pack}:${opening.salt}`;
    let lock = this.held.get(name);
    if (!lock) {
      lock = prepare(opening);
      lock.catch(() => this.held.delete(name));
      this.held.set(name, lock);
      const oldest = this.held.keys().next().value;
      if (this.held.size > this.most && oldest !== undefined) this.held.delete(oldest);
    }
    return lock;
  }

  clear(): void {
    this.held.clear();
  }
}

/** The opened bytes of a frame, its fragments end to end. */
export async function openFrame(
  locks: Locks,
  opening: Opening,
  span: Span,
  fetched: readonly Fetched[],
): Promise<Uint8Array<ArrayBuffer>> {
  const lock = await locks.get(opening);
  const target = new Uint8Array(span.fragments.reduce((sum, [, length]) => sum + length, 0));
  let at = 0;
  const opened: Promise<void>[] = [];
  for (const [offset, length] of span.fragments) {
    const run = recordRun(opening, offset, length);
    const parts = cut(opening.extents, run.from, run.to).map(([segment, start, size]) =>
      find(fetched, opening.pack, segment, start, size),
    );
    opened.push(openRun(lock, run, joined(parts), offset, length, target, at));
    at += length;
  }
  await Promise.all(opened);
  return target;
}

function find(
  fetched: readonly Fetched[],
  pack: string,
  segment: number,
  start: number,
  size: number,
): Uint8Array<ArrayBuffer> {
  for (const run of fetched) {
    if (run.pack === pack && run.segment === segment && run.from <= start && start + size <= run.to) {
      return run.data.subarray(start - run.from, start - run.from + size);
    }
  }
  throw new PixelError("message-malformed", "Sealed bytes of a frame were not fetched.");
}

function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [first] = parts;
  if (parts.length === 1 && first) return first;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
