/**
 * What went wrong, in three sentences: what happened, what is safe, what to do.
 *
 * English comes from the node (text and remedy of the error); Dutch is found by the error's code in errors-nl.ts. A code
 * that the table does not know gets the words of its kind, with the node's own text beside it.
 */
import { i18n, type MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Failure, FailureKind } from "@/api/failure";
import { currentLanguage } from "./catalogues";
import { ERRORS_NL } from "./errors-nl";
import { ERRORS_NL_HANDING } from "./errors-nl-handing";
import { SYSTEM_NL } from "./errors-nl-system";

export interface Explanation {
  what: string;
  remedy: string;
  /** The node's own words, when they are not in the reader's language. */
  detail: string;
}

const BY_KIND: Record<FailureKind, { what: MessageDescriptor; remedy: MessageDescriptor }> = {
  malformed: {
    what: msg`Beeldbrug begrijpt deze invoer niet.`,
    remedy: msg`Kijk na wat u hebt ingevuld en probeer het opnieuw.`,
  },
  denied: {
    what: msg`Dit mag u met dit account niet.`,
    remedy: msg`Vraag uw beheerder om de juiste rol als u dit nodig hebt.`,
  },
  "signed-out": { what: msg`U bent niet meer aangemeld.`, remedy: msg`Meld u opnieuw aan.` },
  "not-found": {
    what: msg`Dit is er niet, of het is niet voor u.`,
    remedy: msg`Ga terug naar de lijst; vernieuw die als u het daar nog ziet.`,
  },
  conflict: {
    what: msg`Dit kan nu niet meer: er is intussen iets veranderd.`,
    remedy: msg`Kijk in de lijst hoe het er nu voor staat.`,
  },
  "too-large": { what: msg`Dit is groter dan is toegestaan.`, remedy: msg`Kies minder, of doe het in delen.` },
  unsupported: { what: msg`Dit kan Beeldbrug niet.`, remedy: msg`Meld het aan uw beheerder, met de code hieronder.` },
  unavailable: {
    what: msg`Dit lukt nu even niet.`,
    remedy: msg`Probeer het over een minuut opnieuw. Blijft het zo, bel dan uw beeldenbalie.`,
  },
  unreachable: {
    what: msg`Er is geen verbinding met Beeldbrug.`,
    remedy: msg`Kijk na of deze computer netwerk heeft. Beeldbrug probeert het vanzelf opnieuw.`,
  },
  broken: {
    what: msg`Er ging iets mis in Beeldbrug zelf.`,
    remedy: msg`Probeer het opnieuw. Gebeurt het weer, geef dan de code hieronder door aan uw beheerder.`,
  },
};

const OF_THE_BROWSER: Record<string, { what: MessageDescriptor; remedy: MessageDescriptor }> = {
  "no-answer-in-time": {
    what: msg`Beeldbrug geeft geen antwoord.`,
    remedy: msg`Probeer het zo opnieuw. Blijft het zo, bel dan uw beeldenbalie.`,
  },
  "page-broken": {
    what: msg`Dit scherm liep vast.`,
    remedy: msg`Laad het opnieuw. Gebeurt het weer, meld dan aan uw beheerder wat u deed.`,
  },
  "page-outdated": {
    what: msg`Beeldbrug is intussen vernieuwd.`,
    remedy: msg`Laad de pagina opnieuw om met de nieuwe versie verder te gaan.`,
  },
  "passkey-not-used": {
    what: msg`De passkey is niet gebruikt: het venster is gesloten of de tijd was om.`,
    remedy: msg`Probeer het opnieuw, of kies een andere manier.`,
  },
  "passkey-known": {
    what: msg`Op dit apparaat staat al een passkey voor dit account.`,
    remedy: msg`Gebruik die, of kies een ander apparaat.`,
  },
  "passkey-impossible": {
    what: msg`Deze browser kan hier geen passkey gebruiken.`,
    remedy: msg`Kies een andere manier, of neem een andere browser.`,
  },
};

/** The failure in the reader's words. */
export function explain(failure: Failure, language = currentLanguage()): Explanation {
  const own = OF_THE_BROWSER[failure.code];
  if (own !== undefined) return { what: i18n._(own.what), remedy: i18n._(own.remedy), detail: "" };
  if (language === "en" && failure.text !== "")
    return { what: failure.text, remedy: failure.remedy || i18n._(BY_KIND[failure.kind].remedy), detail: "" };
  const dutch = ERRORS_NL[failure.code] ?? ERRORS_NL_HANDING[failure.code] ?? SYSTEM_NL[failure.code];
  const kind = BY_KIND[failure.kind];
  if (language === "nl" && dutch !== undefined)
    return { what: dutch[0], remedy: dutch[1] || i18n._(kind.remedy), detail: "" };
  const detail = [failure.text, failure.remedy].filter((part) => part !== "").join(" ");
  return { what: i18n._(kind.what), remedy: i18n._(kind.remedy), detail };
}
