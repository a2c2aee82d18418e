import { describe, expect, test } from "vitest";
import {
  angleOf,
  areaText,
  ellipseArea,
  figure,
  inEllipse,
  inRectangle,
  lengthOf,
  lengthText,
  type Pixel,
  rectangleArea,
  regionScale,
  spacingScale,
  statisticsOf,
  UNCALIBRATED,
  valuesInside,
  valueUnit,
} from "./measurements";

const MM = spacingScale("patient", [0.5, 0.25]);

describe("what a pixel is worth", () => {
  test("rows and columns have their own spacing", () => {
    expect(MM).toEqual({ worth: "patient", x: 0.25, y: 0.5, unit: "mm" });
    expect(lengthOf([0, 0], [12, 8], MM)).toBe(5);
  });

  test.each([[null], [[0, 0]], [[-1, 0.5]], [[Number.NaN, 1]]])(
    "without usable spacing (%o) a length is in pixels",
    (spacing) => {
      const scale = spacingScale("patient", spacing);
      expect(scale).toBe(UNCALIBRATED);
      expect(lengthText(lengthOf([0, 0], [3, 4], scale), scale, "nl")).toBe("5 px");
    },
  );

  test("what was only measured at the detector keeps saying so", () => {
    expect(spacingScale("detector", [0.1, 0.1]).worth).toBe("detector");
  });

  test("ultrasound is measured by the region that holds all points, and not across two", () => {
    const regions = [{ left: 0, top: 0, right: 100, bottom: 100, unitsX: 3, unitsY: 3, deltaX: 0.02, deltaY: -0.02 }];
    expect(
      regionScale(regions, [
        [1, 1],
        [50, 50],
      ]),
    ).toEqual({ worth: "region", x: 0.2, y: 0.2, unit: "mm" });
    expect(
      regionScale(regions, [
        [1, 1],
        [150, 50],
      ]),
    ).toBe(UNCALIBRATED);
    expect(regionScale([{ ...(regions[0] as (typeof regions)[0]), unitsX: 4 }], [[1, 1]])).toBe(UNCALIBRATED);
  });
});

describe("figures", () => {
  test("an angle is that of the patient, not of stretched pixels", () => {
    expect(angleOf([10, 0], [0, 0], [0, 10], MM)).toBeCloseTo(90);
    expect(angleOf([2, 0], [0, 0], [2, 1], MM)).toBeCloseTo(45);
    expect(angleOf([0, 0], [0, 0], [1, 1], MM)).toBe(0);
  });

  test("areas of an ellipse and a rectangle", () => {
    const scale = spacingScale("patient", [1, 1]);
    expect(
      ellipseArea(
        [
          [5, 10],
          [5, 0],
          [0, 5],
          [10, 5],
        ],
        scale,
      ),
    ).toBeCloseTo(Math.PI * 25);
    expect(
      rectangleArea(
        [
          [0, 0],
          [10, 0],
          [0, 5],
        ],
        scale,
      ),
    ).toBe(50);
    expect(areaText(1234, scale, "nl")).toBe("12,3 cm²");
    expect(areaText(1234, UNCALIBRATED, "nl")).toBe("1234 px²");
  });

  test("numbers carry no false exactness, in the reader's language", () => {
    expect(figure(123.456, "nl")).toBe("123");
    expect(figure(12.345, "nl")).toBe("12,3");
    expect(figure(1.2345, "en")).toBe("1.23");
    expect(figure(0, "en")).toBe("0");
  });
});

describe("values inside a region", () => {
  const pixels = Int16Array.from({ length: 100 }, (_, at) => (at % 10 < 5 ? -100 : 40));

  test("mean, spread, least and most", () => {
    expect(statisticsOf([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, deviation: 2, min: 2, max: 9, count: 8 });
    expect(statisticsOf([])).toBeNull();
  });

  test("only pixels whose centre lies inside count", () => {
    const corners: [Pixel, Pixel, Pixel] = [
      [5, 0],
      [9, 0],
      [5, 9],
    ];
    const found = statisticsOf(valuesInside(pixels, 10, 10, corners, inRectangle(corners)));
    expect(found).toMatchObject({ mean: 40, deviation: 0, count: 50 });
  });

  test("an ellipse that hangs over the edge counts what there is", () => {
    const ends: [Pixel, Pixel, Pixel, Pixel] = [
      [0, 12],
      [0, -12],
      [-3, 0],
      [3, 0],
    ];
    const found = statisticsOf(valuesInside(pixels, 10, 10, ends, inEllipse(ends)));
    expect(found?.mean).toBe(-100);
    expect(found?.count).toBeGreaterThan(20);
  });

  test("a region without size holds nothing", () => {
    expect(
      inEllipse([
        [1, 1],
        [1, 1],
        [1, 1],
        [1, 1],
      ])(1, 1),
    ).toBe(false);
    expect(
      inRectangle([
        [1, 1],
        [1, 1],
        [1, 1],
      ])(1, 1),
    ).toBe(false);
  });

  test("only CT has HU, and only PET with known dose has SUV", () => {
    expect(valueUnit("CT", false)).toBe("HU");
    expect(valueUnit("PT", true)).toBe("SUV");
    expect(valueUnit("PT", false)).toBe("");
    expect(valueUnit("MR", false)).toBe("");
  });
});
