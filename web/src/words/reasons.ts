/** Reasons and alerts come from the node in both languages; this takes the reader's. */
import type { Reason } from "@/api/types";
import { currentLanguage, type Language } from "./catalogues";

export interface Said {
  text: string;
  remedy: string;
}

export function inLanguage(reason: Omit<Reason, "code">, language: Language = currentLanguage()): Said {
  return language === "nl"
    ? { text: reason.nl, remedy: reason.remedy_nl }
    : { text: reason.en, remedy: reason.remedy_en };
}
