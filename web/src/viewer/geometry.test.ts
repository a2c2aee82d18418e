import { describe, expect, test } from "vitest";
import { directionLetters, follow, inspectStack, nearest, normalOf, offsetBetween, type Plane } from "./geometry";

const AXIAL = [1, 0, 0, 0, 1, 0];
const at = (z: number, frameOfReference = "1.2", orientation: readonly number[] = AXIAL): Plane => ({
  position: [0, 0, z],
  orientation,
  frameOfReference,
});
const stack = (...places: number[]) => places.map((place) => at(place));

describe("slices", () => {
  test("missing slices are found between the numbers that the reader sees", () => {
    const found = inspectStack(stack(0, 1, 2, 6, 7, 8));
    expect(found.gaps).toEqual([{ after: 3, before: 4, missing: 3 }]);
    expect(found.spacing).toBe(1);
  });

  test("an even stack has nothing to tell, in either direction", () => {
    expect(inspectStack(stack(0, 2.5, 5, 7.5))).toEqual({ gaps: [], doubles: 0, unsorted: false, spacing: 2.5 });
    expect(inspectStack(stack(9, 6, 3, 0)).gaps).toEqual([]);
  });

  test("a small unevenness is no gap", () => {
    expect(inspectStack(stack(0, 1, 2.3, 3.2, 4)).gaps).toEqual([]);
  });

  test("doubles and disorder are told", () => {
    expect(inspectStack(stack(0, 1, 1, 2)).doubles).toBe(1);
    expect(inspectStack(stack(0, 2, 1, 3)).unsorted).toBe(true);
    expect(inspectStack(stack(4, 4, 4)).doubles).toBe(2);
  });

  test("pictures without a place, or of several directions, are no stack", () => {
    expect(inspectStack([at(0), null, at(9)]).gaps).toEqual([]);
    expect(inspectStack([at(0), at(1), at(9, "1.2", [0, 1, 0, 0, 0, 1])]).gaps).toEqual([]);
  });

  test("a degenerate orientation has no normal", () => {
    expect(normalOf([1, 0, 0, 1, 0, 0])).toBeNull();
    expect(normalOf([Number.NaN, 0, 0, 0, 1, 0])).toBeNull();
    expect(normalOf(AXIAL)).toEqual([0, 0, 1]);
  });
});

describe("scrolling together", () => {
  test("goes by position in one frame of reference", () => {
    expect(follow(at(4.2), stack(0, 2, 4, 6), null)).toBe(2);
  });

  test("goes by the offset of linking in another frame of reference, and not without one", () => {
    const prior = [10, 12, 14, 16].map((place) => at(place, "9.9"));
    expect(follow(at(4), prior, null)).toBeNull();
    const offset = offsetBetween(at(4), prior[1] as Plane);
    expect(offset).toBe(8);
    expect(follow(at(6), prior, offset)).toBe(2);
  });

  test("does not follow another direction", () => {
    expect(follow(at(4), [at(0, "1.2", [0, 1, 0, 0, 0, -1])], 0)).toBeNull();
  });

  test("nothing is nearest to nothing", () => {
    expect(nearest([], 3, [0, 0, 1])).toBe(-1);
  });
});

test("letters tell where a direction points, strongest first", () => {
  expect(directionLetters([1, 0, 0])).toBe("L");
  expect(directionLetters([-0.8, 0, 0.6])).toBe("RH");
  expect(directionLetters([0, -1, 0])).toBe("A");
});
