/** What the pool and its workers say to each other. */
import type { Frame, FrameJob } from "./types";

/** A run of sealed bytes to fetch: `from` up to `to` of a segment. */
export interface Fetch {
  readonly pack: string;
  readonly segment: number;
  readonly from: number;
  readonly to: number;
}

/** Fetch these bytes, then open and decode these frames, in this order. */
export interface Run {
  readonly type: "run";
  readonly run: number;
  readonly fetches: readonly Fetch[];
  readonly jobs: readonly FrameJob[];
}

export type Order = Run | { readonly type: "cancel"; readonly run: number } | { readonly type: "forget" };

/** What became of a frame or a run. `fault` codes are PixelCodes; `status` of HTTP, 0 without an answer. */
export type Report =
  | { readonly type: "frame"; readonly run: number; readonly id: string; readonly frame: Frame }
  | { readonly type: "fault"; readonly run: number; readonly id: string; readonly code: string; readonly text: string }
  | { readonly type: "done"; readonly run: number; readonly bytes: number; readonly ms: number }
  | { readonly type: "failed"; readonly run: number; readonly code: string; readonly status: number };

/** Path below which sealed segments lie. */
export const SEALED = "/api/v1/sealed";
