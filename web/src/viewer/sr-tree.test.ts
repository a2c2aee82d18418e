import { expect, test } from "vitest";
import type { JsonDataset } from "@/join";
import { readKeyObjects } from "./key-objects";
import { readReport } from "./sr-tree";

const value = (vr: string, ...Value: unknown[]) => ({ vr, Value });
const code = (meaning: string, short = "1") =>
  value("SQ", { "00080104": value("LO", meaning), "00080100": value("SH", short) });
const item = (kind: string, name: string, rest: JsonDataset = {}): JsonDataset => ({
  "0040A040": value("CS", kind),
  "0040A043": code(name),
  ...rest,
});

const REPORT: JsonDataset = {
  ...item("CONTAINER", "Radiology Report"),
  "0040A491": value("CS", "COMPLETE"),
  "0040A493": value("CS", "VERIFIED"),
  "0040A073": value("SQ", { "0040A075": value("PN", { Alphabetic: "Vries^Anna^^de" }) }),
  "0040A730": value(
    "SQ",
    item("TEXT", "Finding", { "0040A160": value("UT", "Geen <b>bloeding</b>.") }),
    item("NUM", "Length", {
      "0040A300": value("SQ", {
        "0040A30A": value("DS", 12.5),
        "004008EA": value("SQ", { "00080100": value("SH", "mm"), "00080104": value("LO", "millimeter") }),
      }),
    }),
    item("CODE", "Conclusion", { "0040A168": code("Normal") }),
    item("IMAGE", "Key", { "00081199": value("SQ", { "00081155": value("UI", "1.1"), "00081160": value("IS", 3) }) }),
    item("WAVEFORM", "Strange"),
  ),
};

test("a report is read as a tree, texts as texts and unknown items with their name", () => {
  const report = readReport(REPORT);
  expect(report).toMatchObject({
    title: "Radiology Report",
    completed: true,
    verified: true,
    verifiers: ["Vries^Anna^^de"],
  });
  expect(report.items.map(({ name, value: said }) => [name, said])).toEqual([
    ["Finding", "Geen <b>bloeding</b>."],
    ["Length", "12.5 mm"],
    ["Conclusion", "Normal"],
    ["Key", ""],
    ["Strange", ""],
  ]);
  expect(report.items[3]?.image).toEqual({ sop: "1.1", frame: 3 });
});

test("a report that is its own child without end is cut off", () => {
  const loop = item("CONTAINER", "again") as Record<string, unknown>;
  loop["0040A730"] = value("SQ", loop);
  expect(() => readReport(loop as JsonDataset)).not.toThrow();
});

test("key objects are read with their title, words and pictures", () => {
  const found = readKeyObjects({
    "00080018": value("UI", "1.8"),
    "0040A043": code("Of Interest", "113000"),
    "00080023": value("DA", "20261122"),
    "00080033": value("TM", "1416"),
    "0040A730": value(
      "SQ",
      {
        "0040A010": value("CS", "HAS OBS CONTEXT"),
        "0040A040": value("CS", "PNAME"),
        "0040A043": code("Person Observer Name", "121008"),
        "0040A123": { vr: "PN", Value: [{ Alphabetic: "Dr. Arts" }] },
      },
      {
        "0040A010": value("CS", "HAS OBS CONTEXT"),
        "0040A040": value("CS", "TEXT"),
        "0040A160": value("UT", "Ziekenhuis A"),
      },
      item("TEXT", "Description", { "0040A160": value("UT", "kijk hier") }),
      item("IMAGE", "", { "00081199": value("SQ", { "00081155": value("UI", "1.1") }) }),
      item("IMAGE", "", { "00081199": value("SQ", {}) }),
    ),
  });
  expect(found).toEqual({
    uid: "1.8",
    title: "Of Interest",
    author: "Dr. Arts",
    date: "20261122",
    time: "1416",
    description: "kijk hier",
    images: [{ sop: "1.1", frames: [] }],
  });
});
