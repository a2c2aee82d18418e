/** Words for the codes of an exchange, as docs/reference/glossary.md has them. Messages; show them with `i18n._()`. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export const STATES: Record<string, MessageDescriptor> = {
  queued: msg`in de wacht`,
  parked: msg`aangehouden`,
  sending: msg`wordt verstuurd`,
  arriving: msg`komt binnen`,
  verified: msg`gecontroleerd`,
  seen: msg`bekeken`,
  imported: msg`in PACS`,
  delivered: msg`bezorgd`,
  refused: msg`geweigerd`,
  expired: msg`verlopen`,
  withdrawn: msg`ingetrokken`,
  failed: msg`mislukt`,
};

export const URGENCIES: Record<string, MessageDescriptor> = {
  stat: msg`spoed`,
  asap: msg`z.s.m.`,
  urgent: msg`dringend`,
  routine: msg`routine`,
};

export const GROUNDS: Record<string, MessageDescriptor> = {
  "own-team": msg`eigen behandelteam`,
  consultation: msg`consultatie`,
  referral: msg`verwijzing of overplaatsing`,
  index: msg`beschikbaarstelling`,
  emergency: msg`spoed, vitaal belang`,
  "patient-carries": msg`patiënt neemt mee`,
  research: msg`onderzoek`,
  anonymous: msg`niet herleidbaar tot de patiënt`,
};

export const PURPOSES: Record<string, MessageDescriptor> = {
  TREAT: msg`behandeling`,
  ETREAT: msg`spoedbehandeling`,
  BTG: msg`noodprocedure`,
  PATRQT: msg`verzoek van de patiënt`,
  HRESCH: msg`wetenschappelijk onderzoek`,
  TRAIN: msg`onderwijs of presentatie`,
};

export const ROLES: Record<string, MessageDescriptor> = {
  clinician: msg`arts`,
  "image-desk": msg`beeldenbalie`,
  coordinator: msg`coördinator`,
  administrator: msg`beheerder`,
  "privacy-officer": msg`functionaris gegevensbescherming`,
};

export const SEXES: Record<string, MessageDescriptor> = { M: msg`man`, F: msg`vrouw`, O: msg`anders` };

const ENDED = new Set(["imported", "delivered", "refused", "expired", "withdrawn", "failed"]);

/** States from which nothing follows by itself. */
export function hasEnded(state: string): boolean {
  return ENDED.has(state);
}

/** Whether it is of the hospital's own list, or a disc: reached by no hub, and without receipts. */
export function isPartner(party: { organisation: string }): boolean {
  return party.organisation.startsWith("partner:");
}

/** Whether all of it is here, for somebody to take along on a disc. */
export function isToFetch(row: { state: string; may: readonly string[] }): boolean {
  return row.state === "sending" && row.may.includes("hand-out");
}

/** For how long yet (whole s) a sending can be undone; what somebody has seen cannot be. */
export function undoLeft(sent: { seen: number | null; undo_until: number }, now: number): number {
  return sent.seen === null ? Math.max(0, Math.ceil(sent.undo_until - now)) : 0;
}
