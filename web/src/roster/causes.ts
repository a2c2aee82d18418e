/** Why somebody is told, in words. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export const CAUSES: Record<string, MessageDescriptor> = {
  "first-image": msg`Eerste beeld; komt nog binnen.`,
  verified: msg`Beelden compleet en gecontroleerd.`,
  answer: msg`Er is een antwoord.`,
  parked: msg`Een verzending is aangehouden.`,
  request: msg`Er wordt om ontbrekende beelden gevraagd.`,
};
