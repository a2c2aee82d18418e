import { expect, test } from "vitest";
import { has, imagesOf, newBundle, peopleOf, selectionOf, some, toggled, withSeries } from "./selection";
import type { Proposed, Series, Study } from "./types";

const study = (uid: string, number = "1", instances: number | null = 10): Study => ({
  study_uid: uid,
  patient: { name: "Jansen^Anna", birth_date: "19620314", sex: "F", number, issuer: "A" },
  date: "20251120",
  time: "",
  description: "CT hersenen",
  accession_number: "",
  modalities: ["CT"],
  series: 2,
  instances,
  source: "pacs",
  origin: "",
  pacs: true,
  here: 0,
  arrivals: [],
});
const series = (uid: string, instances: number | null): Series => ({
  series_uid: uid,
  modality: "CT",
  number: 1,
  description: "",
  body_part: "",
  instances,
  extra: false,
});
const ALL = [series("1", 4), series("2", 6)];
const CT = study("9.1");

test("studies stand under the patient they are of", () => {
  const people = peopleOf([study("9.1"), study("9.2", "2"), study("9.3")]);
  expect(people.map((one) => one.studies.map((each) => each.study_uid))).toEqual([["9.1", "9.3"], ["9.2"]]);
});

test("what it was opened for is given, and nothing else", () => {
  expect(peopleOf([study("9.3"), study("9.1")], true).map((one) => one.given)).toEqual([["9.3"]]);
  expect(peopleOf([study("9.3")]).map((one) => one.given)).toEqual([[]]);
});

test("two patients without a number are told apart by name and birth date", () => {
  const other = { ...study("9.2", ""), patient: { ...study("9.2", "").patient, name: "Jansen^Bea" } };
  expect(peopleOf([study("9.1", ""), other])).toHaveLength(2);
});

test("a proposal ticks whole studies", () => {
  const reason = { code: "x", nl: "", en: "", remedy_nl: "", remedy_en: "" };
  const proposal: Proposed = {
    chosen: [{ study_uid: "9.1", reason }],
    priors: [{ study_uid: "9.3", reason }],
    warnings: [],
    too_much: [],
  };
  expect(Object.keys(selectionOf(proposal, [CT, study("9.2"), study("9.3")]))).toEqual(["9.1", "9.3"]);
});

test("a series taken out of a whole study leaves the others", () => {
  const chosen = withSeries(toggled({}, CT), CT, ALL, "1");
  expect(chosen).toEqual({ "9.1": { series: ["2"], expected: 6 } });
  expect(has(chosen, CT, "1")).toBe(false);
});

test("the last series taken out leaves nothing, all of them are the whole study", () => {
  const one = withSeries({}, CT, ALL, "1");
  expect(withSeries(one, CT, ALL, "1")).toEqual({});
  expect(withSeries(one, CT, ALL, "2")).toEqual({ "9.1": { series: null, expected: 10 } });
});

test("images are counted only when every count is known", () => {
  expect(imagesOf(toggled({}, CT), [CT])).toBe(10);
  expect(imagesOf(toggled({}, study("9.1", "1", null)), [study("9.1", "1", null)])).toBeNull();
  expect(some([series("1", null)], ["1"]).expected).toBe(0);
});

test("every sending has an id of its own", () => {
  expect(newBundle()).toMatch(/^[0-9a-f]{32}$/);
  expect(newBundle()).not.toBe(newBundle());
});
