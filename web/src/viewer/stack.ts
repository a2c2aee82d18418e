/** Stacks: the pictures of a series in order, and which one comes first. Pure. */
import type * as core from "@cornerstonejs/core";
import type { JoinedSeries } from "@/join";
import type { Window } from "./presets";

/** The pictures of one run of a series, in order. */
export function stackOf(series: JoinedSeries, run: number): readonly string[] {
  const runs = series.stacks.length > 1 ? series.stacks : [series.imageIds];
  return runs[run] ?? runs[0] ?? [];
}

export function firstIndex(series: JoinedSeries, stack: readonly string[]): number {
  return series.volume && stack.length > 8 ? Math.floor(stack.length / 2) : 0;
}

export function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

export function sentWindow(image: core.Types.IImage): Window | null {
  const center = Array.isArray(image.windowCenter) ? image.windowCenter[0] : image.windowCenter;
  const width = Array.isArray(image.windowWidth) ? image.windowWidth[0] : image.windowWidth;
  return center === undefined || width === undefined ? null : { center, width };
}
