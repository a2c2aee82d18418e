/**
 * Puts the images of a series in the order of a stack, and says what is odd about them. Pure; survives any header.
 *
 * Images of one orientation are sorted along their normal, others by number. Several images at one position make
 * several stacks (phases, echoes, b-values), one after the other; a clip of many frames is a stack of its own.
 */
import { number, text, values } from "./dataset";
import { cross } from "./groups";
import type { InstanceRecord, Picture } from "./records";
import type { Problem } from "./types";

const PARALLEL = 0.999;
const MISSING = 1.5;
const EVEN = 0.06;
const SAME_MM = 0.01;
const LEAST_VOLUME = 3;
const PLANE = 0.8;

export interface Sorted {
  readonly pictures: readonly Picture[];
  readonly positions: readonly (number | null)[];
  readonly stacks: readonly (readonly Picture[])[];
  readonly problems: readonly Problem[];
  readonly volume: boolean;
  readonly plane: "axial" | "coronal" | "sagittal" | "oblique" | null;
}

interface Placed {
  readonly picture: Picture;
  readonly at: number;
  readonly order: number;
}

/** Sorts pictures that come in any order. `complete`: no more are expected. */
export function sortSeries(pictures: readonly Picture[]): Sorted {
  const byNumber = [...pictures].sort(compare);
  const problems: Problem[] = [];
  const add = (code: Problem["code"], count: number) => count > 0 && problems.push({ code, count });
  add("undecodable", pictures.filter((one) => one.record.joined.undecodable !== null).length);
  add("absurd-values", pictures.filter((one) => one.absurd || badSpacing(one)).length);
  const sizes = new Set(pictures.map((one) => `${one.shape?.rows}x${one.shape?.columns}`));
  if (sizes.size > 1) add("mixed-sizes", sizes.size);

  const posed = byNumber.filter((one) => one.pose !== null);
  const [first] = posed;
  const plane = first?.pose ? planeOf(first.pose.orientation) : null;
  const clips = clipStacks(byNumber);
  if (!first?.pose || posed.length < byNumber.length || clips) {
    if (byNumber.length > 1 && !clips && spatial(byNumber)) add("no-position", byNumber.length - posed.length);
    return plain(byNumber, clips ?? [], problems, plane);
  }
  const normal = cross(first.pose.orientation);
  const parallel = posed.every((one) => one.pose !== null && dot(cross(one.pose.orientation), normal) >= PARALLEL);
  if (!parallel) {
    add("mixed-orientation", posed.length);
    return plain(byNumber, [], problems, null);
  }
  return along(byNumber, normal, problems, sizes.size === 1, plane);
}

function along(
  byNumber: readonly Picture[],
  normal: readonly number[],
  problems: Problem[],
  sameSize: boolean,
  plane: Sorted["plane"],
): Sorted {
  const placed = byNumber.map(
    (picture, order): Placed => ({ picture, at: dot(picture.pose?.position ?? [0, 0, 0], normal), order }),
  );
  // the direction in which the numbers run, as the scanner's console shows it
  const trend = placed.reduce((sum, one, at) => sum + (at ? Math.sign(one.at - (placed[at - 1] as Placed).at) : 0), 0);
  const sign = trend < 0 ? -1 : 1;
  const groups = grouped(placed, sign);
  const deepest = Math.max(...groups.map((group) => group.length));
  const doubles = groups.reduce((sum, group) => sum + group.length - 1, 0);
  if (doubles) problems.push({ code: "duplicate-positions", count: doubles });
  const even = evenness(groups.map((group) => (group[0] as Placed).at));
  if (even.missing) problems.push({ code: "missing-slices", count: even.missing });
  if (even.uneven || (groups.length > 1 && sheared(groups, normal)))
    problems.push({ code: "uneven-spacing", count: groups.length });
  const layers = Array.from({ length: deepest }, (_, layer) => groups.flatMap((group) => group[layer] ?? []));
  const stacks = layers.map((layer) => layer.map((one) => one.picture));
  const sorted = layers.flat();
  const whole = !even.uneven && !even.missing && sameSize && !sheared(groups, normal);
  const full = stacks.every((stack) => stack.length === groups.length);
  const grey = sorted.every((one) => (one.picture.shape?.samples ?? 0) >= 1 && one.picture.measure.spacing !== null);
  return {
    pictures: sorted.map((one) => one.picture),
    positions: sorted.map((one) => one.at * sign),
    stacks,
    problems,
    volume: whole && full && grey && groups.length >= LEAST_VOLUME,
    plane,
  };
}

/** Images by position, each group in the order of its numbers. */
function grouped(placed: readonly Placed[], sign: number): Placed[][] {
  const sorted = [...placed].sort((a, b) => (a.at - b.at) * sign || phase(a.picture, b.picture) || a.order - b.order);
  const groups: Placed[][] = [];
  for (const one of sorted) {
    const last = groups.at(-1);
    if (last && Math.abs((last[0] as Placed).at - one.at) < SAME_MM) last.push(one);
    else groups.push([one]);
  }
  for (const group of groups) group.sort((a, b) => phase(a.picture, b.picture) || a.order - b.order);
  return groups;
}

/** Which of two images at one position comes first: time point, cardiac phase, echo, b-value, acquisition. */
function phase(a: Picture, b: Picture): number {
  for (const tag of ["00200100", "00181060", "00180086", "00180081", "00189087", "00200012", "00189074"]) {
    const [one, other] = [number(a.dataset, tag), number(b.dataset, tag)];
    if (one !== null && other !== null && one !== other) return one - other;
  }
  return 0;
}

function evenness(positions: readonly number[]): { missing: number; uneven: boolean } {
  const gaps = positions.slice(1).map((at, before) => Math.abs(at - (positions[before] as number)));
  if (!gaps.length) return { missing: 0, uneven: false };
  const usual = [...gaps].sort((a, b) => a - b)[Math.floor((gaps.length - 1) / 2)] as number;
  let missing = 0;
  let uneven = false;
  for (const gap of gaps) {
    const steps = Math.round(gap / usual);
    if (Math.abs(gap - steps * usual) > EVEN * usual * Math.max(1, steps)) uneven = true;
    else if (gap >= MISSING * usual) missing += steps - 1;
  }
  return { missing, uneven };
}

/** Whether the slices are shifted against each other (a tilted gantry), so that they are no block. */
function sheared(groups: readonly (readonly Placed[])[], normal: readonly number[]): boolean {
  const first = groups[0]?.[0]?.picture.pose?.position;
  const last = groups.at(-1)?.[0]?.picture.pose?.position;
  if (!first || !last) return false;
  const way = last.map((value, axis) => value - (first[axis] as number));
  const deep = dot(way, normal);
  const aside = Math.hypot(...way.map((value, axis) => value - deep * (normal[axis] as number)));
  return aside > 0.5 + 0.01 * Math.abs(deep);
}

function plain(
  pictures: readonly Picture[],
  stacks: readonly (readonly Picture[])[],
  problems: readonly Problem[],
  plane: Sorted["plane"],
): Sorted {
  return {
    pictures,
    positions: pictures.map(() => null),
    stacks: stacks.length ? stacks : pictures.length ? [pictures] : [],
    problems,
    volume: false,
    plane,
  };
}

/** Clips (ultrasound, angiography): each instance of several frames without positions is a stack of its own. */
function clipStacks(pictures: readonly Picture[]): Picture[][] | null {
  const clips = pictures.some((one) => one.record.joined.frames > 1 && flat(one));
  if (!clips) return null;
  const stacks: Picture[][] = [];
  let record: InstanceRecord | null = null;
  for (const one of pictures) {
    const own = one.record.joined.frames > 1;
    if (own ? one.record !== record : record !== null || !stacks.length) stacks.push([]);
    record = own ? one.record : null;
    stacks.at(-1)?.push(one);
  }
  return stacks;
}

/** Whether the frames of an instance all lie at one place. */
function flat(picture: Picture): boolean {
  const metadata = picture.record.joined.attributes;
  const groups = values(metadata, "52009230").length > 0 && picture.pose !== null;
  return !groups && values(metadata, "3004000C").length < 2;
}

/** Modalities whose images lie in space. */
function spatial(pictures: readonly Picture[]): boolean {
  return pictures.some((one) => ["CT", "MR", "PT"].includes(text(one.dataset, "00080060")));
}

function badSpacing(picture: Picture): boolean {
  const said = values(picture.dataset, "00280030");
  return said.length > 0 && picture.measure.spacing === null;
}

function compare(a: Picture, b: Picture): number {
  if (a.record === b.record) return a.frame - b.frame;
  const [one, other] = [a.record.joined.instanceNumber, b.record.joined.instanceNumber];
  if (one !== other) return one === null ? 1 : other === null ? -1 : one - other;
  return a.record.joined.id - b.record.joined.id;
}

function planeOf(orientation: readonly number[]): Sorted["plane"] {
  const normal = cross(orientation).map(Math.abs);
  const most = Math.max(...normal);
  if (most < PLANE) return "oblique";
  return (["sagittal", "coronal", "axial"] as const)[normal.indexOf(most)] ?? null;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, axis) => sum + value * (b[axis] as number), 0);
}
