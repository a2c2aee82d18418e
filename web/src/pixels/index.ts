/** The pixel line in the browser: sealed bytes in, samples out. Never knows a name. */

import { PixelPool, type Worker_ } from "./pool";

export { extremes } from "./convert";
export { FrameIndex } from "./frame-index";
export { bytesOf } from "./message";
export { type Owner, PixelPool } from "./pool";
export { codingOf, isVideo } from "./syntaxes";
export * from "./types";

const GIBIBYTE = 2 ** 30;

/** A pool as this device bears it: 2 to 4 workers, and decoded frames in an eighth of its memory, 256 MiB to 1.5 GiB. */
export function makePool(): PixelPool {
  const cores = navigator.hardwareConcurrency || 2;
  const memory = (navigator as { deviceMemory?: number }).deviceMemory ?? 4;
  return new PixelPool({
    workers: Math.min(Math.max(cores - 1, 2), 4),
    cacheBytes: Math.min(Math.max((memory * GIBIBYTE) / 8, GIBIBYTE / 4), 1.5 * GIBIBYTE),
    make: () =>
      new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "pixels" }) as unknown as Worker_,
  });
}
