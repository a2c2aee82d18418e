/** How the node does: the query, and words for what is not well and for the work that it does. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { api, data } from "@/api/client";
import type { components } from "@/api/schema";

export type Health = components["schemas"]["HealthObject"];
export type Finding = components["schemas"]["FindingObject"];

export const healthQuery = {
  queryKey: ["administration", "health"],
  queryFn: ({ signal }: { signal: AbortSignal }) => data(api.GET("/administration/health", { signal })),
  refetchInterval: 10_000,
};

/** What is not well, and what to do. */
export const FINDINGS: Record<string, [what: MessageDescriptor, remedy: MessageDescriptor]> = {
  "process-missing": [
    msg`Een proces van Beeldbrug draait niet.`,
    msg`Het wordt vanzelf opnieuw gestart. Blijft het weg, kijk dan in het logboek van Beeldbrug.`,
  ],
  "hub-not-set": [
    msg`Er is geen hub ingesteld: er gaat niets uit en er komt niets binnen.`,
    msg`Zet [hub] in het instellingenbestand en start Beeldbrug opnieuw.`,
  ],
  "hub-away": [
    msg`De hub is niet bereikbaar.`,
    msg`Wat verstuurd moet worden, wacht en is veilig. Kijk na of deze machine naar buiten kan, en bel de hub.`,
  ],
  "hub-not-heard": [
    msg`Van de hub is een tijd niets gehoord.`,
    msg`Roep de hub aan, bij Hub en sleutels; dan ziet u waar het aan ligt.`,
  ],
  "pacs-not-set": [
    msg`Er is geen PACS ingesteld: ontvangen onderzoeken zijn te bekijken, maar gaan niet naar een PACS.`,
    msg`Stel het in bij PACS.`,
  ],
  "pacs-away": [
    msg`Het PACS gaf bij de laatste aanroep geen antwoord.`,
    msg`Roep het opnieuw aan, bij PACS. Wat binnenkwam, wacht en is veilig.`,
  ],
  "disk-full": [
    msg`De schijf is vol: er wordt niets meer aangenomen.`,
    msg`Maak ruimte; daarna gaat alles vanzelf verder.`,
  ],
  "disk-nearly-full": [msg`De schijf is bijna vol.`, msg`Maak ruimte voor het volgende grote onderzoek komt.`],
  "work-waits": [msg`Werk wacht al langer dan een kwartier.`, msg`Kijk bij Wachtrijen waarom.`],
  "alerts-open": [msg`Er staan meldingen open.`, msg`Ze staan hieronder, met wat te doen.`],
  "settings-clash": [
    msg`Een instelling uit het portaal geldt niet, omdat het bestand iets anders zegt.`,
    msg`Kijk bij Regels en bij PACS, en haal een van de twee weg.`,
  ],
  "certificate-expired": [
    msg`Het certificaat van dit ziekenhuis is verlopen.`,
    msg`Vraag een nieuw aan: beeldbrug keys request.`,
  ],
  "certificate-ends": [
    msg`Het certificaat van dit ziekenhuis verloopt binnenkort.`,
    msg`Vraag op tijd een nieuw aan: beeldbrug keys request.`,
  ],
  "root-key-missing": [
    msg`De hoofdsleutel ligt niet waar de instellingen zeggen.`,
    msg`Stop Beeldbrug niet voordat de sleutel terug is: beeldbrug keys restore.`,
  ],
  "backup-not-rehearsed": [
    msg`Er is nooit aangetoond dat een back-up van de sleutels werkt.`,
    msg`beeldbrug keys backup, daarna beeldbrug keys rehearse; zonder hoofdsleutel is alles weg.`,
  ],
  "backup-rehearsed-long-ago": [
    msg`De back-up van de sleutels is lang geleden voor het laatst beproefd.`,
    msg`Doe het opnieuw: beeldbrug keys rehearse.`,
  ],
  "statement-old": [
    msg`De sleutelverklaring is oud; na zeven dagen kan niemand meer naar dit ziekenhuis sturen.`,
    msg`Ze wordt dagelijks vernieuwd zolang de hub bereikbaar is; kijk daarnaar.`,
  ],
};

export const WORK: Record<string, MessageDescriptor> = {
  send: msg`versturen`,
  gather: msg`ophalen uit het PACS`,
  withdraw: msg`intrekken`,
  fetch: msg`binnenhalen`,
  import: msg`naar het PACS brengen`,
  receipt: msg`bericht aan de afzender`,
  answer: msg`antwoord aan de afzender`,
  empty: msg`wissen van wat verstuurd is`,
  discard: msg`wissen van verzegelde beelden`,
  keys: msg`sleutels vernieuwen`,
  head: msg`logging wegleggen`,
  sweep: msg`opruimen en waarschuwen`,
  figures: msg`tellen voor de kengetallen`,
  notify: msg`mensen waarschuwen`,
  mail: msg`e-mail versturen`,
  sms: msg`sms versturen`,
};

/** Kinds of work that always stand there and come round again. */
export const STANDING = new Set(["keys", "head", "sweep", "figures", "notify"]);

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** Bytes as people read them. */
export function showBytes(bytes: number, language: "nl" | "en"): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 100 ? 1 : 0;
  const shown = new Intl.NumberFormat(language === "nl" ? "nl-NL" : "en-GB", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
  return `${shown} ${UNITS[unit]}`;
}
