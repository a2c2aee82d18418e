import { describe, expect, test } from "vitest";
import type { JsonDataset } from "@/join";
import { askedOf, type Presentation, readPresentation, smoothPath } from "./presentation-state";

const value = (vr: string, ...Value: unknown[]) => ({ vr, Value });
const image = (sop: string, ...frames: number[]): JsonDataset => ({
  "00081155": value("UI", sop),
  ...(frames.length ? { "00081160": value("IS", ...frames) } : {}),
});
const STATE: JsonDataset = {
  "00080018": value("UI", "1.9"),
  "00081115": value("SQ", { "00081140": value("SQ", image("1.1"), image("1.2", 3)) }),
  "00700080": value("CS", "LESION"),
  "00700084": value("PN", { Alphabetic: "Jansen^Jan" }),
  "00700041": value("CS", "Y"),
  "00700042": value("US", 90),
  "20500020": value("CS", "INVERSE"),
  "00283110": value(
    "SQ",
    { "00081140": value("SQ", image("1.1")), "00281050": value("DS", 40), "00281051": value("DS", 80) },
    { "00081140": value("SQ", image("1.2")), "00281050": value("DS", 50), "00281051": value("DS", 0) },
  ),
  "0070005A": value("SQ", {
    "00700052": value("SL", 11, 21),
    "00700053": value("SL", 110, 120),
    "00700100": value("CS", "SCALE TO FIT"),
  }),
  "00700001": value("SQ", {
    "00081140": value("SQ", image("1.1")),
    "00700009": value(
      "SQ",
      {
        "00700005": value("CS", "PIXEL"),
        "00700023": value("CS", "POLYLINE"),
        "00700022": value("FL", 1, 2, 3, 4, 5),
        "00700024": value("CS", "N"),
      },
      { "00700005": value("CS", "PIXEL"), "00700023": value("CS", "ELLIPSE"), "00700022": value("FL", 1, 2) },
      { "00700005": value("CS", "MATRIX"), "00700023": value("CS", "POINT"), "00700022": value("FL", 1, 2) },
    ),
    "00700008": value("SQ", {
      "00700006": value("ST", "<b>bloeding</b>"),
      "00700004": value("CS", "PIXEL"),
      "00700014": value("FL", 7, 8),
      "00700015": value("CS", "Y"),
    }),
  }),
  "00181600": value("CS", "RECTANGULAR"),
  "00181602": value("IS", 5),
  "00181604": value("IS", 500),
  "00181606": value("IS", 6),
  "00181608": value("IS", 400),
};
const read = (data: JsonDataset): Presentation => {
  const found = readPresentation(data);
  if (!found) throw new Error("nothing read");
  return found;
};

describe("presentation states", () => {
  test("what a state says of a picture comes back whole", () => {
    const asked = askedOf(read(STATE), "1.1", 1);
    expect(asked).toMatchObject({
      window: { center: 40, width: 80 },
      invert: true,
      rotation: 90,
      flip: true,
      area: { from: [10, 20], to: [110, 120], mode: "fit" },
      shutter: { rectangle: { left: 5, right: 500, top: 6, bottom: 400 }, circle: null, polygon: null },
    });
    expect(asked?.drawings[0]?.words[0]).toMatchObject({
      text: "<b>bloeding</b>",
      anchor: { at: [7, 8], visible: true },
    });
  });

  test("graphics that cannot be drawn are left out, the others stay", () => {
    const graphics = askedOf(read(STATE), "1.1", 1)?.drawings[0]?.graphics;
    expect(graphics).toEqual([
      {
        units: "PIXEL",
        kind: "POLYLINE",
        points: [
          [1, 2],
          [3, 4],
        ],
        filled: false,
      },
    ]);
  });

  test("it is for the pictures and frames that it names, and no others", () => {
    const state = read(STATE);
    expect(askedOf(state, "1.2", 3)?.window).toBeNull();
    expect(askedOf(state, "1.2", 3)?.drawings).toEqual([]);
    expect(askedOf(state, "1.2", 1)).toBeNull();
    expect(askedOf(state, "7.7", 1)).toBeNull();
  });

  test("a part of a turned picture may have its corners swapped", () => {
    const area = { "00700052": value("SL", 110, 21), "00700053": value("SL", 11, 120) };
    const state = read({ ...STATE, "0070005A": value("SQ", area) });
    expect(askedOf(state, "1.1", 1)?.area).toMatchObject({ from: [10, 20], to: [110, 120] });
  });

  test("a state that refers to nothing is none", () => {
    expect(readPresentation({})).toBeNull();
  });
});

test("a smooth line goes through its points", () => {
  expect(
    smoothPath([
      [0, 0],
      [10, 0],
      [20, 0],
    ]),
  ).toMatch(/^M 0 0 C .*, 10 0 C .*, 20 0$/);
});
