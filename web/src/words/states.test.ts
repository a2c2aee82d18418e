// @vitest-environment node
import { describe, expect, it } from "vitest";
import { undoLeft } from "./states";

const NOW = 1_800_000_000;

describe("undoing what was sent", () => {
  it("counts down, and ends", () => {
    expect(undoLeft({ seen: null, undo_until: NOW + 29.2 }, NOW)).toBe(30);
    expect(undoLeft({ seen: null, undo_until: NOW }, NOW)).toBe(0);
    expect(undoLeft({ seen: null, undo_until: NOW - 60 }, NOW)).toBe(0);
  });
  it("is over as soon as somebody has seen it, whatever the clock says", () => {
    expect(undoLeft({ seen: NOW - 1, undo_until: NOW + 20 }, NOW)).toBe(0);
  });
});
