/** What samples and lengths mean: rescaling, windows, tables, SUV, calibration, functional groups. */
// @vitest-environment node
import { describe, expect, it } from "vitest";
import { convert, rescaled } from "../pixels/convert";
import { measureOf } from "./calibration";
import { frameDataset } from "./groups";
import { headerOf } from "./header";
import { loadingOrder } from "./loading";
import { expanded, modalityLut, neededValues, paletteOf, voiLuts } from "./luts";
import { overlaysOf } from "./overlays";
import { outputOf, rescaleOf, shapeOf, windowsOf } from "./picture";
import { recordOf } from "./records";
import { ranges } from "./source";
import { suvFactor } from "./suv";
import type { JsonAttribute, JsonDataset } from "./types";

const nothing = () => null;

function dataset(tags: Record<string, unknown>): JsonDataset {
  const found: Record<string, JsonAttribute> = {};
  for (const [tag, value] of Object.entries(tags)) {
    if (typeof value === "object" && value !== null && "vr" in value) found[tag] = value as JsonAttribute;
    else if (value !== undefined) found[tag] = { vr: "DS", Value: Array.isArray(value) ? value : [value] };
  }
  return found;
}

const CT = {
  "00080060": "CT",
  "00280002": 1,
  "00280004": "MONOCHROME2",
  "00280010": 2,
  "00280011": 2,
  "00280100": 16,
  "00280101": 12,
  "00280102": 11,
  "00280103": 0,
};

function output(tags: Record<string, unknown>, suv: number | null = null) {
  const shape = shapeOf(dataset({ ...CT, ...tags }), "7FE00010", "1.2.840.10008.1.2.1");
  if (!shape) throw new Error("no shape");
  return outputOf(shape, rescaleOf(dataset({ ...CT, ...tags })), suv, null);
}

describe("rescaling", () => {
  it("keeps whole numbers in 16 bits, by the header alone", () => {
    expect(output({ "00281053": 1, "00281052": -1024 })).toEqual({ slope: 1, intercept: -1024, type: "Int16Array" });
    expect(output({})).toMatchObject({ type: "Uint16Array" });
    expect(output({ "00280100": 8, "00280101": 8 })).toMatchObject({ type: "Uint8Array" });
    expect(output({ "00281053": 0.5, "00281052": 0 })).toMatchObject({ type: "Float32Array" });
    expect(output({ "00280100": 32, "00280101": 32 })).toMatchObject({ type: "Float32Array" });
    expect(output({ "00281053": 1, "00281052": 0 }, 0.25)).toEqual({ slope: 0.25, intercept: 0, type: "Float32Array" });
  });

  it("ignores a slope of zero, words, and the modality LUT of angiography", () => {
    expect(rescaleOf(dataset({ "00281053": 0, "00281052": 5 }))).toEqual({ slope: 1, intercept: 0 });
    expect(rescaleOf(dataset({ "00281053": "x", "00281052": -5 })).slope).toBe(1);
    const xa = { "00080016": "1.2.840.10008.5.1.4.1.1.12.1", "00281053": 4, "00281052": 1 };
    expect(rescaleOf(dataset(xa))).toEqual({ slope: 1, intercept: 0 });
  });

  it("holds values beyond the type at its end and never wraps", () => {
    const stored = Uint16Array.of(0, 1000, 65535);
    expect([...rescaled(stored, { slope: 1, intercept: -1024, type: "Int16Array" }, 3)]).toEqual([-1024, -24, 32767]);
    const signed = Int16Array.of(-32768, 0, 5);
    expect([...rescaled(signed, { slope: 1, intercept: -1024, type: "Int16Array" }, 3)]).toEqual([
      -32768, -1024, -1019,
    ]);
  });

  it("looks values up in a modality LUT", () => {
    const lut = { first: 10, entries: Uint16Array.of(100, 200, 300) };
    const shape = shapeOf(dataset(CT), "7FE00010", "1.2.840.10008.1.2.1");
    const decoded = { stored: Uint16Array.of(0, 10, 11, 99), samples: 1, planar: false, rgb: false };
    const whole = { palette: null, lut, output: { slope: 1, intercept: 0, type: "Uint16Array" } } as const;
    expect(shape && [...convert(decoded, shape, whole, 0).data]).toEqual([100, 100, 200, 300]);
  });

  it("makes RGB of YBR and of planes", () => {
    const shape = shapeOf(
      dataset({ ...CT, "00280002": 3, "00280100": 8, "00280101": 8, "00280010": 1, "00280004": "YBR_FULL" }),
      "7FE00010",
      "",
    );
    const plain = { palette: null, lut: null, output: { slope: 1, intercept: 0, type: "Uint8Array" } } as const;
    const grey = { stored: Uint8Array.of(10, 128, 128, 200, 128, 128), samples: 3, planar: false, rgb: false };
    expect(shape && [...convert(grey, shape, plain, 0).data]).toEqual([10, 10, 10, 200, 200, 200]);
    const planes = { stored: Uint8Array.of(1, 2, 3, 4, 5, 6), samples: 3, planar: true, rgb: true };
    expect(shape && [...convert(planes, shape, plain, 0).data]).toEqual([1, 3, 5, 2, 4, 6]);
  });
});

describe("windows", () => {
  it("takes those that can be and skips those that cannot", () => {
    const found = windowsOf(
      dataset({ "00281050": [40, 50, "x", 1e12], "00281051": [400, 0, 5, 5], "00281055": ["weke delen"] }),
      null,
    );
    expect(found.windows).toEqual([{ center: 40, width: 400, explanation: "weke delen" }]);
    expect(found.absurd).toBe(true);
  });

  it("measures them in SUV where the samples are", () => {
    expect(windowsOf(dataset({ "00281050": [1000], "00281051": [2000] }), 0.001).windows).toMatchObject([
      { center: 1, width: 2 },
    ]);
  });
});

describe("tables", () => {
  const words = (...values: number[]) => ({
    vr: "OW",
    InlineBinary: Buffer.from(Uint16Array.from(values).buffer).toString("base64"),
  });
  const palette = {
    "00280004": "PALETTE COLOR",
    ...Object.fromEntries(["1", "2", "3"].map((at) => [`0028110${at}`, [3, 5, 16]])),
    ...Object.fromEntries(["1", "2", "3"].map((at) => [`0028120${at}`, words(0, 0x8000, 0xffff)])),
  };

  it("reads palettes of 16 bits, and those that call 8 bits so", () => {
    expect(paletteOf(dataset(palette), nothing)).toEqual({
      first: 5,
      red: Uint8Array.of(0, 128, 255),
      green: Uint8Array.of(0, 128, 255),
      blue: Uint8Array.of(0, 128, 255),
    });
    const narrow = { ...palette, "00281201": words(0, 7, 255) };
    expect(paletteOf(dataset(narrow), nothing)?.red).toEqual(Uint8Array.of(0, 7, 255));
  });

  it("asks for those that do not stand in the header, and does without until they come", () => {
    const far = dataset({ ...palette, "00281201": { vr: "OW", BulkDataURI: "/base/1/values/00281201" } });
    expect(neededValues(far)).toEqual(["/base/1/values/00281201"]);
    expect(paletteOf(far, nothing)).toBeNull();
    expect(paletteOf(far, () => new Uint8Array([1, 0, 2, 0, 3, 0]))?.red).toEqual(Uint8Array.of(1, 2, 3));
  });

  it("expands segmented palettes", () => {
    expect(expanded([0, 2, 10, 20, 1, 4, 60], 6)).toEqual([10, 20, 30, 40, 50, 60]);
    expect(expanded([0, 1, 7, 2, 1, 0, 0], 2)).toEqual([7, 7]);
    expect(expanded([9, 9, 9], 6)).toEqual([]);
  });

  it("reads modality and VOI LUTs, signed first values too", () => {
    const item = dataset({ "00283002": [2, 65526, 16], "00283006": [1, 2], "00283003": "NORMAL" });
    const sequence = { vr: "SQ", Value: [item] };
    expect(modalityLut(dataset({ "00280103": 1, "00283000": sequence }), nothing)).toMatchObject({
      first: -10,
      entries: [1, 2],
    });
    expect(voiLuts(dataset({ "00283010": sequence }), nothing)).toMatchObject([
      { first: 65526, explanation: "NORMAL" },
    ]);
  });

  it("unpacks the overlay of a frame", () => {
    const tags = {
      "60000010": 2,
      "60000011": 4,
      "60000050": [2, 3],
      "60000040": "G",
      "60000015": 2,
      "60003000": { vr: "OB", InlineBinary: "gQ8=" },
    };
    expect([...(overlaysOf(dataset(tags), 1, nothing)[0]?.pixelData ?? [])]).toEqual([1, 0, 0, 0, 0, 0, 0, 1]);
    expect(overlaysOf(dataset(tags), 2, nothing)[0]).toMatchObject({ x: 2, y: 1, type: "G" });
    expect(overlaysOf(dataset(tags), 3, nothing)).toEqual([]);
  });
});

describe("SUV", () => {
  const tracer = (more: Record<string, unknown> = {}) => ({
    vr: "SQ",
    Value: [dataset({ "00181074": 370e6, "00181075": 6586.2, "00181072": "100000", ...more })],
  });
  const pet = {
    "00080060": "PT",
    "00080021": "20260102",
    "00080031": "110000",
    "00080022": "20260102",
    "00080032": "110000",
    "00280051": ["ATTN", "DECY"],
    "00541001": "BQML",
    "00541102": "START",
    "00101030": 70,
    "00540016": tracer(),
  };

  it("is activity by dose left at the start of the scan, by weight", () => {
    const one = dataset(pet);
    expect(suvFactor(one, [one])).toBeCloseTo(70_000 / (370e6 * 2 ** (-3600 / 6586.2)), 12);
  });

  it("knows of an injection before midnight", () => {
    const one = dataset({
      ...pet,
      "00080031": "003000",
      "00080032": "003000",
      "00540016": tracer({ "00181072": "233000" }),
    });
    expect(suvFactor(one, [one])).toBeCloseTo(70_000 / (370e6 * 2 ** (-3600 / 6586.2)), 12);
  });

  it("takes decay as corrected to the injection where the header says so, and values that are SUV already", () => {
    const admin = dataset({ ...pet, "00541102": "ADMIN" });
    expect(suvFactor(admin, [admin])).toBeCloseTo(70_000 / 370e6, 12);
    const own = dataset({ "00541001": "GML" });
    expect(suvFactor(own, [own])).toBe(1);
  });

  it.each([
    ["no weight", { "00101030": undefined }],
    ["a weight of nothing", { "00101030": 0 }],
    ["no dose", { "00540016": tracer({ "00181074": undefined }) }],
    ["no decay correction", { "00280051": ["ATTN"] }],
    ["other units", { "00541001": "CNTS" }],
    ["an injection days before", { "00540016": tracer({ "00181078": "20251230100000" }) }],
    ["a time that is none", { "00080031": "later" }],
  ])("is not guessed with %s", (_, change) => {
    const one = dataset({ ...pet, ...change });
    expect(suvFactor(one, [one])).toBeNull();
  });
});

describe("calibration", () => {
  it.each([
    ["a cross-section", { "00080060": "CT", "00280030": [0.5, 0.6] }, "patient", [0.5, 0.6]],
    ["a detector's own spacing", { "00080060": "DX", "00181164": [0.1, 0.1] }, "detector", [0.1, 0.1]],
    [
      "a spacing like the detector's",
      { "00080060": "CR", "00181164": [0.1, 0.1], "00280030": [0.1, 0.1] },
      "detector",
      [0.1, 0.1],
    ],
    [
      "a spacing that was corrected",
      { "00080060": "DX", "00181164": [0.1, 0.1], "00280030": [0.09, 0.09] },
      "calibrated",
      [0.09, 0.09],
    ],
    ["a fiducial", { "00080060": "DX", "00280030": [0.1, 0.1], "00280A02": "FIDUCIAL" }, "calibrated", [0.1, 0.1]],
    ["nothing", { "00080060": "XC" }, "none", null],
    ["a spacing of zero", { "00080060": "CT", "00280030": [0, 0] }, "none", null],
    ["a spacing of minus", { "00080060": "MR", "00280030": [-1, 1] }, "none", null],
  ])("knows %s", (_, tags, calibration, spacing) => {
    expect(measureOf(dataset(tags))).toEqual({ calibration, spacing });
  });

  it("leaves ultrasound to its regions", () => {
    const region = dataset({ "0018602C": 0.01, "00186024": 3 });
    expect(measureOf(dataset({ "00080060": "US", "00186011": { vr: "SQ", Value: [region] } })).calibration).toBe(
      "regions",
    );
  });
});

describe("functional groups", () => {
  const group = (tag: string, value: unknown) => ({ vr: "SQ", Value: [dataset({ [tag]: value })] });
  const enhanced = dataset({
    "00280030": [9, 9],
    "52009229": {
      vr: "SQ",
      Value: [
        dataset({ "00289110": group("00280030", [0.7, 0.7]), "00209116": group("00200037", [1, 0, 0, 0, 1, 0]) }),
      ],
    },
    "52009230": { vr: "SQ", Value: [1, 2].map((at) => dataset({ "00209113": group("00200032", [0, 0, at]) })) },
  });

  it("flattens what is shared and what is the frame's own", () => {
    expect(frameDataset(enhanced, 2)["00200032"]?.Value).toEqual([0, 0, 2]);
    expect(frameDataset(enhanced, 1)["00280030"]?.Value).toEqual([0.7, 0.7]);
    expect(frameDataset(enhanced, 9)["00200032"]).toBeUndefined();
  });
});

describe("the rest", () => {
  it("loads what is looked at first, then ahead, then behind, then the others", () => {
    const stack = Array.from({ length: 100 }, (_, at) => `i${at}`);
    const order = loadingOrder(stack, 50, -1, ["x"]);
    expect(order.slice(0, 3)).toEqual(["i50", "i49", "i48"]);
    expect(order.indexOf("i51")).toBe(25);
    expect(new Set(order).size).toBe(101);
    expect(order.at(-1)).toBe("x");
  });

  it("names instances waited for as runs", () => {
    expect(ranges([9, 3, 1, 2, 11, 10])).toBe("1-3,9-11");
    expect(ranges([])).toBe("");
    expect(ranges(Array.from({ length: 9000 }, (_, at) => at * 2)).length).toBeLessThanOrEqual(6000);
  });

  it("tells of two patients in one study", () => {
    const record = (name: string, id: number) =>
      recordOf(
        {
          type: "instance",
          id,
          here: true,
          sop_class: "",
          transfer_syntax: "",
          frames: 0,
          at_node: false,
          pixels: null,
          metadata: dataset({ "00100010": { vr: "PN", Value: [{ Alphabetic: name }] } }),
        },
        "bb:x/",
        "/base",
      );
    expect(headerOf([record("A^B", 1), record("A^B", 2)])).toMatchObject({ patientName: "A^B", mixedPatients: false });
    expect(headerOf([record("A^B", 1), record("<script>", 2)])?.mixedPatients).toBe(true);
    expect(headerOf([])).toBeNull();
  });
});
