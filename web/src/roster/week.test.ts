import { describe, expect, it } from "vitest";
import {
  asWall,
  readMinutes,
  showMinutes,
  showOnWall,
  showTimeOnWall,
  startOfWallDay,
  startOfWallWeek,
  weekdayName,
} from "./week";

const ZONE = "Europe/Amsterdam";
const at = (text: string) => Date.parse(text) / 1000;

describe("times of a roster", () => {
  it("are written and read as on a clock", () => {
    expect([0, 510, 1439].map(showMinutes)).toEqual(["00:00", "08:30", "23:59"]);
    expect(["8:30", "08:30", "23:59", "24:00", "8.30", ""].map(readMinutes)).toEqual([
      510,
      510,
      1439,
      null,
      null,
      null,
    ]);
  });

  it("have days that begin on Monday", () => {
    expect(weekdayName(0, "nl")).toBe("maandag");
    expect(weekdayName(6, "en", "short")).toBe("Sun");
  });
});

describe("moments on the hospital's clock", () => {
  it("are the hospital's wherever the browser is", () => {
    expect(asWall(at("2026-07-01T10:30:00Z"), ZONE)).toBe("2026-07-01T12:30");
    expect(showOnWall(at("2026-01-05T07:30:00Z"), ZONE, "nl")).toContain("08:30");
  });

  it("begin their days and weeks there, also when the clock changes", () => {
    expect(startOfWallDay(at("2026-03-29T10:00:00Z"), ZONE)).toBe(at("2026-03-28T23:00:00Z"));
    expect(startOfWallDay(at("2026-03-29T10:00:00Z"), ZONE, 1)).toBe(at("2026-03-29T22:00:00Z"));
    expect(startOfWallWeek(at("2026-03-29T10:00:00Z"), ZONE)).toBe(at("2026-03-22T23:00:00Z"));
    expect(startOfWallWeek(at("2026-03-29T10:00:00Z"), ZONE, 1)).toBe(at("2026-03-29T22:00:00Z"));
    expect(startOfWallWeek(at("2026-10-26T00:30:00Z"), ZONE)).toBe(at("2026-10-25T23:00:00Z"));
  });

  it("name the zone in the hour that comes twice", () => {
    const first = showTimeOnWall(at("2026-10-25T00:30:00Z"), ZONE, "nl");
    const second = showTimeOnWall(at("2026-10-25T01:30:00Z"), ZONE, "nl");
    expect(first).not.toBe(second);
    expect(showTimeOnWall(at("2026-10-24T00:30:00Z"), ZONE, "nl")).toBe("02:30");
  });
});
