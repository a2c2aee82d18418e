/**
 * Opens studies and keeps count of them, so that all of them can be closed at once when the session ends.
 *
 * It works without Cornerstone, which takes long to load: the first picture of a study is had, and drawn, before it.
 */
import { onSessionEnd } from "../api/forget";
import { makePool, type PixelPool } from "../pixels";
import { OpenStudy } from "./study";
import type { JoinedStudy, OpenOptions, Source } from "./types";

const open = new Map<string, OpenStudy>();
let pool: PixelPool | null = null;
let early: OpenStudy | null = null;
let drop: (imageIds: readonly string[]) => void = () => undefined;

onSessionEnd(closeAll);

/** What has to let go of pictures that are no more; nothing does until somebody caches them. */
export function onDropped(act: (imageIds: readonly string[]) => void): void {
  drop = act;
}

/** The open study that an image id begins with. */
export function studyOf(id: string): OpenStudy | null {
  return open.get(id) ?? null;
}

/** Opens a study; it is usable as soon as `ready` resolves, and fills up by itself. */
export function openStudy(source: Source, options: OpenOptions = {}): JoinedStudy {
  const known = early;
  if (known !== null && known.source.kind === source.kind && known.source.id === source.id && open.has(known.id)) {
    early = null;
    known.adopt(options);
    return known;
  }
  return opened(source, options);
}

/** Opens a study before whoever shows it is there: only what is asked for is loaded, until `openStudy` takes it over. */
export function openEarly(source: Source): OpenStudy {
  dropEarly();
  early = opened(source, { loadAll: false });
  return early;
}

/** Closes what was opened early, unless it was taken over. */
export function dropEarly(): void {
  early?.close();
  early = null;
}

function opened(source: Source, options: OpenOptions): OpenStudy {
  pool ??= makePool();
  pool.warm();
  const study = new OpenStudy(source, options, pool, { drop: (imageIds) => drop(imageIds) }, (ended) =>
    open.delete(ended.id),
  );
  open.set(study.id, study);
  return study;
}

/** The studies that are open now. */
export function openStudies(): readonly JoinedStudy[] {
  return [...open.values()];
}

/** Closes every study; when the session has ended. */
export function closeAll(): void {
  for (const study of [...open.values()]) study.signOut();
}
