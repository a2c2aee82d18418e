import { describe, expect, test } from "vitest";
import type { Frame } from "@/pixels";
import { rgbaOf, type Shown } from "./draw";

const grey = (data: number[]): Frame => ({
  data: Int16Array.from(data),
  rows: 1,
  columns: data.length,
  samples: 1,
  decodeMs: 0,
});
const linear: Shown = { window: { center: 40, width: 80 }, invert: false, function: "LINEAR" };
const greys = (frame: Frame, shown: Shown) => [...rgbaOf(frame, shown)].filter((_, at) => at % 4 === 0);

describe("the first picture's greys", () => {
  test("a window makes its lower end black, its upper end white, and what lies between even", () => {
    expect(greys(grey([-1000, 0, 20, 40, 60, 80, 3000]), linear)).toEqual([0, 0, 64, 128, 191, 255, 255]);
  });

  test("turned about, black is white", () => {
    expect(greys(grey([-1000, 20, 3000]), { ...linear, invert: true })).toEqual([255, 191, 0]);
  });

  test("a sigmoid is half bright at its centre and never quite at its ends", () => {
    const [low, middle, high] = greys(grey([0, 40, 80]), { ...linear, function: "SIGMOID" });
    expect([low, middle, high]).toEqual([30, 128, 225]);
  });

  test("colour stays as it is, and every pixel is opaque", () => {
    const data = Uint8Array.from([1, 2, 3, 250, 251, 252]);
    const frame: Frame = { data, rows: 2, columns: 1, samples: 3, decodeMs: 0 };
    expect([...rgbaOf(frame, linear)]).toEqual([1, 2, 3, 255, 250, 251, 252, 255]);
  });
});
