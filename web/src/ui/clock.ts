/** The node's time, ticking; one timer for all that shows it. */
import { useSyncExternalStore } from "react";
import { nodeNow } from "@/api/clock";

const watchers = new Set<() => void>();
let timer: number | undefined;
let now = Math.floor(nodeNow());

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= window.setInterval(() => {
    now = Math.floor(nodeNow());
    for (const each of [...watchers]) each();
  }, 1000);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** POSIX seconds, new every second. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => now);
}

/** POSIX seconds, new every minute. */
export function useMinute(): number {
  return useSyncExternalStore(watch, () => now - (now % 60) + 59);
}
