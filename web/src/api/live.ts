/**
 * What happens at the node while the page is open: server-sent events, opened again whenever they break.
 *
 * Nothing is replayed by the node: after every re-opening the listeners of "again" run, because events may have been
 * missed; those of "opened" run after the first opening too, for what was read before it.
 */
import { useSyncExternalStore } from "react";
import { BASE } from "./client";

export type Connection = "connecting" | "live" | "broken";
type Heard = (data: unknown) => void;

/** Told by this page itself. */
const OWN: ReadonlySet<string> = new Set(["again", "opened"]);

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

const listeners = new Map<string, Set<Heard>>();
const watchers = new Set<() => void>();
let source: EventSource | null = null;
let connection: Connection = "connecting";
let since = 0;

function tell(name: string, data: unknown): void {
  for (const heard of [...(listeners.get(name) ?? [])]) heard(data);
}

function hearFrom(from: EventSource, name: string): void {
  from.addEventListener(name, (event) => {
    if (from === source) tell(name, JSON.parse((event as MessageEvent<string>).data));
  });
}

/** `heard` runs for every event of this name, "again" included; the returned function takes it back. */
export function listen<T = unknown>(name: string, heard: (data: T) => void): () => void {
  let those = listeners.get(name);
  if (those === undefined) {
    those = new Set();
    listeners.set(name, those);
    if (source !== null && !OWN.has(name)) hearFrom(source, name);
  }
  those.add(heard as Heard);
  return () => those.delete(heard as Heard);
}

function become(next: Connection): void {
  if (connection === next) return;
  connection = next;
  since = Date.now();
  for (const watcher of [...watchers]) watcher();
}

/** Opens the stream; the returned function closes it. `failed` runs when it broke: the session may have ended. */
export function startLive(failed: () => void): () => void {
  let timer: number | undefined;
  let wait = FIRST_WAIT_MS;
  let opened = false;
  let stopped = false;

  const open = () => {
    timer = undefined;
    const opening = new EventSource(`${BASE}/events`);
    source = opening;
    opening.onopen = () => {
      wait = FIRST_WAIT_MS;
      become("live");
      if (opened) tell("again", null);
      tell("opened", null);
      opened = true;
    };
    opening.onerror = () => {
      opening.close();
      if (stopped || source !== opening) return;
      source = null;
      become("broken");
      failed();
      timer = window.setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    };
    for (const name of listeners.keys()) if (!OWN.has(name)) hearFrom(opening, name);
  };
  const soon = () => {
    if (timer === undefined) return;
    window.clearTimeout(timer);
    open();
  };

  become("connecting");
  open();
  window.addEventListener("online", soon);
  return () => {
    stopped = true;
    window.clearTimeout(timer);
    window.removeEventListener("online", soon);
    source?.close();
    source = null;
    become("connecting");
  };
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** The state of the stream. */
export function useConnection(): Connection {
  return useSyncExternalStore(watch, () => connection);
}

/** Since when the stream is in its state (ms). */
export function connectionSince(): number {
  return since;
}
