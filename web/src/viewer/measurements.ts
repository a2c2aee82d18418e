/**
 * Measuring in pixels of the picture, and what a pixel is worth: lengths, angles, areas, and the words beside them.
 *
 * Computed here and not taken from the drawing library, because what a number is worth depends on how the picture was
 * calibrated (PS3.3 10.7): in the patient, corrected for magnification, only at the detector, by ultrasound region, or not at
 * all. An uncalibrated number is given in pixels and says so. Pure.
 */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export type Pixel = readonly [number, number];

/** How a pixel became a length. */
export type Worth = "patient" | "calibrated" | "detector" | "region" | "none";

/** Size of a pixel along the columns (x) and rows (y), in `unit`. */
export interface Scale {
  worth: Worth;
  x: number;
  y: number;
  unit: "mm" | "px";
}

/** A region of an ultrasound picture with its own scale (PS3.3 C.8.5.5); physical units of 3 are centimetres. */
export interface Region {
  left: number;
  top: number;
  right: number;
  bottom: number;
  unitsX: number;
  unitsY: number;
  deltaX: number;
  deltaY: number;
}

export const UNCALIBRATED: Scale = { worth: "none", x: 1, y: 1, unit: "px" };
const CENTIMETRES = 3;

/** The scale of a picture with Pixel Spacing [between rows, between columns] in mm. */
export function spacingScale(worth: Worth, spacing: readonly number[] | null | undefined): Scale {
  const [row, column] = spacing ?? [];
  if (worth === "none" || !row || !column || !(row > 0) || !(column > 0)) return UNCALIBRATED;
  return { worth, x: column, y: row, unit: "mm" };
}

/** The scale of the region that all points lie in; uncalibrated outside of them and where they are no lengths. */
export function regionScale(regions: readonly Region[], points: readonly Pixel[]): Scale {
  const inside = regions.find((region) =>
    points.every(([x, y]) => x >= region.left && x <= region.right && y >= region.top && y <= region.bottom),
  );
  if (!inside || inside.unitsX !== CENTIMETRES || inside.unitsY !== CENTIMETRES) return UNCALIBRATED;
  return { worth: "region", x: Math.abs(inside.deltaX) * 10, y: Math.abs(inside.deltaY) * 10, unit: "mm" };
}

export function lengthOf([ax, ay]: Pixel, [bx, by]: Pixel, scale: Scale): number {
  return Math.hypot((bx - ax) * scale.x, (by - ay) * scale.y);
}

/** The angle at the middle point, in degrees from 0 to 180. */
export function angleOf(a: Pixel, corner: Pixel, b: Pixel, scale: Scale): number {
  const first = [(a[0] - corner[0]) * scale.x, (a[1] - corner[1]) * scale.y] as const;
  const second = [(b[0] - corner[0]) * scale.x, (b[1] - corner[1]) * scale.y] as const;
  const size = Math.hypot(...first) * Math.hypot(...second);
  if (size === 0) return 0;
  const cosine = (first[0] * second[0] + first[1] * second[1]) / size;
  return (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
}

/** Area of the ellipse with these ends of its axes [bottom, top, left, right]. */
export function ellipseArea([bottom, top, left, right]: readonly [Pixel, Pixel, Pixel, Pixel], scale: Scale): number {
  return (Math.PI / 4) * lengthOf(bottom, top, scale) * lengthOf(left, right, scale);
}

/** Area of a rectangle by its corners, of which the first and the last are opposite. */
export function rectangleArea([a, b, c]: readonly [Pixel, Pixel, Pixel], scale: Scale): number {
  return lengthOf(a, b, scale) * lengthOf(a, c, scale);
}

/** A number as it is read: three figures and more, no false exactness. */
export function figure(value: number, language: string): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 || size === 0 ? 2 : 3;
  return new Intl.NumberFormat(language === "en" ? "en-GB" : "nl-NL", {
    minimumFractionDigits: 0,
    maximumFractionDigits: digits,
    useGrouping: false,
  }).format(value);
}

export function lengthText(value: number, scale: Scale, language: string): string {
  return `${figure(value, language)} ${scale.unit}`;
}

export function areaText(value: number, scale: Scale, language: string): string {
  if (scale.unit === "mm" && value >= 1000) return `${figure(value / 100, language)} cm²`;
  return `${figure(value, language)} ${scale.unit}²`;
}

/** What the number is worth, in words beside it. */
export const WORTH: Record<Worth, MessageDescriptor> = {
  patient: msg`gekalibreerd`,
  calibrated: msg`gekalibreerd, gecorrigeerd voor vergroting`,
  detector: msg`op de detector, niet in de patiënt`,
  region: msg`gekalibreerd`,
  none: msg`niet gekalibreerd - px`,
};

export interface Statistics {
  mean: number;
  deviation: number;
  min: number;
  max: number;
  count: number;
}

/** Mean, standard deviation, least and most of some values; null without any. */
export function statisticsOf(values: ArrayLike<number>): Statistics | null {
  const count = values.length;
  if (count === 0) return null;
  let [sum, squares, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < count; at += 1) {
    const value = values[at] as number;
    sum += value;
    squares += value * value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)), min, max, count };
}

/** The unit of the values of a picture: HU for CT, SUV for PET where it can be computed, else none. */
export function valueUnit(modality: string, suv: boolean): string {
  if (modality === "CT") return "HU";
  return modality === "PT" && suv ? "SUV" : "";
}

/** True for pixels whose centre lies in the ellipse given by the ends of its axes. */
export function inEllipse([bottom, top, left, right]: readonly [Pixel, Pixel, Pixel, Pixel]): (
  x: number,
  y: number,
) => boolean {
  const [cx, cy] = [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2];
  const along = [(right[0] - left[0]) / 2, (right[1] - left[1]) / 2] as const;
  const up = [(top[0] - bottom[0]) / 2, (top[1] - bottom[1]) / 2] as const;
  const [a, b] = [along[0] ** 2 + along[1] ** 2, up[0] ** 2 + up[1] ** 2];
  if (a === 0 || b === 0) return () => false;
  return (x, y) => {
    const [dx, dy] = [x - cx, y - cy];
    const [u, v] = [(dx * along[0] + dy * along[1]) / a, (dx * up[0] + dy * up[1]) / b];
    return u * u + v * v <= 1;
  };
}

/** True for pixels whose centre lies in the rectangle a, b, c, d (b and c beside a). */
export function inRectangle([a, b, c]: readonly [Pixel, Pixel, Pixel]): (x: number, y: number) => boolean {
  const first = [b[0] - a[0], b[1] - a[1]] as const;
  const second = [c[0] - a[0], c[1] - a[1]] as const;
  const [one, two] = [first[0] ** 2 + first[1] ** 2, second[0] ** 2 + second[1] ** 2];
  if (one === 0 || two === 0) return () => false;
  return (x, y) => {
    const [dx, dy] = [x - a[0], y - a[1]];
    const [u, v] = [(dx * first[0] + dy * first[1]) / one, (dx * second[0] + dy * second[1]) / two];
    return u >= 0 && u <= 1 && v >= 0 && v <= 1;
  };
}

/** Values of a picture (row by row) whose pixel centres lie inside, within the box of some points. */
export function valuesInside(
  pixels: ArrayLike<number>,
  columns: number,
  rows: number,
  box: readonly Pixel[],
  inside: (x: number, y: number) => boolean,
): number[] {
  const reach = (values: readonly number[], size: number): [number, number] => [
    Math.max(0, Math.floor(Math.min(...values)) - 1),
    Math.min(size - 1, Math.ceil(Math.max(...values)) + 1),
  ];
  const [left, right] = reach(
    box.map(([x]) => x),
    columns,
  );
  const [top, bottom] = reach(
    box.map(([, y]) => y),
    rows,
  );
  const found: number[] = [];
  for (let y = top; y <= bottom; y += 1)
    for (let x = left; x <= right; x += 1) if (inside(x, y)) found.push(pixels[y * columns + x] as number);
  return found;
}
