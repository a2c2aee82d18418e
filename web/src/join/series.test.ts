/** Stacks: order, doubles, gaps, phases, and headers that make no sense. */
// @vitest-environment node
import { describe, expect, it } from "vitest";
import { jobOf, pictureOf, recordOf } from "./records";
import { sortSeries } from "./series";
import type { JsonAttribute, JsonDataset } from "./types";

const AXIAL = [1, 0, 0, 0, 1, 0];
let next = 1;

function dataset(tags: Record<string, unknown>): JsonDataset {
  const found: Record<string, JsonAttribute> = {};
  for (const [tag, value] of Object.entries(tags)) {
    if (value !== undefined) found[tag] = { vr: "DS", Value: Array.isArray(value) ? value : [value] };
  }
  return found;
}

interface Slice {
  readonly at?: readonly unknown[] | undefined;
  readonly number?: number;
  readonly orientation?: readonly number[];
  readonly frames?: number;
  readonly more?: Record<string, unknown>;
}

function pictures(slices: readonly Slice[]) {
  const records = slices.map(({ at, number, orientation = AXIAL, frames = 1, more = {} }) => {
    const metadata = dataset({
      "00080018": `1.2.3.${next}`,
      "00080060": "CT",
      "00280002": 1,
      "00280004": "MONOCHROME2",
      "00280010": 4,
      "00280011": 4,
      "00280030": [1, 1],
      "00280100": 16,
      "00280101": 12,
      "00280103": 0,
      "00200013": number,
      "00200032": at,
      "00200037": at && orientation,
      ...more,
    });
    const line = {
      type: "instance",
      id: next++,
      here: true,
      sop_class: "1.2.840.10008.5.1.4.1.1.2",
      transfer_syntax: "1.2.840.10008.1.2.1",
      frames,
      at_node: true,
      pixels: null,
      metadata,
    } as const;
    return recordOf(line, "bb:x/", "/base");
  });
  return records.flatMap((record) =>
    record.joined.imageIds.map((_, at) => pictureOf(record, at + 1, null, () => null)),
  );
}

const numbers = (slices: readonly Slice[]) =>
  sortSeries(pictures(slices)).pictures.map((one) => one.record.joined.instanceNumber);
const codes = (slices: readonly Slice[]) =>
  sortSeries(pictures(slices)).problems.map((one) => `${one.code} ${one.count}`);
const run = (positions: readonly number[], step = 1): Slice[] =>
  positions.map((at, number) => ({ at: [0, 0, at * step], number: number + 1 }));

describe("sorting", () => {
  it("sorts by position in the direction of the numbers", () => {
    expect(
      numbers([
        { at: [0, 0, 30], number: 3 },
        { at: [0, 0, 10], number: 1 },
        { at: [0, 0, 20], number: 2 },
      ]),
    ).toEqual([1, 2, 3]);
    expect(
      numbers([
        { at: [0, 0, 10], number: 3 },
        { at: [0, 0, 30], number: 1 },
        { at: [0, 0, 20], number: 2 },
      ]),
    ).toEqual([1, 2, 3]);
  });

  it("sorts by position where numbers are missing or all the same", () => {
    const sorted = sortSeries(pictures([5, 1, 3].map((at) => ({ at: [0, 0, at], number: 1 }))));
    const found = sorted.positions.map((at) => at ?? 0);
    expect(Math.abs((found[0] ?? 0) - (found[2] ?? 0))).toBe(4);
    expect(sorted.problems).toEqual([]);
  });

  it("makes a volume of even slices, and says which plane they are", () => {
    const sorted = sortSeries(pictures(run([0, 1, 2, 3, 4], 2.5)));
    expect([sorted.volume, sorted.plane, sorted.stacks.length]).toEqual([true, "axial", 1]);
    const coronal = run([0, 1, 2, 3]).map((one) => ({
      ...one,
      orientation: [1, 0, 0, 0, 0, -1],
      at: [0, one.at?.[2], 0],
    }));
    expect(sortSeries(pictures(coronal)).plane).toBe("coronal");
  });

  it("counts missing slices", () => {
    expect(codes(run([0, 1, 2, 5, 6, 8]))).toEqual(["missing-slices 3"]);
    expect(sortSeries(pictures(run([0, 1, 2, 5, 6]))).volume).toBe(false);
  });

  it("makes no volume of uneven or sheared slices", () => {
    expect(codes(run([0, 1, 2.4, 3.1, 4.6]))).toContain("uneven-spacing 5");
    const tilted = run([0, 1, 2, 3, 4], 5).map((one) => ({ ...one, at: [0, Number(one.at?.[2]) * 0.3, one.at?.[2]] }));
    const sorted = sortSeries(pictures(tilted));
    expect(sorted.volume).toBe(false);
    expect(sorted.problems.map((one) => one.code)).toContain("uneven-spacing");
  });

  it("parts phases at the same positions into stacks that are volumes each", () => {
    const slices = [1, 2].flatMap((echo) =>
      [0, 1, 2, 3].map((at) => ({ at: [0, 0, at], number: at * 2 + echo, more: { "00180086": echo } })),
    );
    const sorted = sortSeries(pictures(slices));
    expect(sorted.stacks.map((stack) => stack.length)).toEqual([4, 4]);
    expect(sorted.problems).toEqual([{ code: "duplicate-positions", count: 4 }]);
    expect(sorted.volume).toBe(true);
    expect(sorted.pictures.slice(0, 4).every((one) => one.dataset["00180086"]?.Value?.[0] === 1)).toBe(true);
  });

  it("keeps scouts of several orientations in the order of their numbers", () => {
    const scout = [
      { at: [0, 0, 0], number: 2 },
      { at: [0, 0, 0], number: 1, orientation: [0, 1, 0, 0, 0, -1] },
    ];
    expect(numbers(scout)).toEqual([1, 2]);
    expect(codes(scout)).toEqual(["mixed-orientation 2"]);
  });

  it("gives each clip a stack of its own", () => {
    const sorted = sortSeries(pictures([{ number: 1, frames: 3 }, { number: 2 }, { number: 3, frames: 2 }]));
    expect(sorted.stacks.map((stack) => stack.length)).toEqual([3, 1, 2]);
    expect(sorted.problems).toEqual([]);
  });

  it.each([
    ["a position of two numbers", { at: [0, 0] }],
    ["a position of words", { at: ["x", "y", "z"] }],
    ["an orientation of zeros", { at: [0, 0, 0], orientation: [0, 0, 0, 0, 0, 0] }],
    ["an orientation that is not at right angles", { at: [0, 0, 0], orientation: [1, 0, 0, 1, 0, 0] }],
    ["no position", {}],
  ])("survives %s", (_, slice) => {
    expect(
      numbers([
        { ...slice, number: 2 },
        { at: [0, 0, 1], number: 1 },
      ]),
    ).toEqual([1, 2]);
  });

  it("says that spacing and window cannot be", () => {
    expect(codes([{ at: [0, 0, 0], number: 1, more: { "00280030": [0, 0] } }])).toEqual(["absurd-values 1"]);
    expect(codes([{ at: [0, 0, 0], number: 1, more: { "00281050": [40], "00281051": [0] } }])).toEqual([
      "absurd-values 1",
    ]);
    expect(codes([{ at: [0, 0, 0], number: 1, more: { "00281050": ["NaN"], "00281051": [400] } }])).toEqual([
      "absurd-values 1",
    ]);
  });

  it("survives no images, and an image whose layout is not said", () => {
    expect(sortSeries([])).toMatchObject({ pictures: [], stacks: [], volume: false });
    const [one] = pictures([{ at: [0, 0, 0], number: 1, more: { "00280100": 17 } }]);
    expect(one?.record.joined.undecodable).toBe("pixels-not-decodable");
    expect(one && jobOf(one)).toBeNull();
  });
});
