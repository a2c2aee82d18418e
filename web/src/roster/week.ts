/**
 * Times of a roster. A roster's own times are those of the clock on the hospital's wall; the node says what they mean in
 * time. Here they are only written and read, and moments are shown on the hospital's clock, wherever the browser is.
 */
import type { Language } from "@/words/catalogues";

const LOCALE: Record<Language, string> = { nl: "nl-NL", en: "en-GB" };
export const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;
export const DAY_MINUTES = 24 * 60;

const two = (value: number) => String(value).padStart(2, "0");

/** 510 as "08:30". */
export function showMinutes(minutes: number): string {
  return `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
}

/** "08:30" as 510; null for what is no time. */
export function readMinutes(text: string): number | null {
  const found = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim());
  return found === null ? null : Number(found[1]) * 60 + Number(found[2]);
}

/** The name of a weekday, Monday is 0. */
export function weekdayName(weekday: number, language: Language, style: "long" | "short" = "long"): string {
  // the fifth of January 2026 is a Monday
  const day = Date.UTC(2026, 0, 5 + weekday, 12);
  return new Intl.DateTimeFormat(LOCALE[language], { weekday: style, timeZone: "UTC" }).format(day);
}

/** A moment on the hospital's clock: "ma 5 jan 08:30". */
export function showOnWall(seconds: number, zone: string, language: Language): string {
  return new Intl.DateTimeFormat(LOCALE[language], {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
  }).format(seconds * 1000);
}

/** The day of a moment on the hospital's clock: "ma 5 jan". */
export function showDayOnWall(seconds: number, zone: string, language: Language): string {
  const day = { weekday: "short", day: "numeric", month: "short", timeZone: zone } as const;
  return new Intl.DateTimeFormat(LOCALE[language], day).format(seconds * 1000);
}

/** The time of a moment on the hospital's clock; in the hour that comes twice with its zone. */
export function showTimeOnWall(seconds: number, zone: string, language: Language): string {
  const time = { hour: "2-digit", minute: "2-digit", timeZone: zone } as const;
  const shown = new Intl.DateTimeFormat(LOCALE[language], time).format(seconds * 1000);
  const twice = [-3600, 3600].some(
    (shift) =>
      new Intl.DateTimeFormat(LOCALE[language], { ...time, day: "numeric" }).format((seconds + shift) * 1000) ===
      new Intl.DateTimeFormat(LOCALE[language], { ...time, day: "numeric" }).format(seconds * 1000),
  );
  if (!twice) return shown;
  return new Intl.DateTimeFormat(LOCALE[language], { ...time, timeZoneName: "short" }).format(seconds * 1000);
}

interface WallDay {
  year: number;
  month: number;
  day: number;
}

function wallDay(seconds: number, zone: string): WallDay {
  const parts = new Intl.DateTimeFormat("en-CA", { dateStyle: "short", timeZone: zone }).format(seconds * 1000);
  const [year = 0, month = 1, day = 1] = parts.split("-").map(Number);
  return { year, month, day };
}

/** When the day of this moment begins on the hospital's clock, so many days later. */
export function startOfWallDay(seconds: number, zone: string, daysLater = 0): number {
  const { year, month, day } = wallDay(seconds, zone);
  const midnight = Date.UTC(year, month - 1, day + daysLater) / 1000;
  // no clock is more than 14 hours from the middle of the world: the first moment that shows this day or a later one
  const wanted = new Date(midnight * 1000).toISOString().slice(0, 10);
  let [before, after] = [midnight - 15 * 3600, midnight + 15 * 3600];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    const shown = wallDay(middle, zone);
    const text = `${shown.year}-${two(shown.month)}-${two(shown.day)}`;
    if (text < wanted) before = middle;
    else after = middle;
  }
  return after;
}

/** When the week of this moment begins on the hospital's clock (Monday), so many weeks later. */
export function startOfWallWeek(seconds: number, zone: string, weeksLater = 0): number {
  const { year, month, day } = wallDay(seconds, zone);
  const weekday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
  return startOfWallDay(seconds, zone, weeksLater * 7 - weekday);
}

/** The moment as a roster writes it: "2026-03-29T02:30". */
export function asWall(seconds: number, zone: string): string {
  const { year, month, day } = wallDay(seconds, zone);
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
  return `${year}-${two(month)}-${two(day)}T${time.format(seconds * 1000)}`;
}
