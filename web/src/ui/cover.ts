/**
 * What lies over the page while the program is loaded behind it: the first picture of a study.
 *
 * Whoever has something to show instead takes it away: the viewer when it has drawn that picture, and every screen that
 * is not the viewer. It works before React does.
 */
import { onSessionEnd } from "@/api/forget";

let lift: (() => void) | null = null;
let lifted = false;

onSessionEnd(uncover);

/** Lays something over the page; false when the program is already there and it is too late for that. */
export function cover(takeAway: () => void): boolean {
  if (lifted) return false;
  lift = takeAway;
  return true;
}

/** Takes it away, for good. */
export function uncover(): void {
  lifted = true;
  const act = lift;
  lift = null;
  act?.();
}
