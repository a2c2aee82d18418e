/**
 * Starts Cornerstone3D once and makes the rendering engine that all panes share.
 *
 * Loading of images is `join`'s alone: Cornerstone's own prefetch is not used, and its caches hold only what join closes.
 */
import * as core from "@cornerstonejs/core";
import * as tools from "@cornerstonejs/tools";
import { initJoin } from "@/join";
import { type Backend, DrawingSpeed, firstBackend } from "./backend";
import { drawWithoutWebgl } from "./no-webgl";
import { registerTools } from "./tools";

const ENGINE = "beeldbrug";
/** Decoded pixels that may stay in memory: a 2,000-slice CT and its volume fit. */
const CACHE_BYTES = 3_000_000_000;

let backend: Backend | null = null;
let engine: core.RenderingEngine | null = null;
let speed = new DrawingSpeed();

/** The backend in use; null before the start. */
export function currentBackend(): Backend | null {
  return backend;
}

/** Starts everything once; later calls give the same engine. */
export function startEngine(): core.RenderingEngine {
  if (engine) return engine;
  if (backend === null) {
    const capabilities = core.getRenderingCapabilities();
    backend = firstBackend(capabilities);
    core.init({
      rendering: {
        useCPURendering: backend === "cpu",
        webGlContextCount: 1,
        planar: {
          renderBackend: backend === "cpu" ? core.RenderBackends.CPU : core.RenderBackends.GPU,
          cpuVolume: { volumeModifiedThrottleMs: 700 },
        },
      },
      debug: {},
    });
    tools.init();
    core.cache.setMaxCacheSize(CACHE_BYTES);
    initJoin();
    registerTools();
  }
  engine = new core.RenderingEngine(ENGINE);
  if (backend === "cpu") drawWithoutWebgl(engine);
  speed = new DrawingSpeed();
  return engine;
}

/** Ends the engine and every pane with it. */
export function stopEngine(): void {
  engine?.destroy();
  engine = null;
}

/** Reports how long a picture from memory took; a card that is too slow is left for the processor. */
export function reportDrawing(milliseconds: number): void {
  if (backend !== "gpu" || !speed.add(milliseconds)) return;
  backend = "cpu";
  core.setRenderBackend(core.RenderBackends.CPU, "slow drawing");
}
