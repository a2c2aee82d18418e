/**
 * Days and times as people type them, here the day before the month and twenty-four hours. A browser's own fields show
 * them as the computer is set up, which on an English one puts the month first and halves the day.
 */
import { currentLanguage, type Language } from "./catalogues";
import { parseDay } from "./dates";

const two = (value: number) => String(value).padStart(2, "0");

/** "31-12-2026", "31/12/2026", "31.12.26", "3112 2026" or "2026-12-31" as "2026-12-31"; null for what is no day. */
export function readDay(text: string): string | null {
  const typed = text.trim();
  const found = /^(\d{1,2})[-/. ]?(\d{1,2})[-/. ]?(\d{4}|\d{2})$/.exec(typed);
  const iso = /^\d{4}-\d{2}-\d{2}$/.test(typed);
  if (found === null && !iso) return null;
  const [, day = "", month = "", year = ""] = found ?? [];
  const written = iso ? typed : `${year.length === 2 ? `20${year}` : year}-${two(Number(month))}-${two(Number(day))}`;
  return parseDay(written) === undefined ? null : written;
}

/** "2026-12-31" as it is typed: "31-12-2026" in Dutch, "31/12/2026" in English. */
export function showTypedDay(day: string, language: Language = currentLanguage()): string {
  const found = parseDay(day);
  if (found === undefined) return day;
  return [two(found.day), two(found.month), String(found.year)].join(language === "nl" ? "-" : "/");
}

/** "8", "8:30", "8.30", "8u30", "830" or "0830" as "08:30"; null for what is no time of a day. */
export function readTime(text: string): string | null {
  const found = /^(\d{1,2})(?:[:.uUhH ]?(\d{2}))?$/.exec(text.trim());
  if (found === null) return null;
  const [hour, minute] = [Number(found[1]), Number(found[2] ?? "0")];
  return hour < 24 && minute < 60 ? `${two(hour)}:${two(minute)}` : null;
}
