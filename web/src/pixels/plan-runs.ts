/** Chooses what to fetch together: frames that lie beside each other in a pack become one range request. Pure. */
import { needs } from "./open-frame";
import type { Fetch } from "./protocol";
import type { FrameJob } from "./types";

/** Unwanted bytes between two frames that are fetched along rather than asked for apart. */
export const GAP_BYTES = 64 * 1024;
/** Longest single request; a longer run is asked for in parts. */
export const REQUEST_BYTES = 8 * 1024 * 1024;
const REQUESTS_MOST = 3;

export interface Planned {
  readonly jobs: readonly FrameJob[];
  readonly fetches: readonly Fetch[];
  readonly bytes: number;
}

/**
 * The first of the candidates, with as many of its neighbours among them as fit into `bytes`. Candidates come in the
 * order in which they are wanted; the jobs come out in that order too.
 */
export function planRun(candidates: readonly FrameJob[], bytes: number): Planned {
  const [first] = candidates;
  if (!first) return { jobs: [], fetches: [], bytes: 0 };
  let fetches = fetchesOf(first);
  const chosen = [first];
  if (first.source.kind === "sealed") {
    const { pack } = first.source.opening;
    for (const job of candidates.slice(1)) {
      if (job.source.kind !== "sealed" || job.source.opening.pack !== pack) continue;
      const more = merged([...fetches, ...fetchesOf(job)]);
      if (more.length > REQUESTS_MOST || sizeOf(more) > bytes) continue;
      if (more.length > Math.max(fetches.length, 1) && !nextSegment(fetches, more)) continue;
      fetches = more;
      chosen.push(job);
    }
  }
  return { jobs: chosen, fetches, bytes: sizeOf(fetches) };
}

/** What a frame needs, merged. */
export function fetchesOf(job: FrameJob): Fetch[] {
  return job.source.kind === "sealed" ? merged(needs(job.source.opening, job.source.span)) : [];
}

/** Sorted, with neighbours joined. */
export function merged(fetches: readonly Fetch[]): Fetch[] {
  const sorted = [...fetches].sort((a, b) => a.segment - b.segment || a.from - b.from);
  const found: Fetch[] = [];
  for (const run of sorted) {
    const last = found.at(-1);
    if (last && last.pack === run.pack && last.segment === run.segment && run.from <= last.to + GAP_BYTES) {
      found[found.length - 1] = { ...last, to: Math.max(last.to, run.to) };
    } else found.push(run);
  }
  return found;
}

/** Whether what was added goes on in the next segment, and is not a run of its own elsewhere. */
function nextSegment(before: readonly Fetch[], after: readonly Fetch[]): boolean {
  const segments = new Set(before.map((run) => run.segment));
  return after.every(
    (run) => segments.has(run.segment) || segments.has(run.segment - 1) || segments.has(run.segment + 1),
  );
}

function sizeOf(fetches: readonly Fetch[]): number {
  return fetches.reduce((sum, run) => sum + run.to - run.from, 0);
}
