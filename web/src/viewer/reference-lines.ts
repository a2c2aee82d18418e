/** Where one slice cuts another: a line across the picture, in its pixels (centres at whole numbers). Pure. */
import { cross, dot, normalOf, type Plane, type Vector } from "./geometry";

export interface Slice {
  plane: Plane;
  columns: number;
  rows: number;
  /** Size of a pixel in mm. */
  x: number;
  y: number;
}

type Point = readonly [number, number];

/** Ends of the line in which `cutting` cuts `shown`; null when they are parallel, apart or of other frames of reference. */
export function cutOf(shown: Slice, cutting: Slice): [Point, Point] | null {
  const same = shown.plane.frameOfReference !== "" && shown.plane.frameOfReference === cutting.plane.frameOfReference;
  const normal = normalOf(cutting.plane.orientation);
  const own = normalOf(shown.plane.orientation);
  if (!same || !normal || !own || dot(cross(normal, own), cross(normal, own)) < 1e-4) return null;
  const { row, column } = axes(shown.plane);
  const away = difference(shown.plane.position, cutting.plane.position);
  const [a, b, c] = [dot(row, normal) * shown.x, dot(column, normal) * shown.y, dot(away, normal)];
  const ends = crossings(a, b, c, shown.columns - 1, shown.rows - 1);
  return ends ? within(ends, shown, cutting) : null;
}

function axes(plane: Plane): { row: Vector; column: Vector } {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = plane.orientation;
  return { row: [a, b, c], column: [d, e, f] };
}

function difference(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

/** Where the line a*x + b*y + c = 0 enters and leaves a picture. */
function crossings(a: number, b: number, c: number, right: number, bottom: number): [Point, Point] | null {
  const found: Point[] = [];
  if (Math.abs(b) > 1e-9) for (const x of [0, right]) found.push([x, -(a * x + c) / b]);
  if (Math.abs(a) > 1e-9) for (const y of [0, bottom]) found.push([-(b * y + c) / a, y]);
  const inside = found.filter(([x, y]) => x >= -1e-6 && x <= right + 1e-6 && y >= -1e-6 && y <= bottom + 1e-6);
  const [first] = inside;
  const second = inside.find((point) => first && Math.hypot(point[0] - first[0], point[1] - first[1]) > 1e-3);
  return first && second ? [first, second] : null;
}

/** The part of the line that lies inside the cutting picture. */
function within([from, to]: [Point, Point], shown: Slice, cutting: Slice): [Point, Point] | null {
  const { row, column } = axes(shown.plane);
  const cut = axes(cutting.plane);
  const place = ([x, y]: Point): Point => {
    const point = shown.plane.position.map(
      (part, axis) => part + (row[axis] as number) * x * shown.x + (column[axis] as number) * y * shown.y,
    ) as unknown as Vector;
    const away = difference(point, cutting.plane.position);
    return [dot(away, cut.row) / cutting.x, dot(away, cut.column) / cutting.y];
  };
  const [start, end] = [place(from), place(to)];
  let [low, high] = [0, 1];
  const limits = [cutting.columns - 1, cutting.rows - 1] as const;
  for (const axis of [0, 1] as const) {
    const step = end[axis] - start[axis];
    if (Math.abs(step) < 1e-9) {
      if (start[axis] < 0 || start[axis] > limits[axis]) return null;
      continue;
    }
    const [one, two] = [(0 - start[axis]) / step, (limits[axis] - start[axis]) / step];
    low = Math.max(low, Math.min(one, two));
    high = Math.min(high, Math.max(one, two));
  }
  if (low >= high) return null;
  const at = (part: number): Point => [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
  return [at(low), at(high)];
}
