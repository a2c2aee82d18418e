/** Shares of a whole, in the reader's language. */
import { currentLanguage, type Language } from "@/words/catalogues";

/** Whole per cents; "0 %" and "100 %" only for nothing and for all of it. */
export function showShare(count: number, whole: number, language: Language = currentLanguage()): string {
  const share = whole === 0 ? 0 : (count / whole) * 100;
  const shown = share > 0 && share < 100 ? Math.min(99, Math.max(1, Math.round(share))) : share;
  return language === "nl" ? `${shown} %` : `${shown}%`;
}
