/** Words for answers; the keys are those of the reader's language, with Shift, so that the viewer keeps its own. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export type AnswerKind = "come" | "stay" | "more-imaging" | "call-me" | "retracted";

export interface Choice {
  kind: Exclude<AnswerKind, "retracted">;
  label: MessageDescriptor;
  /** The letter of its key. */
  letter: MessageDescriptor;
}

/** In the order in which they stand. */
export const CHOICES: readonly Choice[] = [
  { kind: "come", label: msg`Komen`, letter: msg({ message: "K", context: "toets voor komen" }) },
  { kind: "stay", label: msg`Blijven`, letter: msg({ message: "B", context: "toets voor blijven" }) },
  {
    kind: "more-imaging",
    label: msg`Meer beeldvorming`,
    letter: msg({ message: "M", context: "toets voor meer beeldvorming" }),
  },
  { kind: "call-me", label: msg`Bel mij`, letter: msg({ message: "T", context: "toets voor bel mij" }) },
];

export const ANSWERS: Record<string, MessageDescriptor> = {
  come: msg`komen`,
  stay: msg`blijven`,
  "more-imaging": msg`meer beeldvorming`,
  "call-me": msg`bel mij`,
  retracted: msg`antwoord teruggenomen`,
};

/** What became of it, by answer and outcome; nothing where the answer says it all. */
export const OUTCOMES: Record<string, MessageDescriptor> = {
  "stay erased": msg`de kopie bij de ontvanger is gewist`,
  "stay import-had-begun": msg`de import was al begonnen; de beelden blijven in het PACS van de ontvanger`,
  "come done": msg`vastgelegd als overplaatsing; de import begint zodra alles gecontroleerd is`,
  "come done imported": msg`vastgelegd als overplaatsing; de beelden staan in het PACS van de ontvanger`,
  "come no-copy": msg`de kopie was al gewist; stuur de beelden opnieuw`,
  "retracted import-had-begun": msg`de import was al begonnen`,
  "retracted no-copy": msg`de kopie was al gewist; stuur de beelden opnieuw als ze nodig zijn`,
};
