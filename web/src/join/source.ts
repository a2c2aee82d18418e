/** Reads a study's plan from the node, line by line as it comes, and asks again for what has come since. */
import { askOrTake } from "@/api/early";
import type { Fault, Source } from "./types";
import { WholeLines } from "./whole";
import type { Line, ToldLine } from "./wire";

/** Without a line for this long, a plan is taken for broken off. */
const SILENCE_MS = 30_000;
/** What one question may list of instances waited for; the rest are asked for the next time. */
const WAITING_CHARACTERS = 6000;

/** Why a plan cannot be had. `status` 0: the node was not reached. */
export class PlanError extends Error {
  constructor(
    readonly status: number,
    readonly fault: Fault,
  ) {
    super(fault.code);
  }
}

/** Path of a source's plan. */
export function planPath(source: Source): string {
  const kind = source.kind === "exchange" ? "exchanges" : "studies";
  return `/api/v1/${kind}/${encodeURIComponent(source.id)}/study`;
}

/** Gives each line to `take`, in batches as they come. Throws a PlanError, or whatever aborted it. */
export async function readPlan(
  source: Source,
  after: number,
  waiting: readonly number[],
  take: (lines: readonly Line[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const query = after ? `?after=${after}&waiting=${ranges(waiting)}` : "";
  const watch = new AbortController();
  let timer = setTimeout(() => watch.abort(), SILENCE_MS);
  const limited = AbortSignal.any([signal, watch.signal]);
  try {
    const answer = await asked(planPath(source) + query, limited);
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const decoder = new TextDecoder();
    const lines = new WholeLines();
    let held = "";
    let ended = false;
    for (;;) {
      const { done, value } = await reader.read();
      clearTimeout(timer);
      timer = setTimeout(() => watch.abort(), SILENCE_MS);
      held += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const cut = held.lastIndexOf("\n");
      if (cut >= 0) {
        const come = held
          .slice(0, cut)
          .split("\n")
          .filter(Boolean)
          .map((line) => lines.whole(JSON.parse(line) as ToldLine));
        held = held.slice(cut + 1);
        ended ||= come.some((line) => line.type === "end");
        take(come);
      }
      if (done) break;
    }
    if (!ended) throw new Error("cut off");
  } catch (thrown) {
    if (signal.aborted || thrown instanceof PlanError) throw thrown;
    throw new PlanError(0, {
      code: "node-not-reached",
      text: "The node was not reached.",
      remedy: "It is tried again.",
    });
  } finally {
    clearTimeout(timer);
  }
}

async function asked(path: string, signal: AbortSignal): Promise<Response> {
  const answer = await askOrTake(path, signal);
  if (answer.ok && answer.body) return answer;
  const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  const said = (key: string) => (typeof body[key] === "string" ? (body[key] as string) : "");
  const fault = { code: said("code") || `http-${answer.status}`, text: said("text"), remedy: said("remedy") };
  throw new PlanError(answer.status, fault);
}

/** Numbers as the node reads them: "3,7-12". */
export function ranges(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  let found = "";
  for (let at = 0; at < sorted.length; ) {
    let end = at;
    while (sorted[end + 1] === (sorted[end] as number) + 1) end++;
    const run = end > at ? `${sorted[at]}-${sorted[end]}` : `${sorted[at]}`;
    if (found.length + run.length + 1 > WAITING_CHARACTERS) break;
    found += (found && ",") + run;
    at = end + 1;
  }
  return found;
}
