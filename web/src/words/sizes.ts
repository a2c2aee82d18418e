/** Sizes of data in the reader's language: "12 MB", "1,4 GB"; thousands, as file managers count. */
import { currentLanguage, type Language } from "./catalogues";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

export function showSize(bytes: number, language: Language = currentLanguage()): string {
  const step = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return new Intl.NumberFormat(language === "nl" ? "nl-NL" : "en-GB", {
    style: "unit",
    unit: UNITS[step] ?? "byte",
    unitDisplay: "short",
    maximumFractionDigits: step > 2 ? 1 : 0,
  }).format(value);
}
