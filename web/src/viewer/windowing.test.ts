import { describe, expect, test } from "vitest";
import { clampWindow, dragWindow, percentiles, toRange, toWindow, windowText } from "./windowing";

describe("windows", () => {
  test.each([
    { center: 40, width: 0 },
    { center: 40, width: -5 },
    { center: Number.NaN, width: 80 },
    { center: 40, width: Number.POSITIVE_INFINITY },
    { center: 90_000, width: 10 },
    { center: 40, width: 9e12 },
  ])("an absurd window %o shows all values, and says so", (asked) => {
    const { window, changed } = clampWindow(asked, -1000, 3000);
    expect(changed).toBe(true);
    expect(window.width).toBe(4000);
  });

  test("a window that shows something is left alone", () => {
    const asked = { center: 40, width: 80 };
    expect(clampWindow(asked, -1000, 3000)).toEqual({ window: asked, changed: false });
    expect(clampWindow({ center: 32768, width: 65536 }, 0, 4095).changed).toBe(false);
  });

  test("ranges and windows are each other's inverse", () => {
    expect(toWindow(toRange({ center: 40, width: 80 }))).toEqual({ center: 40, width: 80 });
  });

  test("a drag to the right widens, down raises the centre, and the width stays above nothing", () => {
    const start = { center: 40, width: 80 };
    expect(dragWindow(start, 100, 0, 1024)).toEqual({ center: 40, width: 180 });
    expect(dragWindow(start, 0, 50, 1024)).toEqual({ center: 90, width: 80 });
    expect(dragWindow(start, -9999, 0, 1024).width).toBeGreaterThan(0);
  });

  test("narrow windows such as SUV keep their decimals", () => {
    expect(windowText({ center: 2.5, width: 5 })).toEqual({ center: "2.5", width: "5.0" });
    expect(windowText({ center: 40.4, width: 350 })).toEqual({ center: "40", width: "350" });
  });

  test("percentiles come from a sample of any size", () => {
    const values = Float32Array.from({ length: 100_000 }, (_, at) => at);
    const [low, high] = percentiles(values, [0.01, 0.99]);
    expect(low).toBeCloseTo(1000, -2);
    expect(high).toBeCloseTo(99_000, -2);
  });
});
