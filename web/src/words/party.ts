/** The name of one end of an exchange, as its reader reads it: what is no organisation is named in his language. */
import { i18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Party } from "@/api/types";
import { clean } from "./person";

/** Nobody's system: a disc or file that a person takes along. */
const DISC = "partner:disc";
/** What the node calls it, also in exchanges from before it was named in one language. */
const DISC_NAMES = new Set(["", "Schijf of bestand", "Schijf of bestand (disc or file)"]);

/** The name, else the number. */
export function nameOf(party: Pick<Party, "name" | "organisation">): string {
  if (party.organisation === DISC && DISC_NAMES.has(party.name)) return i18n._(msg`Schijf of bestand`);
  return clean(party.name) || party.organisation;
}
