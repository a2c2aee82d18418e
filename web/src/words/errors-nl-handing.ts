/** Errors in Dutch around partners, files that are handed out, reports put by hand, and the import table. */
export const ERRORS_NL_HANDING: Record<string, readonly [what: string, remedy: string]> = {
  "disc-ticket-over": [
    "Dit bestand is al eens gedownload, of het wachtte te lang.",
    "Geef de wachtzin opnieuw en download nog eens.",
  ],
  "nobody-alike": [
    "Niemand in uw eigen systemen lijkt op de patiënt van deze ontvangst; er valt niets te vergelijken.",
    "Kies een andere ontvangst, of typ waarden.",
  ],
  "partner-changed": [
    "Iemand anders heeft de lijst van partners intussen gewijzigd; van u is niets bewaard.",
    "Laad de bladzijde opnieuw, bekijk de wijziging en maak de uwe opnieuw.",
  ],
  "partner-known": ["Er is al een partner met deze korte naam.", "Wijzig die, of kies een andere korte naam."],
  "passphrase-easy": [
    "Deze wachtzin is te raden: te weinig afwisseling, of gemaakt van naam, nummer of geboortedatum van de patiënt.",
    "Kies een andere, of laat er een maken.",
  ],
  "report-arrival-ended": ["Deze ontvangst is afgelopen; er kan niets meer bij.", "Ga terug naar de lijst."],
  "report-no-way": [
    "Langs de weg van deze verzending kan geen verslag achteraan.",
    "Verstuur opnieuw, en kies het verslag naast de beelden.",
  ],
  "too-many-discs": ["Er worden nu te veel bestanden gemaakt.", "Probeer het over een minuut opnieuw."],
};
