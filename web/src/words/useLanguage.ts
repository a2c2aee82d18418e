/** The reader's language for components; apart from the catalogues, which work before React is loaded. */
import { useLingui } from "@lingui/react";
import type { Language } from "./catalogues";

/** The reader's language; the component renders again when it changes. */
export function useLanguage(): Language {
  return useLingui().i18n.locale === "en" ? "en" : "nl";
}
