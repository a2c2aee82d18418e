import { describe, expect, it } from "vitest";
import { differs, linesOf, withLine, withoutLine } from "./draft";
import type { Roster, Shift } from "./types";

const shift = (weekday: number, account = "a", level = 1): Shift => ({
  level,
  account,
  weekday,
  start: 480,
  end: 1020,
});

describe("lines of a roster", () => {
  it("put days that are alike together, first called first", () => {
    const lines = linesOf([shift(3, "b", 2), shift(2), shift(0), shift(1, "c")]);
    expect(lines.map(({ account, days, level }) => [level, account, days])).toEqual([
      [1, "a", [0, 2]],
      [1, "c", [1]],
      [2, "b", [3]],
    ]);
  });

  it("come and go as a whole, and no day doubles", () => {
    const line = { level: 1, account: "a", days: [0, 1, 6], start: 480, end: 1020 };
    const shifts = withLine([shift(1), shift(1, "b")], line);
    expect(shifts.filter(({ account }) => account === "a").map(({ weekday }) => weekday)).toEqual([1, 0, 6]);
    expect(withoutLine(shifts, line)).toEqual([shift(1, "b")]);
  });

  it("count as changed only when something is", () => {
    const roster = { id: "r", shifts: [shift(1)] } as unknown as Roster;
    expect(differs(roster, { ...roster, shifts: [shift(1)] })).toBe(false);
    expect(differs(roster, { ...roster, shifts: [] })).toBe(true);
  });
});
