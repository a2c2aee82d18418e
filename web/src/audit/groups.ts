/** Groups of kinds that are looked for together, as somebody who answers a patient asks for them. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export const GROUPS: Record<string, readonly string[]> = {
  "group:looked": [
    "view",
    "patient-shown",
    "report-read",
    "disc-listed",
    "share-view",
    "share-opened",
    "share-joined",
    "retrieve",
  ],
  "group:given": [
    "disclose",
    "sent",
    "delivered",
    "picture",
    "report-sent",
    "report-delivered",
    "images-supply",
    "release",
  ],
  "group:came": ["arriving", "verified", "imported", "upload-taken", "sftp-uploaded", "stow-stored", "report-arrived"],
  "group:ended": ["refuse", "drop", "expired", "withdrawn", "withdraw", "emptied", "import-undone", "reports-deleted"],
  "group:signed-in": ["sign-in", "sign-out", "sessions-ended", "upload-request-opened", "associate"],
  "group:set": [
    "setting-changed",
    "setting-removed",
    "account-made",
    "account-changed",
    "token-made",
    "token-revoked",
    "partner-kept",
    "partner-removed",
  ],
  "group:log": ["audit-read", "backup", "restore", "keys-backup"],
};

const NAMES: Record<string, MessageDescriptor> = {
  "group:looked": msg`Ingezien`,
  "group:given": msg`Verstrekt`,
  "group:came": msg`Binnengekomen`,
  "group:ended": msg`Geweigerd, ingetrokken, gewist`,
  "group:signed-in": msg`Aan- en afmelden`,
  "group:set": msg`Instellingen en accounts`,
  "group:log": msg`Logboek en reservekopieën`,
};

export function groupName(group: string): MessageDescriptor {
  return NAMES[group] ?? { id: group, message: group };
}
