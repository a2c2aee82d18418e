/**
 * Where slices lie: positions along the normal, order, gaps, doubles, nearest slice (PS3.3 C.7.6.2). Pure.
 */

export type Vector = readonly [number, number, number];

/** The plane of one image: position of its first pixel, and the directions of its rows and columns, in mm. */
export interface Plane {
  position: Vector;
  orientation: readonly number[];
  frameOfReference: string;
}

export interface Gap {
  /** Numbers, from 1, of the slices on both sides of the gap. */
  after: number;
  before: number;
  missing: number;
}

export interface StackFindings {
  gaps: Gap[];
  /** Slices that lie where another slice of the stack lies. */
  doubles: number;
  /** True when positions do not follow the order of the stack. */
  unsorted: boolean;
  spacing: number | null;
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function length(a: Vector): number {
  return Math.sqrt(dot(a, a));
}

/** The normal of an image plane, or null when its orientation is missing or degenerate. */
export function normalOf(orientation: readonly number[] | undefined): Vector | null {
  if (orientation?.length !== 6 || !orientation.every(Number.isFinite)) return null;
  const [a, b, c, d, e, f] = orientation as [number, number, number, number, number, number];
  const normal = cross([a, b, c], [d, e, f]);
  const size = length(normal);
  return size < 1e-6 ? null : [normal[0] / size, normal[1] / size, normal[2] / size];
}

/** Distance of a plane along a normal, in mm. */
export function along(plane: Plane, normal: Vector): number {
  return dot(plane.position, normal);
}

/** True when two planes are parallel within about two degrees. */
export function parallel(a: readonly number[], b: readonly number[]): boolean {
  const first = normalOf(a);
  const second = normalOf(b);
  return first !== null && second !== null && Math.abs(dot(first, second)) > 0.9994;
}

/** One stack of parallel slices, at least three of them: only such a stack can have gaps. */
export function isStack(planes: readonly (Plane | null)[]): planes is readonly Plane[] {
  const first = planes[0];
  if (planes.length < 3 || !first) return false;
  return planes.every((plane) => plane !== null && parallel(plane.orientation, first.orientation));
}

/** What is wrong with the order and spacing of a stack; nothing is, when it is no stack of parallel slices. */
export function inspectStack(planes: readonly (Plane | null)[]): StackFindings {
  const nothing: StackFindings = { gaps: [], doubles: 0, unsorted: false, spacing: null };
  if (!isStack(planes)) return nothing;
  const normal = normalOf((planes[0] as Plane).orientation) as Vector;
  const places = planes.map((plane) => along(plane, normal));
  const steps = places.slice(1).map((place, index) => place - (places[index] as number));
  const tolerance = 0.01;
  const moved = steps.filter((step) => Math.abs(step) > tolerance);
  if (moved.length === 0) return { ...nothing, doubles: places.length - 1 };
  const unsorted = moved.some((step) => step > 0) && moved.some((step) => step < 0);
  const sorted = unique(
    [...places].sort((a, b) => a - b),
    tolerance,
  );
  const doubles = places.length - sorted.length;
  const spacing = median(sorted.slice(1).map((place, index) => place - (sorted[index] as number)));
  const gaps = unsorted ? gapsByPlace(sorted, spacing) : gapsByOrder(steps, spacing);
  return { gaps, doubles, unsorted, spacing };
}

function gapsByOrder(steps: readonly number[], spacing: number): Gap[] {
  return steps.flatMap((step, index) => gap(Math.abs(step), spacing, index + 1));
}

function gapsByPlace(places: readonly number[], spacing: number): Gap[] {
  return places.slice(1).flatMap((place, index) => gap(place - (places[index] as number), spacing, index + 1));
}

function gap(step: number, spacing: number, after: number): Gap[] {
  const missing = Math.round(step / spacing) - 1;
  return missing >= 1 && step > spacing * 1.6 ? [{ after, before: after + 1, missing }] : [];
}

function unique(sorted: readonly number[], tolerance: number): number[] {
  return sorted.filter((place, index) => index === 0 || place - (sorted[index - 1] as number) > tolerance);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** The index of the plane nearest to a place along a normal, or -1 when there is none. */
export function nearest(planes: readonly (Plane | null)[], place: number, normal: Vector): number {
  let best = -1;
  let distance = Number.POSITIVE_INFINITY;
  planes.forEach((plane, index) => {
    if (!plane) return;
    const away = Math.abs(along(plane, normal) - place);
    if (away < distance) {
      best = index;
      distance = away;
    }
  });
  return best;
}

/**
 * The slice of another stack that belongs to this plane, when both are scrolled together: the nearest by position plus an
 * offset in mm. Null when the stacks are not parallel, or lie in another frame of reference and were not linked by hand.
 */
export function follow(from: Plane, others: readonly (Plane | null)[], offset: number | null): number | null {
  const other = others.find((plane) => plane !== null);
  const normal = normalOf(from.orientation);
  if (!other || !normal || !parallel(from.orientation, other.orientation)) return null;
  const same = from.frameOfReference !== "" && from.frameOfReference === other.frameOfReference;
  if (!same && offset === null) return null;
  const index = nearest(others, along(from, normal) + (offset ?? 0), normal);
  return index < 0 ? null : index;
}

/** The offset in mm that links two slices as they are shown now. */
export function offsetBetween(from: Plane, to: Plane): number | null {
  const normal = normalOf(from.orientation);
  if (!normal || !parallel(from.orientation, to.orientation)) return null;
  return along(to, normal) - along(from, normal);
}

const LETTERS: readonly (readonly [string, string])[] = [
  ["L", "R"],
  ["P", "A"],
  ["H", "F"],
];

/** Letters of the direction in which a vector points, strongest first, such as "LP" (PS3.3 C.7.6.1.1.1). */
export function directionLetters(vector: Vector): string {
  return vector
    .map((part, axis) => ({ size: Math.abs(part), letter: LETTERS[axis]?.[part > 0 ? 0 : 1] ?? "" }))
    .filter(({ size }) => size > 0.3)
    .sort((a, b) => b.size - a.size)
    .map(({ letter }) => letter)
    .join("");
}
