/** The node's clock, as far as its answers tell: a waiting time is counted by it and not by the clock of this computer. */

let ahead = 0;

/** Learns from the Date header of an answer (whole seconds) that was asked for and received at these times (ms). */
export function learnClock(header: string | null, asked: number, received: number): void {
  if (header === null) return;
  const said = Date.parse(header);
  if (Number.isNaN(said)) return;
  const difference = said + 500 - (asked + received) / 2;
  ahead = Math.abs(difference) < 2000 ? 0 : difference;
}

/** POSIX seconds by the node's clock. */
export function nodeNow(): number {
  return (Date.now() + ahead) / 1000;
}
