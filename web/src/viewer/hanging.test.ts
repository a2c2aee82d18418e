import { describe, expect, test } from "vitest";
import { type HangingSeries, hangStudies, mostAlike } from "./hanging";
import { cellsOf, LAYOUTS, layoutFor } from "./layouts";

const series = (id: string, modality: string, rest: Partial<HangingSeries> = {}): HangingSeries => ({
  study: "now",
  id,
  modality,
  number: null,
  description: "",
  count: 100,
  plane: "axial",
  volume: true,
  views: [],
  ...rest,
});
const shown = (list: readonly HangingSeries[], narrow = false) =>
  hangStudies(list, narrow).cells.map((cell) => cell?.series);

describe("hanging", () => {
  test("a CT opens on its stacks, not on the scout or the dose page", () => {
    const list = [
      series("scout", "CT", { number: 1, description: "Topogram", count: 2 }),
      series("dose", "CT", { number: 999, description: "Dose Report", count: 1 }),
      series("thin", "CT", { number: 3 }),
      series("thick", "CT", { number: 2 }),
    ];
    expect(shown(list)).toEqual(["thick", "thin"]);
    expect(hangStudies(list, false).sync).toBe(true);
  });

  test("an MR hangs up to four series", () => {
    const list = [1, 2, 3, 4, 5].map((number) => series(`s${number}`, "MR", { number }));
    expect(shown(list)).toEqual(["s1", "s2", "s3", "s4"]);
    expect(hangStudies(list, false).layout).toEqual({ rows: 2, columns: 2 });
  });

  test("a chest hangs frontal left of lateral, whatever their order", () => {
    const list = [
      series("b", "DX", { count: 1, views: [{ index: 0, laterality: "", view: "LL" }] }),
      series("a", "DX", { count: 1, views: [{ index: 0, laterality: "", view: "PA" }] }),
    ];
    expect(shown(list)).toEqual(["a", "b"]);
  });

  test("mammography hangs right on the left, CC above MLO, chest walls together", () => {
    const view = (laterality: string, name: string) =>
      series(`${laterality}${name}`, "MG", { count: 1, views: [{ index: 0, laterality, view: name }] });
    const { cells, layout } = hangStudies(
      [view("L", "MLO"), view("R", "MLO"), view("L", "CC"), view("R", "CC")],
      false,
    );
    expect(cells.map((cell) => cell?.series)).toEqual(["RCC", "LCC", "RMLO", "LMLO"]);
    expect(cells.map((cell) => cell?.lean)).toEqual(["right", "left", "right", "left"]);
    expect(layout).toEqual({ rows: 2, columns: 2 });
  });

  test("a view that lacks leaves its place empty", () => {
    const view = (laterality: string, name: string) =>
      series(`${laterality}${name}`, "MG", { count: 1, views: [{ index: 0, laterality, view: name }] });
    expect(shown([view("L", "MLO"), view("R", "MLO"), view("R", "CC")])).toEqual(["RCC", undefined, "RMLO", "LMLO"]);
  });

  test("angiography and ultrasound play at once", () => {
    expect(hangStudies([series("run", "XA", { volume: false })], false).play).toBe(true);
    expect(hangStudies([series("still", "US", { volume: false, count: 1 })], false).play).toBe(false);
  });

  test("PET hangs beside its CT, scrolled together", () => {
    const list = [series("ct", "CT"), series("pt", "PT")];
    expect(shown(list)).toEqual(["ct", "pt"]);
    expect(hangStudies(list, false).sync).toBe(true);
  });

  test("a prior hangs right of the current study: the series most like it", () => {
    const list = [
      series("now", "CT", { description: "Thorax 1 mm long" }),
      series("other", "CT", { study: "then", description: "Abdomen portaal" }),
      series("alike", "CT", { study: "then", description: "thorax long" }),
    ];
    expect(shown(list)).toEqual(["now", "alike"]);
    expect(mostAlike(list[0] as HangingSeries, [])).toBeNull();
  });

  test("a phone gets one pane", () => {
    expect(
      shown(
        [1, 2, 3].map((number) => series(`s${number}`, "MR", { number })),
        true,
      ),
    ).toEqual(["s1"]);
  });

  test("nothing to hang leaves one empty pane", () => {
    expect(hangStudies([], false).cells).toEqual([null]);
  });
});

test("a layout has room for what it is asked for, up to nine", () => {
  for (const count of [1, 2, 3, 4, 5, 6, 7, 8, 9]) expect(cellsOf(layoutFor(count))).toBeGreaterThanOrEqual(count);
  expect(LAYOUTS.map(cellsOf)).toContain(9);
});
