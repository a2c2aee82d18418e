/** Words for what was done with an exchange: the events of the audit trail that its history shows. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

const DEEDS: Record<string, MessageDescriptor> = {
  answer: msg`Antwoord gegeven`,
  arriving: msg`Eerste gegevens binnengekomen`,
  committed: msg`Het eigen PACS gevraagd of het bewaart wat is geïmporteerd`,
  deliver: msg`Bezorgen mislukt`,
  "deliver-again": msg`Opdracht gegeven: de rest bezorgen`,
  delivered: msg`Bezorgd bij de ontvanger, die geen ontvangstbewijs stuurt`,
  "desk-claimed": msg`In behandeling genomen aan de balie`,
  "desk-import": msg`Opdracht gegeven: naar het eigen PACS`,
  disclose: msg`Versturen begonnen`,
  "disclose-decision": msg`Beslist of versturen mag`,
  drop: msg`Gezegd: voor niemand bestemd`,
  emptied: msg`Kopie buiten het PACS gewist`,
  expired: msg`Verlopen; de kopie is gewist`,
  hold: msg`Wacht op de ontvanger`,
  "images-answered": msg`Wat ontbrak is gekomen`,
  "images-ask": msg`Gevraagd wat ontbreekt`,
  "images-asked": msg`De ontvanger vraagt wat ontbreekt`,
  "images-heard": msg`De weigering gelezen`,
  "images-refuse": msg`Gezegd waarom het gevraagde niet komt`,
  "images-reply": msg`De afzender antwoordt over wat ontbreekt`,
  "images-supply": msg`Opdracht gegeven: nasturen wat ontbreekt`,
  import: msg`Import in het eigen PACS mislukt`,
  "import-undone": msg`Import ongedaan gemaakt`,
  imported: msg`Alle beelden staan in het eigen PACS`,
  "part-refused": msg`Een deel niet aangenomen`,
  "patient-shown": msg`Naam in een lijst getoond`,
  picture: msg`Plaatje zonder naam uitgegeven`,
  receive: msg`Eerste beeld van het eigen PACS gekregen`,
  received: msg`Beelden van het eigen PACS gekregen`,
  "rejected-by-sender": msg`De afzender neemt beelden terug`,
  "rejection-sent": msg`Het eigen PACS gevraagd de beelden te verbergen`,
  "receipt-verified": msg`De ontvanger meldt: compleet en gecontroleerd`,
  "receipt-seen": msg`De ontvanger meldt: bekeken`,
  "receipt-imported": msg`De ontvanger meldt: in PACS`,
  "receipt-refused": msg`De ontvanger meldt: geweigerd`,
  "receipt-withdrawn": msg`De ontvanger meldt: ingetrokken`,
  "receipt-expired": msg`De ontvanger meldt: verlopen`,
  "receipt-failed": msg`De ontvanger meldt: mislukt`,
  "order-asked": msg`Opdracht gemaakt voor het RIS`,
  "order-cancel": msg`Opdracht laten vervallen`,
  "order-cancelled": msg`Vervallen opdracht gemeld aan het RIS`,
  "order-placed": msg`Opdracht aan het RIS gevraagd`,
  "removed-in-pacs": msg`Gezegd: uit het PACS gehaald`,
  "re-key-asked": msg`Het RIS of EPD zegt wie deze spoedpatiënt is`,
  "re-key-confirmed": msg`Gezegd: het staat in het PACS al onder het eigen nummer`,
  "re-key-ended": msg`Het staat onder het eigen nummer, of gaat daar vanzelf heen`,
  "re-key-undone": msg`Het vervangen van het spoednummer teruggenomen`,
  "re-keyed": msg`Spoednummer vervangen door het eigen nummer`,
  reconcile: msg`Gezocht welke eigen patiënt dit is`,
  refuse: msg`Geweigerd`,
  release: msg`Gezegd voor wie het is`,
  send: msg`Versturen mislukt`,
  sent: msg`Alles is verstuurd`,
  verified: msg`Compleet en gecontroleerd`,
  verify: msg`Controle mislukt`,
  view: msg`Bekeken`,
  withdraw: msg`Opdracht gegeven: intrekken`,
  "withdraw-asked": msg`De afzender wil het intrekken`,
  "withdraw-refused": msg`Intrekken kon niet meer: de import was begonnen`,
  withdrawn: msg`Ingetrokken en gewist`,
};

/** Kinds of event that have words here. */
export const DEED_KINDS: readonly string[] = Object.keys(DEEDS);

/** The words of an event; undefined for one that readers of an exchange have no use for. */
export function deedWords(event: string): MessageDescriptor | undefined {
  return DEEDS[event];
}
