import { expect, test } from "vitest";
import type { StackFindings } from "./geometry";
import { warningsOf } from "./warnings";

const NOTHING: StackFindings = { gaps: [], doubles: 0, unsorted: false, spacing: 1 };
const GAP: StackFindings = { ...NOTHING, gaps: [{ after: 40, before: 41, missing: 3 }] };
const QUIET = { arriving: false, clamped: false, failed: 0 };
const codes = (...parameters: Parameters<typeof warningsOf>) => warningsOf(...parameters).map(({ code }) => code);

test("a gap is told with its place, once", () => {
  const told = warningsOf([{ code: "missing-slices", count: 3 }], GAP, QUIET);
  expect(told).toEqual([{ code: "missing-between", values: { missing: 3, after: 40, before: 41 }, serious: true }]);
});

test("a gap whose place is unknown is told without it", () => {
  expect(codes([{ code: "missing-slices", count: 3 }], NOTHING, QUIET)).toEqual(["missing"]);
});

test("while pictures arrive, gaps are no news", () => {
  expect(codes([{ code: "missing-slices", count: 3 }], GAP, { ...QUIET, arriving: true })).toEqual([]);
});

test("pictures that failed count, whoever found out", () => {
  const told = warningsOf([{ code: "undecodable", count: 2 }], NOTHING, { ...QUIET, failed: 5 });
  expect(told).toEqual([{ code: "undecodable", values: { count: 5 }, serious: true }]);
});

test("doubles are told once, an absurd window and disorder are said", () => {
  const found = { ...NOTHING, doubles: 4, unsorted: true };
  expect(codes([{ code: "duplicate-positions", count: 4 }], found, { ...QUIET, clamped: true })).toEqual([
    "unsorted",
    "doubles",
    "window",
  ]);
});

test("a good series has no warnings", () => {
  expect(warningsOf([], NOTHING, QUIET)).toEqual([]);
});
