/**
 * Calls to the node's JSON API: one header that a foreign page cannot set, one way to fail, one place that notices that
 * the session has ended.
 */
import createClient from "openapi-fetch";
import { learnClock } from "./clock";
import { isEarly, takeEarly } from "./early";
import { Failure, failureOfAnswer } from "./failure";
import type { paths } from "./schema";

export const BASE = "/api/v1";

/** A call without an answer after this long has failed. */
const LONGEST_MS = 30_000;

const listeners = new Set<() => void>();

/** `lost` runs when the node says that nobody is signed in (any more). */
export function onSignedOut(lost: () => void): () => void {
  listeners.add(lost);
  return () => listeners.delete(lost);
}

/** `fetch` with the portal's header, a time limit, and Failures for what the network does. */
export async function call(input: Request | string, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  request.headers.set("X-Beeldbrug", "portal");
  const limit = AbortSignal.timeout(LONGEST_MS);
  const signal = AbortSignal.any([request.signal, limit]);
  const early = await taken(request, signal);
  if (early !== null) return early;
  const asked = Date.now();
  let answer: Response;
  try {
    answer = await fetch(request, { signal, credentials: "same-origin", cache: "no-store" });
  } catch (thrown) {
    if (request.signal.aborted) throw thrown;
    throw new Failure("unreachable", limit.aborted ? "no-answer-in-time" : "node-not-reached");
  }
  learnClock(answer.headers.get("Date"), asked, Date.now());
  return answer;
}

/** The answer to what was asked before this code was here; null when it was not, or there is none. */
async function taken(request: Request, signal: AbortSignal): Promise<Response | null> {
  const { pathname, search } = new URL(request.url);
  const path = pathname + search;
  if (!isEarly(path)) return null;
  const early = takeEarly(path, request.method === "GET" ? "" : await request.clone().text(), signal);
  const answer = (await early?.answer) ?? null;
  if (answer !== null && early !== null) learnClock(answer.headers.get("Date"), ...early.times());
  return answer;
}

const client = createClient<paths>({
  baseUrl: `${globalThis.location?.origin ?? ""}${BASE}`,
  fetch: (request: Request) => call(request),
});

client.use({
  async onResponse({ response, schemaPath }) {
    if (response.ok) return;
    const body: unknown = await response.json().catch(() => null);
    const failure = failureOfAnswer(response.status, body);
    if (failure.kind === "signed-out" && !schemaPath.startsWith("/sign-in")) for (const lost of [...listeners]) lost();
    throw failure;
  },
});

export const api = client;

/** The data of an answer; openapi-fetch leaves it undefined only where the node breaks its own description. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  const { data: value } = await answer;
  if (value === undefined) throw new Failure("broken", "answer-empty");
  return value;
}
