/** The three planes of MPR: their normals, their limits and their steps in a volume, in the patient's directions. Pure. */
import { dot, type Vector } from "./geometry";

export type PlaneName = "axial" | "coronal" | "sagittal";

export const PLANES: readonly PlaneName[] = ["axial", "coronal", "sagittal"];

/** Unit vectors across the planes (DICOM's patient coordinates: left, posterior, head). */
export const ACROSS: Readonly<Record<PlaneName, Vector>> = {
  axial: [0, 0, 1],
  coronal: [0, 1, 0],
  sagittal: [1, 0, 0],
};

/** A volume: how many voxels, how large, where, and in which directions (row, column, slice: nine numbers). */
export interface Block {
  dimensions: Vector;
  spacing: Vector;
  origin: Vector;
  direction: readonly number[];
}

function axis(block: Block, index: number): Vector {
  const [a = 0, b = 0, c = 0] = block.direction.slice(index * 3, index * 3 + 3);
  return [a, b, c];
}

function corner(block: Block, parts: Vector): Vector {
  return [0, 1, 2].map((at) =>
    [0, 1, 2].reduce((sum, index) => {
      const way = axis(block, index)[at] as number;
      const size = ((block.dimensions[index] as number) - 1) * (block.spacing[index] as number);
      return sum + way * size * (parts[index] as number);
    }, block.origin[at] as number),
  ) as unknown as Vector;
}

/** The middle of the volume. */
export function middle(block: Block): Vector {
  return corner(block, [0.5, 0.5, 0.5]);
}

/** From where to where a volume reaches across a plane, in mm. */
export function reach(block: Block, plane: PlaneName): [number, number] {
  const places = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) =>
    dot(corner(block, [bits & 1, (bits >> 1) & 1, (bits >> 2) & 1]), ACROSS[plane]),
  );
  return [Math.min(...places), Math.max(...places)];
}

/** The distance from one slice to the next: the voxel's own size across the plane. */
export function stepOf(block: Block, plane: PlaneName): number {
  const along = [0, 1, 2].map((index) => Math.abs(dot(axis(block, index), ACROSS[plane])));
  const most = along.indexOf(Math.max(...along));
  return (block.spacing[most] as number) || 1;
}

export function slicesIn(block: Block, plane: PlaneName): number {
  const [from, to] = reach(block, plane);
  return Math.floor((to - from) / stepOf(block, plane)) + 1;
}

/** A point moved so many slices across a plane, kept inside the volume. Towards the feet, the back, the left. */
export function moved(block: Block, plane: PlaneName, point: Vector, slices: number): Vector {
  const [from, to] = reach(block, plane);
  const place = Math.min(to, Math.max(from, dot(point, ACROSS[plane]) + slices * stepOf(block, plane)));
  return onPlane(point, plane, place);
}

/** A point with another place across a plane. */
export function onPlane(point: Vector, plane: PlaneName, place: number): Vector {
  const at = ACROSS[plane].indexOf(1);
  return point.map((part, index) => (index === at ? place : part)) as unknown as Vector;
}

/** A point brought into the volume. */
export function inside(block: Block, point: Vector): Vector {
  return PLANES.reduce((kept, plane) => {
    const [from, to] = reach(block, plane);
    return onPlane(kept, plane, Math.min(to, Math.max(from, dot(kept, ACROSS[plane]))));
  }, point);
}

/** A number for the slice that a point lies in, from 1. */
export function sliceNumber(block: Block, plane: PlaneName, point: Vector): number {
  const [from] = reach(block, plane);
  return Math.round((dot(point, ACROSS[plane]) - from) / stepOf(block, plane)) + 1;
}
