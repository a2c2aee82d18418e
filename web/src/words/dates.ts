/**
 * Dates, times and durations in the reader's language. DICOM dates (DA) are days without a time zone and are never turned
 * into moments; moments are POSIX seconds and are shown in the time zone of the browser.
 */
import { currentLanguage, type Language } from "./catalogues";

const LOCALE: Record<Language, string> = { nl: "nl-NL", en: "en-GB" };

const FORMS = {
  time: { hour: "2-digit", minute: "2-digit" },
  day: { day: "numeric", month: "short" },
  dayOfYear: { day: "numeric", month: "short", year: "numeric" },
  fully: {
    weekday: "short",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const made = new Map<string, Intl.DateTimeFormat>();

/** A formatter is dear to make and cheap to use: a list that scrolls needs hundreds a second. */
function formatter(form: keyof typeof FORMS, language: Language): Intl.DateTimeFormat {
  const key = `${language} ${form}`;
  let found = made.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(LOCALE[language], FORMS[form]);
    made.set(key, found);
  }
  return found;
}

const NUMBERS: Record<Language, Intl.NumberFormat> = {
  nl: new Intl.NumberFormat(LOCALE.nl),
  en: new Intl.NumberFormat(LOCALE.en),
};

export interface Day {
  year: number;
  month: number;
  day: number;
}

/** The day of a DICOM date "19620314" or "1962-03-14" or "1962.03.14"; undefined for anything else. */
export function parseDay(value: string): Day | undefined {
  const found = /^(\d{4})[-.]?(\d{2})[-.]?(\d{2})/.exec(value.trim());
  if (found === null) return undefined;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const check = new Date(Date.UTC(year, month - 1, day));
  const exists = check.getUTCFullYear() === year && check.getUTCMonth() === month - 1 && check.getUTCDate() === day;
  return exists ? { year, month, day } : undefined;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"];

const two = (value: number) => String(value).padStart(2, "0");

/** "14-03-1962" in Dutch, "14 Mar 1962" in English; what is not a date is shown as it came. */
export function showDay(value: string, language: Language = currentLanguage()): string {
  const day = parseDay(value);
  if (day === undefined) return value;
  if (language === "nl") return `${two(day.day)}-${two(day.month)}-${day.year}`;
  return `${day.day} ${MONTHS[day.month - 1]} ${day.year}`;
}

/** Whole years of age on the day of `now`; undefined when the date is none or lies ahead. */
export function ageOf(birthDate: string, now: Date = new Date()): number | undefined {
  const born = parseDay(birthDate);
  if (born === undefined) return undefined;
  const before =
    now.getMonth() + 1 < born.month || (now.getMonth() + 1 === born.month && now.getDate() < born.day) ? 1 : 0;
  const years = now.getFullYear() - born.year - before;
  return years >= 0 && years < 140 ? years : undefined;
}

function startOfDay(moment: Date): number {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
}

/** Days between two moments as the calendar counts them: 0 today, 1 yesterday. Right also when a clock changes. */
function calendarDays(from: Date, to: Date): number {
  return Math.round((startOfDay(to) - startOfDay(from)) / 86_400_000);
}

/** "14:03", "gisteren 14:03", "12 nov 14:03" or "12 nov 2025". */
export function showMoment(seconds: number, nowSeconds: number, language: Language = currentLanguage()): string {
  const moment = new Date(seconds * 1000);
  const now = new Date(nowSeconds * 1000);
  const time = formatter("time", language).format(moment);
  const days = calendarDays(moment, now);
  if (days === 0) return time;
  if (days === 1) return `${language === "nl" ? "gisteren" : "yesterday"} ${time}`;
  if (days === -1) return `${language === "nl" ? "morgen" : "tomorrow"} ${time}`;
  const sameYear = moment.getFullYear() === now.getFullYear();
  const day = formatter(sameYear ? "day" : "dayOfYear", language).format(moment);
  return sameYear ? `${day} ${time}` : day;
}

/** Date and time in full, with the zone's offset in the hour that comes twice. */
export function showMomentFully(seconds: number, language: Language = currentLanguage()): string {
  return formatter("fully", language).format(seconds * 1000);
}

/** A running clock: "0:42", "12:07", "1:02:33"; from a day on "2 d 3 u" / "2 d 3 h". Never negative. */
export function showClock(seconds: number, language: Language = currentLanguage()): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  if (hours >= 24) return `${Math.floor(hours / 24)} d ${hours % 24} ${language === "nl" ? "u" : "h"}`;
  const rest = two(whole % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** A length of time in words, as large as reads well: "3 minuten", "2 uur". */
export function showDuration(seconds: number, language: Language = currentLanguage()): string {
  const whole = Math.max(0, Math.round(seconds));
  const [amount, unit] =
    whole < 90
      ? ([whole, "second"] as const)
      : whole < 5400
        ? ([Math.round(whole / 60), "minute"] as const)
        : whole < 129_600
          ? ([Math.round(whole / 3600), "hour"] as const)
          : ([Math.round(whole / 86_400), "day"] as const);
  return new Intl.NumberFormat(LOCALE[language], { style: "unit", unit, unitDisplay: "long" }).format(amount);
}

export function showNumber(value: number, language: Language = currentLanguage()): string {
  return NUMBERS[language].format(value);
}
