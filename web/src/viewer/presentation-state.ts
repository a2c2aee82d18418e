/**
 * Reading a softcopy presentation state (GSPS and its colour kin, PS3.3 A.33, C.10.4 to C.10.7, C.11.8): for which pictures,
 * which window, turn, part, shutters, drawings and texts. Pure; what is missing or odd is left out, never guessed.
 *
 * Points are in pixels of the picture, 0, 0 the upper left corner of its first pixel (PIXEL), or parts of the displayed
 * area (DISPLAY).
 */
import type { JsonDataset } from "@/join";
import { items, number, numbers, text } from "./dataset";
import type { Window } from "./presets";

export type Point = readonly [number, number];
export type Units = "PIXEL" | "DISPLAY";

export interface Reference {
  sop: string;
  /** From 1; empty for all frames. */
  frames: readonly number[];
}

export interface Graphic {
  units: Units;
  kind: "POINT" | "POLYLINE" | "INTERPOLATED" | "CIRCLE" | "ELLIPSE";
  points: readonly Point[];
  filled: boolean;
}

export interface Words {
  text: string;
  box: { units: Units; from: Point; to: Point } | null;
  anchor: { units: Units; at: Point; visible: boolean } | null;
}

export interface Drawing {
  references: readonly Reference[];
  graphics: readonly Graphic[];
  words: readonly Words[];
}

export interface Area {
  references: readonly Reference[];
  from: Point;
  to: Point;
  mode: "fit" | "true" | "magnify";
  magnification: number;
}

export interface Shutter {
  rectangle: { left: number; top: number; right: number; bottom: number } | null;
  circle: { centre: Point; radius: number } | null;
  polygon: readonly Point[] | null;
}

export interface Presentation {
  uid: string;
  label: string;
  description: string;
  creator: string;
  date: string;
  time: string;
  references: readonly Reference[];
  windows: readonly { references: readonly Reference[]; window: Window }[];
  invert: boolean;
  /** Clockwise, before the flip (PS3.3 C.10.6). */
  rotation: number;
  flip: boolean;
  areas: readonly Area[];
  drawings: readonly Drawing[];
  shutter: Shutter;
}

const KINDS = ["POINT", "POLYLINE", "INTERPOLATED", "CIRCLE", "ELLIPSE"] as const;
const MOST_POINTS = 100_000;

function references(data: JsonDataset | undefined, tag = "00081140"): Reference[] {
  return items(data, tag)
    .map((item) => ({ sop: text(item, "00081155"), frames: numbers(item, "00081160") }))
    .filter(({ sop }) => sop !== "");
}

function pairs(values: readonly number[]): Point[] {
  const found: Point[] = [];
  for (let at = 0; at + 1 < Math.min(values.length, MOST_POINTS); at += 2)
    found.push([values[at] as number, values[at + 1] as number]);
  return found;
}

function unitsOf(value: string): Units | null {
  return value === "PIXEL" || value === "DISPLAY" ? value : null;
}

function graphic(item: JsonDataset): Graphic[] {
  const units = unitsOf(text(item, "00700005"));
  const kind = KINDS.find((one) => one === text(item, "00700023"));
  const points = pairs(numbers(item, "00700022"));
  const least = { POINT: 1, POLYLINE: 2, INTERPOLATED: 2, CIRCLE: 2, ELLIPSE: 4 };
  if (!units || !kind || points.length < least[kind]) return [];
  return [{ units, kind, points, filled: text(item, "00700024") === "Y" }];
}

function words(item: JsonDataset): Words[] {
  const written = text(item, "00700006");
  const [boxUnits, anchorUnits] = [unitsOf(text(item, "00700003")), unitsOf(text(item, "00700004"))];
  const [from] = pairs(numbers(item, "00700010"));
  const [to] = pairs(numbers(item, "00700011"));
  const [at] = pairs(numbers(item, "00700014"));
  const box = boxUnits && from && to ? { units: boxUnits, from, to } : null;
  const anchor = anchorUnits && at ? { units: anchorUnits, at, visible: text(item, "00700015") === "Y" } : null;
  return written && (box || anchor) ? [{ text: written, box, anchor }] : [];
}

function area(item: JsonDataset): Area[] {
  const [left, top] = numbers(item, "00700052");
  const [right, bottom] = numbers(item, "00700053");
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) return [];
  const said = text(item, "00700100");
  const mode = said === "TRUE SIZE" ? "true" : said === "MAGNIFY" ? "magnify" : "fit";
  const from: Point = [Math.min(left, right) - 1, Math.min(top, bottom) - 1];
  const to: Point = [Math.max(left, right), Math.max(top, bottom)];
  const size = number(item, "00700103");
  return [{ references: references(item), from, to, mode, magnification: size && size > 0 ? size : 1 }];
}

function window(item: JsonDataset): { references: Reference[]; window: Window }[] {
  const [center, width] = [number(item, "00281050"), number(item, "00281051")];
  return center === null || width === null || width <= 0
    ? []
    : [{ references: references(item), window: { center, width } }];
}

function shutter(data: JsonDataset): Shutter {
  const [left, right, top, bottom] = ["00181602", "00181604", "00181606", "00181608"].map((tag) => number(data, tag));
  const [row, column] = numbers(data, "00181610");
  const radius = number(data, "00181612");
  const corners = pairs(numbers(data, "00181620")).map(([y, x]): Point => [x, y]);
  const shape = text(data, "00181600");
  const edges = [left, right, top, bottom].every((edge) => edge !== null && edge !== undefined);
  return {
    rectangle:
      edges && shape.includes("RECTANGULAR")
        ? { left: left as number, right: right as number, top: top as number, bottom: bottom as number }
        : null,
    circle: row !== undefined && column !== undefined && radius ? { centre: [column, row], radius } : null,
    polygon: corners.length >= 3 ? corners : null,
  };
}

/** The presentation state in a dataset; null when it refers to nothing. */
export function readPresentation(data: JsonDataset): Presentation | null {
  const all = items(data, "00081115").flatMap((series) => references(series));
  if (all.length === 0) return null;
  return {
    uid: text(data, "00080018"),
    label: text(data, "00700080"),
    description: text(data, "00700081"),
    creator: text(data, "00700084"),
    date: text(data, "00700082"),
    time: text(data, "00700083"),
    references: all,
    windows: items(data, "00283110").flatMap(window),
    invert: text(data, "20500020") === "INVERSE",
    rotation: number(data, "00700042") ?? 0,
    flip: text(data, "00700041") === "Y",
    areas: items(data, "0070005A").flatMap(area),
    drawings: items(data, "00700001").map((item) => ({
      references: references(item),
      graphics: items(item, "00700009").flatMap(graphic),
      words: items(item, "00700008").flatMap(words),
    })),
    shutter: shutter(data),
  };
}

/** Whether a list of references means this frame (from 1); an empty list means all that the state refers to. */
export function refersTo(list: readonly Reference[], sop: string, frame: number): boolean {
  return (
    list.length === 0 || list.some((one) => one.sop === sop && (one.frames.length === 0 || one.frames.includes(frame)))
  );
}

/** What a state asks of one frame; null when it does not refer to it. */
export interface Asked {
  window: Window | null;
  invert: boolean;
  rotation: number;
  flip: boolean;
  area: Area | null;
  drawings: readonly Drawing[];
  shutter: Shutter;
}

export function askedOf(state: Presentation, sop: string, frame: number): Asked | null {
  if (!refersTo(state.references, sop, frame)) return null;
  return {
    window: state.windows.find((one) => refersTo(one.references, sop, frame))?.window ?? null,
    invert: state.invert,
    rotation: ((state.rotation % 360) + 360) % 360,
    flip: state.flip,
    area: state.areas.find((one) => refersTo(one.references, sop, frame)) ?? null,
    drawings: state.drawings.filter((one) => refersTo(one.references, sop, frame)),
    shutter: state.shutter,
  };
}

/** A smooth line through points (Catmull-Rom), as the path of an SVG; straight for two. */
export function smoothPath(points: readonly Point[]): string {
  const at = (index: number): Point => points[Math.min(Math.max(index, 0), points.length - 1)] as Point;
  const parts = points.slice(1).map((to, index) => {
    const [before, from, after] = [at(index - 1), at(index), at(index + 2)];
    const one = [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6];
    const two = [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6];
    return `C ${one.join(" ")}, ${two.join(" ")}, ${to.join(" ")}`;
  });
  return `M ${(points[0] ?? [0, 0]).join(" ")} ${parts.join(" ")}`;
}
