// @vitest-environment node
import { describe, expect, it } from "vitest";
import { ageOf, parseDay, showClock, showDay, showDuration, showMoment } from "./dates";

const at = (text: string) => Date.parse(text) / 1000;

describe("a DICOM date", () => {
  it("is read in its three spellings and never as another day", () => {
    for (const value of ["19620314", "1962-03-14", "1962.03.14"])
      expect(parseDay(value)).toEqual({ year: 1962, month: 3, day: 14 });
    for (const value of ["", "1962", "19620230", "19621301", "geen"]) expect(parseDay(value)).toBeUndefined();
  });

  it("is shown in the reader's way, and as it came when it is none", () => {
    expect(showDay("19620314", "nl")).toBe("14-03-1962");
    expect(showDay("19620314", "en")).toBe("14 Mar 1962");
    expect(showDay("1962", "nl")).toBe("1962");
  });

  it("gives an age that changes on the birthday", () => {
    expect(ageOf("19620314", new Date(2026, 2, 13))).toBe(63);
    expect(ageOf("19620314", new Date(2026, 2, 14))).toBe(64);
    expect(ageOf("20270101", new Date(2026, 2, 14))).toBeUndefined();
    expect(ageOf("", new Date(2026, 2, 14))).toBeUndefined();
  });
});

describe("a clock", () => {
  it.each([
    [0, "0:00"],
    [-5, "0:00"],
    [42.9, "0:42"],
    [727, "12:07"],
    [3753, "1:02:33"],
    [86_400 + 3 * 3600, "1 d 3 u"],
  ])("of %s seconds", (seconds, shown) => expect(showClock(seconds, "nl")).toBe(shown));

  it("counts elapsed seconds also in the night that an hour comes twice", () => {
    const before = at("2026-10-25T00:30:00Z");
    const after = at("2026-10-25T01:30:00Z");
    expect(showClock(after - before, "nl")).toBe("1:00:00");
  });
});

describe("a moment", () => {
  const now = new Date(2026, 10, 22, 14, 30).getTime() / 1000;
  const local = (day: number, hour: number, minute: number, month = 10, year = 2026) =>
    new Date(year, month, day, hour, minute).getTime() / 1000;

  it("says the time today, the day before that, and the year when it is another", () => {
    expect(showMoment(local(22, 9, 5), now, "nl")).toBe("09:05");
    expect(showMoment(local(21, 23, 59), now, "nl")).toBe("gisteren 23:59");
    expect(showMoment(local(12, 14, 3), now, "nl")).toBe("12 nov 14:03");
    expect(showMoment(local(12, 14, 3), now, "en")).toBe("12 Nov 14:03");
    expect(showMoment(local(3, 8, 0, 1, 2024), now, "nl")).toBe("3 feb 2024");
  });

  it("calls the day before a change of the clock yesterday", () => {
    const monday = new Date(2026, 2, 30, 0, 30).getTime() / 1000;
    const sunday = new Date(2026, 2, 29, 0, 30).getTime() / 1000;
    expect(showMoment(sunday, monday, "nl")).toBe("gisteren 00:30");
  });
});

describe("a length of time", () => {
  it.each([
    [1, "1 seconde"],
    [89, "89 seconden"],
    [180, "3 minuten"],
    [7200, "2 uur"],
    [200_000, "2 dagen"],
  ])("%s seconds", (seconds, shown) => expect(showDuration(seconds, "nl")).toBe(shown));
});
