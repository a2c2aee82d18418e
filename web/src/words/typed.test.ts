// @vitest-environment node
import { describe, expect, it } from "vitest";
import { readDay, readTime, showTypedDay } from "./typed";

describe("a day that is typed", () => {
  it.each(["31-12-2026", "31/12/2026", "31.12.26", "31 12 2026", "31122026", "2026-12-31"])(
    "%s has its day before its month",
    (typed) => expect(readDay(typed)).toBe("2026-12-31"),
  );
  it("is never read with the month first", () => {
    expect(readDay("03/04/2026")).toBe("2026-04-03");
    expect(readDay("12/31/2026")).toBeNull();
  });
  it.each(["", "31", "30-02-2026", "gisteren", "1-1-1", "2026-13-01"])("%s is none", (typed) =>
    expect(readDay(typed)).toBeNull(),
  );
  it("is shown so that it can be read back, in both languages", () => {
    expect(showTypedDay("2026-04-03", "nl")).toBe("03-04-2026");
    expect(showTypedDay("2026-04-03", "en")).toBe("03/04/2026");
    for (const language of ["nl", "en"] as const)
      expect(readDay(showTypedDay("2026-04-03", language))).toBe("2026-04-03");
  });
});

describe("a time that is typed", () => {
  it.each([
    ["8", "08:00"],
    ["8:30", "08:30"],
    ["8.30", "08:30"],
    ["8u30", "08:30"],
    ["830", "08:30"],
    ["0830", "08:30"],
    ["23:59", "23:59"],
    ["0:00", "00:00"],
  ])("%s", (typed, read) => expect(readTime(typed)).toBe(read));
  it.each(["", "24:00", "8:60", "8:3", "8 PM", "vier"])("%s is none", (typed) => expect(readTime(typed)).toBeNull());
});
