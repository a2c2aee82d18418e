/**
 * Questions that are asked before the code that needs their answers has come: the plan of the study in the address, who
 * is here, the first page of the list.
 *
 * That code takes longer to load than the answer. Whoever needs an answer takes it, once; after a while it is given up.
 */
import { onSessionEnd } from "./forget";

const KEPT_MS = 30_000;

interface Early {
  answer: Promise<Response>;
  stop: AbortController;
  asked: number;
  received: number;
}

/** By path, and body where there is one. */
const early = new Map<string, Early>();

/** How everything is asked that is not JSON. */
export function ask(path: string, signal: AbortSignal): Promise<Response> {
  return fetch(path, {
    signal,
    credentials: "same-origin",
    cache: "no-store",
    headers: { "X-Beeldbrug": "portal" },
  });
}

/** Posts JSON. */
function post(path: string, body: string, signal: AbortSignal): Promise<Response> {
  return fetch(path, {
    method: "POST",
    body,
    signal,
    credentials: "same-origin",
    cache: "no-store",
    headers: { "X-Beeldbrug": "portal", "Content-Type": "application/json" },
  });
}

const keyOf = (path: string, body: string) => `${path}\n${body}`;

/** Asks now; with a body it is posted as JSON, and must change nothing at the node. */
export function askEarly(path: string, body?: object): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  const key = keyOf(path, text);
  early.get(key)?.stop.abort();
  const stop = new AbortController();
  const answer = body === undefined ? ask(path, stop.signal) : post(path, text, stop.signal);
  const asked: Early = { answer, stop, asked: Date.now(), received: 0 };
  answer.then(
    () => {
      asked.received = Date.now();
    },
    () => undefined, // whoever takes it is told
  );
  early.set(key, asked);
  setTimeout(() => {
    if (early.get(key) !== asked) return;
    early.delete(key);
    stop.abort();
  }, KEPT_MS);
}

/** What was asked early, taken: `answer` is null when it failed, or was refused before somebody signed in. */
interface Taken {
  answer: Promise<Response | null>;
  /** When it was asked and answered (ms). */
  times: () => readonly [number, number];
}

/** The early question, when this is it; it ends with `signal`. */
export function takeEarly(path: string, body: string, signal: AbortSignal): Taken | null {
  const key = keyOf(path, body);
  const asked = early.get(key);
  if (asked === undefined) return null;
  early.delete(key);
  signal.addEventListener("abort", () => asked.stop.abort());
  if (signal.aborted) asked.stop.abort();
  // refused to whoever had not signed in yet: by now somebody may have
  const answer = asked.answer.then(
    (found) => (found.status === 401 ? null : found),
    () => null,
  );
  return { answer, times: () => [asked.asked, asked.received] };
}

/** Whether anything of this path was asked early. */
export function isEarly(path: string): boolean {
  for (const key of early.keys()) if (key.startsWith(`${path}\n`)) return true;
  return false;
}

/** The answer, when this was asked; what failed, or was refused before somebody signed in, is asked again. */
export async function askOrTake(path: string, signal: AbortSignal): Promise<Response> {
  return (await takeEarly(path, "", signal)?.answer) ?? ask(path, signal);
}

/** Leaves nothing behind at sign-out. */
export function forgetEarly(): void {
  for (const asked of early.values()) asked.stop.abort();
  early.clear();
}

onSessionEnd(forgetEarly);
