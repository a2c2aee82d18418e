import { describe, expect, test } from "vitest";
import type { StudyHeader } from "@/join";
import { DrawingSpeed, firstBackend } from "./backend";
import { speedOf } from "./cine";
import { inside, middle, moved, reach, sliceNumber, slicesIn, stepOf } from "./mpr-planes";
import { overlayPixels } from "./overlay-planes";
import { patientNumbers, samePatient, studyMoment } from "./patient";
import { cutOf } from "./reference-lines";
import { Store } from "./store";
import { shrink } from "./thumbnail";

describe("who draws", () => {
  test("software drawing and no drawing at all mean the processor", () => {
    expect(firstBackend({ webgl: true, softwareRasterizer: false })).toBe("gpu");
    expect(firstBackend({ webgl: true, softwareRasterizer: true })).toBe("cpu");
    expect(firstBackend({ webgl: false, softwareRasterizer: false })).toBe("cpu");
  });

  test("a slow card is given up once, a quick one never", () => {
    const slow = new DrawingSpeed();
    expect(Array.from({ length: 40 }, () => slow.add(120)).filter(Boolean)).toHaveLength(1);
    const quick = new DrawingSpeed();
    expect(Array.from({ length: 40 }, () => quick.add(8)).some(Boolean)).toBe(false);
  });
});

test("cine plays at the film's own speed, within what can be played", () => {
  expect(speedOf(25, false)).toBe(25);
  expect(speedOf(400, false)).toBe(60);
  expect(speedOf(Number.NaN, false)).toBe(15);
  expect(speedOf(null, true)).toBe(12);
});

describe("planes of MPR", () => {
  const block = {
    dimensions: [100, 100, 50],
    spacing: [0.5, 0.5, 2],
    origin: [-25, -25, 100],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  } as const;

  test("reach, steps and numbers follow the voxels", () => {
    expect(reach(block, "axial")).toEqual([100, 198]);
    expect(stepOf(block, "axial")).toBe(2);
    expect(slicesIn(block, "coronal")).toBe(100);
    expect(sliceNumber(block, "axial", middle(block))).toBe(26);
  });

  test("a point never leaves the volume", () => {
    expect(moved(block, "axial", middle(block), 900)[2]).toBe(198);
    expect(inside(block, [999, -999, 0])).toEqual([24.5, -25, 100]);
  });
});

describe("reference lines", () => {
  const slice = (
    orientation: readonly number[],
    position: readonly [number, number, number],
    frameOfReference = "1",
  ) => ({
    plane: { position, orientation, frameOfReference },
    columns: 101,
    rows: 101,
    x: 1,
    y: 1,
  });
  const axial = slice([1, 0, 0, 0, 1, 0], [0, 0, 50]);

  test("a sagittal slice cuts an axial one in a line from front to back", () => {
    const sagittal = slice([0, 1, 0, 0, 0, -1], [30, 0, 100]);
    const line = cutOf(axial, sagittal);
    expect(line?.map(([x]) => x)).toEqual([30, 30]);
    expect(line?.map(([, y]) => y).sort((a, b) => a - b)).toEqual([0, 100]);
  });

  test("parallel slices, other frames of reference and slices apart have no line", () => {
    expect(cutOf(axial, slice([1, 0, 0, 0, 1, 0], [0, 0, 60]))).toBeNull();
    expect(cutOf(axial, slice([0, 1, 0, 0, 0, -1], [30, 0, 100], "2"))).toBeNull();
    expect(cutOf(axial, slice([0, 1, 0, 0, 0, -1], [30, 0, 400]))).toBeNull();
  });
});

test("overlay bits that lack are clear", () => {
  const pixels = overlayPixels({ rows: 2, columns: 2, pixelData: Uint8Array.of(1, 0) }, [1, 2, 3]);
  expect([...pixels]).toEqual([1, 2, 3, 255, ...Array(12).fill(0)]);
});

test("a thumbnail keeps the shape of the picture and its black and white", () => {
  const image = {
    columns: 4,
    rows: 2,
    color: false,
    rgba: false,
    numberOfComponents: 1,
    invert: false,
    lower: 0,
    upper: 100,
  };
  const pixels = shrink({ ...image, pixels: Int16Array.of(0, 0, 100, 100, 0, 0, 100, 900) }, 4);
  const grey = (x: number, y: number) => pixels[(y * 4 + x) * 4];
  expect([grey(0, 0), grey(0, 1), grey(3, 1), grey(3, 2), grey(0, 3)]).toEqual([0, 0, 255, 255, 0]);
  const turned = shrink({ ...image, invert: true, pixels: new Int16Array(8) }, 4);
  expect(turned[4 * 4]).toBe(255);
});

describe("patients", () => {
  const header = (patientId: string, birthDate: string, patientName = "Jansen^Jan") =>
    ({ patientId, birthDate, patientName, issuer: "" }) as StudyHeader;

  test("another number or birth date is another patient", () => {
    expect(samePatient(header("1", "19500101"), header("1", "19500101", "JANSEN^J"))).toBe(true);
    expect(samePatient(header("1", "19500101"), header("2", "19500101"))).toBe(false);
    expect(samePatient(header("1", "19500101"), header("1", "19500102"))).toBe(false);
    expect(samePatient(header("", "19500101"), header("2", "19500101"))).toBe(true);
  });

  test("each patient has one number, whatever is not known yet", () => {
    expect(patientNumbers([header("1", "1"), header("2", "1"), null, header("1", "1")])).toEqual([0, 1, 0, 0]);
    // the node knows that two numbers are of one person; it does not know better than two birth dates
    expect(patientNumbers([header("1", "1"), header("2", "1")], [false, true])).toEqual([0, 0]);
    expect(patientNumbers([header("1", "1"), header("2", "2")], [false, true])).toEqual([0, 1]);
  });

  test("a moment of DICOM is readable", () => {
    expect(studyMoment("20261122", "031200.000")).toContain("03:12");
    expect(studyMoment("", "")).toBe("");
  });
});

test("a store tells changes only", () => {
  const store = new Store({ a: 1, b: 2 });
  let told = 0;
  const stop = store.subscribe(() => {
    told += 1;
  });
  store.set({ a: 1 });
  store.set({ a: 2, b: 2 });
  stop();
  store.set({ a: 3 });
  expect(told).toBe(1);
  expect(store.get()).toEqual({ a: 3, b: 2 });
});
