/**
 * Windows as numbers: clamping of absurd ones, ranges, and what a drag does.
 *
 * A stored window can be anything: a width of 0 or NaN, a centre far from every pixel. Shown as it is, the picture would be
 * black without a word; so it is clamped and said. Ranges follow PS3.3 C.11.2.1.2.1 in Cornerstone's reading (lower and upper
 * value). Pure.
 */
import type { Window } from "./presets";

export interface Range {
  lower: number;
  upper: number;
}

export interface Clamped {
  window: Window;
  /** True when the window asked for could not be shown as it was. */
  changed: boolean;
}

/** A window that shows something of values between min and max; changed says that the one asked for would not. */
export function clampWindow(asked: Window, min: number, max: number): Clamped {
  const span = Math.max(max - min, 1e-6);
  const whole: Window = { center: (min + max) / 2, width: span };
  const finite = Number.isFinite(asked.center) && Number.isFinite(asked.width);
  if (!finite || asked.width <= 0) return { window: whole, changed: true };
  const outside = asked.center - asked.width / 2 >= max || asked.center + asked.width / 2 <= min;
  if (outside && span > 1e-6) return { window: whole, changed: true };
  const widest = Math.max(span * 20, 20000);
  if (asked.width > widest) return { window: { center: clamp(asked.center, min, max), width: span }, changed: true };
  return { window: asked, changed: false };
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

export function toRange({ center, width }: Window): Range {
  return { lower: center - width / 2, upper: center + width / 2 };
}

export function toWindow({ lower, upper }: Range): Window {
  return { center: (lower + upper) / 2, width: upper - lower };
}

/** The window after a drag of dx, dy pixels: right is wider, down is a higher centre; a screen width is about one span. */
export function dragWindow(start: Window, dx: number, dy: number, span: number): Window {
  const step = Math.max(span, 1e-6) / 1024;
  const least = Math.min(1, span / 1000);
  return { center: start.center + dy * step, width: Math.max(start.width + dx * step, least) };
}

/** The numbers of a window as they are shown: whole for wide windows, with decimals for narrow ones such as SUV. */
export function windowText({ center, width }: Window): { center: string; width: string } {
  const digits = width >= 20 ? 0 : width >= 2 ? 1 : 2;
  return { center: center.toFixed(digits), width: width.toFixed(digits) };
}

/** Values below which the given shares of the pixels lie, from a sample of at most 20,000 of them. */
export function percentiles(pixels: ArrayLike<number>, shares: readonly number[]): number[] {
  const step = Math.max(1, Math.floor(pixels.length / 20000));
  const sample = new Float64Array(Math.ceil(pixels.length / step));
  for (let from = 0, to = 0; from < pixels.length; from += step, to += 1) sample[to] = pixels[from] as number;
  sample.sort();
  return shares.map((share) => sample[Math.min(sample.length - 1, Math.floor(share * sample.length))] ?? 0);
}
