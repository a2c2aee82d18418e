/**
 * What holds for one frame: the instance's own attributes, or the functional groups of an enhanced multi-frame object
 * (PS3.3 C.7.6.16), as one flat dataset with the tags of single-frame objects.
 */
import { item, items, numbers } from "./dataset";
import type { JsonAttribute, JsonDataset } from "./types";

const SHARED = "52009229";
const PER_FRAME = "52009230";

/** Functional group sequence -> attributes that take the place of the instance's own. */
const GROUPS: readonly (readonly [sequence: string, tags: readonly string[]])[] = [
  ["00289110", ["00280030", "00180050", "00180088"]], // Pixel Measures
  ["00209113", ["00200032"]], // Plane Position
  ["00209116", ["00200037"]], // Plane Orientation
  ["00289132", ["00281050", "00281051", "00281055", "00281056"]], // Frame VOI LUT
  ["00289145", ["00281052", "00281053", "00281054"]], // Pixel Value Transformation
  ["00209111", ["00189074", "00189151", "00189220", "00209128", "00209056", "00209057", "00209157"]], // Frame Content
  ["00209071", ["00209072"]], // Frame Anatomy
  ["00189114", ["00189082"]], // MR Echo
  ["00189117", ["00189087", "00189075"]], // MR Diffusion
];

/** The attributes of a frame (from 1). The same object for a single-frame instance. */
export function frameDataset(dataset: JsonDataset, frame: number): JsonDataset {
  const shared = item(dataset, SHARED);
  const own = items(dataset, PER_FRAME)[frame - 1];
  if (!shared && !own) return vectors(dataset, frame);
  const flat: Record<string, JsonAttribute> = { ...dataset };
  delete flat[SHARED];
  delete flat[PER_FRAME];
  for (const [sequence, tags] of GROUPS) {
    const group = item(own, sequence) ?? item(shared, sequence);
    if (!group) continue;
    for (const tag of tags) if (group[tag]) flat[tag] = group[tag];
    if (sequence === "00289132" || sequence === "00289145") Object.assign(flat, pick(group, ["00283000", "00283010"]));
  }
  return flat;
}

/** Frames of NM and RT Dose that lie apart along their normal (PS3.3 C.8.4.8, C.8.8.3.2). */
function vectors(dataset: JsonDataset, frame: number): JsonDataset {
  if (frame === 1) return dataset;
  const offsets = numbers(dataset, "3004000C", 2);
  const position = numbers(dataset, "00200032", 3);
  const orientation = numbers(dataset, "00200037", 6);
  const offset = offsets?.[frame - 1];
  if (offset === undefined || !offsets || !position || !orientation) return dataset;
  const along = offsets[0] === 0 ? offset : offset - (position[2] as number);
  const normal = cross(orientation);
  const moved = position.map((value, axis) => value + along * (normal[axis] as number));
  return { ...dataset, "00200032": { vr: "DS", Value: moved } };
}

function pick(from: JsonDataset, tags: readonly string[]): Record<string, JsonAttribute> {
  const found: Record<string, JsonAttribute> = {};
  for (const tag of tags) if (from[tag]) found[tag] = from[tag];
  return found;
}

/** Normal of an orientation of six cosines. */
export function cross(cosines: readonly number[]): [number, number, number] {
  const [a, b, c, d, e, f] = cosines as [number, number, number, number, number, number];
  return [b * f - c * e, c * d - a * f, a * e - b * d];
}
