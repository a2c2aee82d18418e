/**
 * Who draws: the graphics card or the processor.
 *
 * A browser without a graphics card (a virtual desktop, a locked-down workstation) draws WebGL in software, 5 to 10 images a
 * second where the processor path makes 60. So: software or no WebGL means the processor; with a card the speed is watched
 * while scrolling, and a slow one is given up once. Pure.
 */

export type Backend = "cpu" | "gpu";

export interface Capabilities {
  webgl: boolean;
  softwareRasterizer: boolean;
}

/** What to begin with. */
export function firstBackend({ webgl, softwareRasterizer }: Capabilities): Backend {
  return webgl && !softwareRasterizer ? "gpu" : "cpu";
}

const ENOUGH = 24;
/** Slower than this many milliseconds between pictures is not scrolling any more (20 images a second). */
const TOO_SLOW_MS = 50;

/** Collects the time from asking for a picture that is in memory to its being drawn. */
export class DrawingSpeed {
  private readonly times: number[] = [];

  /** Adds one time; true once, when the median of enough of them is too slow. */
  add(milliseconds: number): boolean {
    if (this.times.length >= ENOUGH) return false;
    this.times.push(milliseconds);
    if (this.times.length < ENOUGH) return false;
    const sorted = [...this.times].sort((a, b) => a - b);
    return (sorted[ENOUGH / 2] as number) > TOO_SLOW_MS;
  }
}
