import { expect, test } from "vitest";
import { bestPrior, priorsOf, type RelatedStudy, sameSource, sourceOf } from "./related";

const study = (id: string, date: string, relevant = false, current = false): RelatedStudy => ({
  kind: "exchange",
  id,
  date,
  time: "",
  description: "",
  modalities: ["CT"],
  instances: 1,
  own: false,
  source: "B",
  relevant,
  current,
});
const ALL = [
  study("now", "20250301", false, true),
  study("knee", "20250201"),
  study("old", "20200101", true),
  study("new", "20240101", true),
];

test("relevant priors come first, newest of them at the top, and the current study is none", () => {
  expect(priorsOf(ALL).map((one) => one.id)).toEqual(["new", "old", "knee"]);
});

test("the best prior is the newest relevant one, and there may be none", () => {
  expect(bestPrior(ALL)?.id).toBe("new");
  expect(bestPrior(ALL.slice(0, 2))).toBeNull();
});

test("a study is opened by what the node calls it", () => {
  expect(sameSource(sourceOf(study("a", "")), { kind: "exchange", id: "a" })).toBe(true);
  expect(sameSource(sourceOf(study("a", "")), { kind: "study", id: "a" })).toBe(false);
});
