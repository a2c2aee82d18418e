import { describe, expect, test } from "vitest";
import { graphicsOf, labelOf, presentationOf, textOf, turned } from "./presentation-write";

const FRAME = { sop: "1.1", sopClass: "1.2.840.10008.5.1.4.1.1.2", series: "1.3", frame: 4, frames: 1 };

describe("a presentation state to save", () => {
  test("names the picture, its window, its part and its drawings in the standard's pixels", () => {
    const shown = {
      window: { center: 40, width: 80 },
      scale: 1,
      invert: false,
      rotation: 0,
      flipH: false,
      flipV: false,
      from: [9.6, 19.6],
      to: [109.8, 119.8],
    } as const;
    const drawn = {
      tool: "Length",
      points: [
        [0, 0],
        [3, 4],
      ] as const,
      lines: ["5 mm", "gekalibreerd"],
    };
    expect(presentationOf(FRAME, shown, [drawn], "Bloeding links")).toEqual({
      label: "BLOEDING LINKS",
      description: "Bloeding links",
      images: [{ series_uid: "1.3", sop_class_uid: FRAME.sopClass, sop_instance_uid: "1.1", frames: [] }],
      window: { center: 40, width: 80 },
      scale: 1,
      invert: false,
      rotation: 0,
      flip: false,
      area: { left: 11, top: 21, right: 110, bottom: 120 },
      graphics: [{ kind: "POLYLINE", points: [0.5, 0.5, 3.5, 4.5], filled: false }],
      texts: [{ text: "5 mm\ngekalibreerd", x: 3.5, y: 4.5 }],
    });
  });

  test("an ellipse begins with its longer axis", () => {
    const [wide] = graphicsOf({
      tool: "EllipticalROI",
      points: [
        [5, 6],
        [5, 4],
        [0, 5],
        [10, 5],
      ],
      lines: [],
    });
    expect(wide?.points.slice(0, 4)).toEqual([0.5, 5.5, 10.5, 5.5]);
  });

  test("a rectangle is closed, an arrow's words stand at its tip", () => {
    const corners = [
      [0, 0],
      [9, 0],
      [0, 9],
      [9, 9],
    ] as const;
    expect(graphicsOf({ tool: "RectangleROI", points: corners, lines: [] })[0]?.points).toHaveLength(10);
    expect(
      textOf({
        tool: "ArrowAnnotate",
        points: [
          [1, 1],
          [5, 5],
        ],
        lines: ["hier"],
      }),
    ).toEqual([{ text: "hier", x: 1.5, y: 1.5 }]);
  });

  test.each([
    [0, false, false, { rotation: 0, flip: false }],
    [90, false, false, { rotation: 90, flip: false }],
    [90, true, false, { rotation: 90, flip: true }],
    [0, false, true, { rotation: 180, flip: true }],
    [0, true, true, { rotation: 180, flip: false }],
  ])("turn %i, flips %s %s are %o", (rotation, flipH, flipV, wanted) => {
    expect(turned(rotation, flipH, flipV)).toEqual(wanted);
  });

  test("a label is a code string, whatever is typed", () => {
    expect(labelOf("Laesie ♥ zéér-groot en lang")).toBe("LAESIE ZEER GROO");
    expect(labelOf("???")).toBe("BEELDBRUG");
  });
});
