/**
 * What must be gone when a session ends. Rooms that keep anything of a patient in memory outside the query cache
 * register here how to drop it.
 */

const forgetters = new Set<() => void>();

/** `forget` runs when the session ends; the returned function takes it back. */
export function onSessionEnd(forget: () => void): () => void {
  forgetters.add(forget);
  return () => forgetters.delete(forget);
}

/** Drops everything; one that fails does not keep the others. */
export function forgetAll(): void {
  for (const forget of [...forgetters]) {
    try {
      forget();
    } catch {
      // the next one must run in any case
    }
  }
}
