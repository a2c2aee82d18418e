/** Where the hospital's own patients are known, in words: PACS, worklist, messages of the EPD, a list. */
import { i18n, type MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

const PLACES: Record<string, MessageDescriptor> = {
  pacs: msg`PACS`,
  worklist: msg`werklijst`,
  hl7: msg`EPD-berichten`,
  list: msg`patiëntenlijst`,
};

/** As a sentence names them: "PACS, werklijst en EPD-berichten". */
export function placesOf(sources: readonly string[]): string {
  const words = sources.map((source) => (PLACES[source] === undefined ? source : i18n._(PLACES[source])));
  return new Intl.ListFormat(i18n.locale || "nl", { type: "conjunction" }).format(words);
}
