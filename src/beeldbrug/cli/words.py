"""Words on screen for what an exchange is and does, in Dutch and English. Values only; DESIGN section 3."""

from __future__ import annotations

from beeldbrug.cli.options import Language
from beeldbrug.model.exchange import Direction, Ground, Purpose, State, Urgency

Pair = tuple[str, str]

STATES: dict[State, Pair] = {
    State.QUEUED: ("in de wacht", "queued"),
    State.PARKED: ("aangehouden", "parked"),
    State.SENDING: ("wordt verstuurd", "sending"),
    State.ARRIVING: ("komt binnen", "arriving"),
    State.VERIFIED: ("gecontroleerd", "verified"),
    State.SEEN: ("bekeken", "seen"),
    State.IMPORTED: ("in PACS", "imported"),
    State.DELIVERED: ("bezorgd", "delivered"),
    State.REFUSED: ("geweigerd", "refused"),
    State.EXPIRED: ("verlopen", "expired"),
    State.WITHDRAWN: ("ingetrokken", "withdrawn"),
    State.FAILED: ("mislukt", "failed"),
}
URGENCIES: dict[Urgency, Pair] = {
    Urgency.STAT: ("spoed", "stat"),
    Urgency.ASAP: ("z.s.m.", "asap"),
    Urgency.URGENT: ("dringend", "urgent"),
    Urgency.ROUTINE: ("routine", "routine"),
}
GROUNDS: dict[Ground, Pair] = {
    Ground.OWN_TEAM: ("eigen behandelteam", "own treating team"),
    Ground.CONSULTATION: ("consultatie", "consultation"),
    Ground.REFERRAL: ("verwijzing of overplaatsing", "referral or transfer"),
    Ground.INDEX: ("beschikbaarstelling", "made available"),
    Ground.EMERGENCY: ("spoed, vitaal belang", "emergency, vital interest"),
    Ground.PATIENT_CARRIES: ("patiënt neemt mee", "patient carries"),
    Ground.RESEARCH: ("onderzoek", "research"),
    Ground.ANONYMOUS: ("niet herleidbaar", "not traceable"),
}
PURPOSES: dict[Purpose, Pair] = {
    Purpose.TREATMENT: ("behandeling", "treatment"),
    Purpose.EMERGENCY: ("spoedbehandeling", "emergency treatment"),
    Purpose.BREAK_GLASS: ("noodprocedure", "break glass"),
    Purpose.PATIENT_REQUEST: ("verzoek van patiënt", "patient's request"),
    Purpose.RESEARCH: ("onderzoek", "research"),
    Purpose.TRAINING: ("onderwijs", "teaching"),
}
DIRECTIONS: dict[Direction, Pair] = {
    Direction.OUT: ("Verzonden", "Outbox"),
    Direction.IN: ("Ontvangen", "Inbox"),
}
REMEDIES: dict[str, Pair] = {
    "for-whom": ("Of hier: `beeldbrug park send`.", "Or here: `beeldbrug park send`."),
}
"""By the code of a reason: what does it from the command line, beside what the portal says."""
WORDS: dict[str, Pair] = {
    "exchange": ("uitwisseling", "exchange"),
    "peer": ("organisatie", "organisation"),
    "urgency": ("spoed", "urgency"),
    "state": ("toestand", "state"),
    "here": ("aantal", "count"),
    "age": ("geleden", "age"),
    "changed": ("gewijzigd", "changed"),
    "reason": ("reden", "reason"),
    "remedy": ("wat te doen", "remedy"),
    "modalities": ("soort", "kind"),
    "patient": ("patiënt", "patient"),
    "born": ("geboren", "born"),
    "number": ("nummer", "number"),
    "study": ("onderzoek", "study"),
    "source": ("bron", "source"),
    "alerts": ("Meldingen", "Alerts"),
    "nobody-yet": ("nog niemand", "nobody yet"),
    "late": (
        "Er ligt werk dat al {} wacht. Draait de node? Kijk met `beeldbrug check`.",
        "There is work that has waited for {}. Does the node run? See `beeldbrug check`.",
    ),
    "nothing": ("Niets onderweg.", "Nothing on its way."),
    "nothing-parked": ("Er is niets aangehouden.", "Nothing is parked."),
    "nothing-waits": ("Er wacht niets aan de beeldenbalie.", "Nothing waits at the image desk."),
    "nothing-counted": ("In deze periode is geen BSN geteld.", "No BSN was counted in this period."),
    "studies": ("onderzoeken", "studies"),
    "bsn-right": ("BSN goed", "BSN right"),
    "bsn-elsewhere": ("elders", "elsewhere"),
    "bsn-lacking": ("geen BSN", "no BSN"),
    "findings": ("wat er te verbeteren is", "what can be better"),
    "here-known": ("bekend als", "known here as"),
    "not-known": ("geen eigen patiënt gevonden", "no own patient found"),
    "undone": (
        "Teruggenomen: er was nog niets verstuurd.",
        "Undone: nothing had left.",
    ),
    "undoing": (
        "Wordt teruggenomen: niemand had het geopend; de ontvanger wordt gevraagd te wissen.",
        "Being undone: nobody had opened it; the receiver is asked to delete.",
    ),
    "withdrawing": (
        "Wordt ingetrokken: de ontvanger is gevraagd te wissen en antwoordt of iemand het zag.",
        "Being withdrawn: the receiver is asked to delete and will say whether anybody saw it.",
    ),
    "stopped": (
        "Gestopt: wat al bij de ontvanger stond, is niet terug te halen. Bel de ontvanger.",
        "Stopped: what was at the receiver already cannot be taken back. Call the receiver.",
    ),
    "withdrawn": ("Ingetrokken: de ontvanger heeft gewist.", "Withdrawn: the receiver has deleted it."),
    "import-had-begun": (
        "Te laat: de ontvanger was al aan het importeren.",
        "Too late: the receiver had begun to import.",
    ),
    "released": ("Vrijgegeven voor verzending.", "Released for sending."),
    "dropped": ("Afgesloten: voor niemand bestemd.", "Closed: meant for nobody."),
    "deciding": ("Wordt geïmporteerd onder het gekozen nummer.", "Is being imported under the chosen number."),
    "repeating": ("De import wordt herhaald.", "The import is being repeated."),
    "refused": ("Geweigerd; de afzender krijgt de reden.", "Refused; the sender gets the reason."),
    "taken": ("beelden in de kluis", "instances in the vault"),
    "not-taken": ("bestanden niet genomen", "files not taken"),
    "looked-at": ("bestanden bekeken", "files looked at"),
    "files": ("bestanden", "files"),
    "disc": ("schijf of bestand", "disc or file"),
    "sftp": ("SFTP", "SFTP"),
    "stow": ("STOW-RS", "STOW-RS"),
    "nothing-aside": ("Er ligt niets apart.", "Nothing lies aside."),
    "upload": ("upload", "upload"),
    "brought-by": ("van", "from"),
    "rest-aside": ("de rest blijft apart", "the rest stays aside"),
    "thrown-away": ("Weggegooid.", "Thrown away."),
    "link": ("uploadverzoek", "upload request"),
    "date": ("datum", "date"),
    "size": ("omvang", "size"),
    "here-already": ("beelden waren er al", "instances were here already"),
    "written": ("beelden geschreven", "instances written"),
    "series": ("serie", "series"),
    "instances": ("beelden", "instances"),
    "import": ("import", "import"),
    "goes-in": ("naar het PACS", "to the PACS"),
    "stays-out": ("blijft erbuiten", "stays out"),
    "order": ("opdracht", "order"),
    "description": ("omschrijving", "description"),
    "no-orders": ("De werklijst heeft geen passende opdracht.", "The worklist has no order that fits."),
    "import-undone": (
        "Ongedaan gemaakt; haal het onderzoek in het PACS weg en meld dat met `desk removed`.",
        "Undone; remove the study in the PACS, and say so with `desk removed`.",
    ),
    "desk-re-keyed": (
        "Genoteerd; Beeldbrug kijkt of het PACS het nummer ook vervangt, en importeert anders opnieuw.",
        "Noted; Beeldbrug looks whether the PACS replaces the number too, and else imports anew.",
    ),
    "desk-taken-back": (
        "Teruggenomen: het staat onder het spoednummer zoals eerst.",
        "Taken back: it stands under the emergency number as before.",
    ),
    "desk-moved": (
        "Genoteerd: in het PACS staat het onder het eigen nummer.",
        "Noted: in the PACS it stands under the own number.",
    ),
    "taken-back": ("teruggenomen", "taken back"),
    "pacs-clean": ("Genoteerd: het onderzoek is uit het PACS.", "Noted: the study is out of the PACS."),
    "missing": ("beelden ontbreken", "instances are missing"),
}


def word(key: str, language: Language) -> str:
    """One of WORDS."""
    return WORDS[key][language is Language.EN]


def named(pair: Pair, language: Language) -> str:
    """A pair's text in this language."""
    return pair[language is Language.EN]


def duration(seconds: float, language: Language) -> str:
    """About how long, in one unit."""
    for unit, length in ((("d", "d"), 86400.0), (("u", "h"), 3600.0), (("min", "min"), 60.0)):
        if seconds >= length:
            return f"{int(seconds // length)} {named(unit, language)}"
    return f"{max(0, int(seconds))} s"
