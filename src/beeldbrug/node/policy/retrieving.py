"""Why the own PACS did not give what was asked of it, in plain words, and which of it time may mend. Values only."""

from __future__ import annotations

from beeldbrug.model.decision import Reason

_AGAIN_NL, _AGAIN_EN = "Het wordt vanzelf opnieuw geprobeerd.", "It is tried again by itself."

_ALL = (
    Reason(
        "pacs-not-set",
        "Er is geen PACS ingesteld.",
        "No PACS is set.",
        "Stel het PACS in bij het beheer, of stuur vanuit het PACS naar Beeldbrug.",
        "Set the PACS in the administration, or send from the PACS to Beeldbrug.",
    ),
    Reason(
        "peer-unreachable",
        "Het PACS is niet bereikbaar.",
        "The PACS cannot be reached.",
        _AGAIN_NL + " Blijft het zo: bel de PACS-beheerder.",
        _AGAIN_EN + " If it stays so, call the PACS administrator.",
    ),
    Reason(
        "peer-silent",
        "Het PACS antwoordt niet op tijd.",
        "The PACS does not answer in time.",
        _AGAIN_NL,
        _AGAIN_EN,
    ),
    Reason(
        "peer-no-query",
        "Het PACS laat zich niet door Beeldbrug bevragen.",
        "The PACS lets Beeldbrug ask nothing.",
        "Laat de PACS-beheerder zoeken (C-FIND, Study Root) voor Beeldbrug toestaan.",
        "Have the PACS administrator allow queries (C-FIND, Study Root) by Beeldbrug.",
    ),
    Reason(
        "peer-query-unsupported",
        "Het PACS beantwoordt geen zoekvragen.",
        "The PACS answers no queries.",
        "Laat de PACS-beheerder zoeken (C-FIND, Study Root) aanzetten.",
        "Have the PACS administrator turn on queries (C-FIND, Study Root).",
    ),
    Reason(
        "peer-query-failed",
        "Het PACS brak een zoekvraag af.",
        "The PACS broke off a query.",
        "Zoek opnieuw, op nummer als dat kan; kijk in het logboek van het PACS als het terugkomt.",
        "Search again, by number if possible; look in the log of the PACS when it comes back.",
    ),
    Reason(
        "peer-no-move",
        "Het PACS stuurt geen beelden op verzoek.",
        "The PACS does not send images on request.",
        "Laat ophalen (C-MOVE) toestaan, of stuur het onderzoek vanuit het PACS naar Beeldbrug.",
        "Have retrieval (C-MOVE) allowed, or send the study from the PACS to Beeldbrug.",
    ),
    Reason(
        "peer-move-denied",
        "Het PACS laat Beeldbrug niets ophalen.",
        "The PACS does not let Beeldbrug retrieve.",
        "Laat ophalen (C-MOVE) voor Beeldbrug toestaan.",
        "Have retrieval (C-MOVE) allowed for Beeldbrug.",
    ),
    Reason(
        "peer-move-resources",
        "Het PACS heeft het nu te druk om dit te sturen.",
        "The PACS is too busy to send this now.",
        _AGAIN_NL,
        _AGAIN_EN,
    ),
    Reason(
        "peer-move-unsent",
        "Het PACS kon de beelden niet naar Beeldbrug sturen.",
        "The PACS could not send the images to Beeldbrug.",
        "Controleer in het PACS het adres en de poort van Beeldbrug.",
        "Check Beeldbrug's address and port in the PACS.",
    ),
    Reason(
        "peer-move-destination-unknown",
        "Het PACS kent Beeldbrug niet als bestemming.",
        "The PACS does not know Beeldbrug as a destination.",
        "Laat de AE-titel voor ophalen, met adres en poort van Beeldbrug, in het PACS zetten.",
        "Have the AE title for retrieval, with Beeldbrug's address and port, entered in the PACS.",
    ),
    Reason(
        "peer-move-identifier",
        "Het PACS begrijpt dit verzoek niet.",
        "The PACS does not understand this request.",
        "Stuur het onderzoek vanuit het PACS naar Beeldbrug, en meld het.",
        "Send the study from the PACS to Beeldbrug, and report it.",
    ),
    Reason(
        "peer-move-silent",
        "Het PACS begon, maar stuurde en antwoordde daarna lang niets.",
        "The PACS began, then neither sent nor answered for long.",
        _AGAIN_NL,
        _AGAIN_EN,
    ),
    Reason(
        "peer-move-failed",
        "Het PACS brak het ophalen af.",
        "The PACS broke off the retrieval.",
        _AGAIN_NL,
        _AGAIN_EN,
    ),
    Reason(
        "pacs-has-nothing",
        "Het PACS heeft niets van dit onderzoek gestuurd.",
        "The PACS sent nothing of this study.",
        "Kijk of het onderzoek nog in het PACS staat, en verstuur opnieuw.",
        "See whether the study is still in the PACS, and send again.",
    ),
    Reason(
        "not-all-gathered",
        "Niet alle beelden van dit onderzoek kwamen mee.",
        "Not all images of this study came along.",
        "Wat er is, wordt verstuurd. Kijk in het PACS wat ontbreekt en verstuur dat opnieuw.",
        "What is here is sent. See in the PACS what is missing and send that again.",
    ),
    Reason(
        "study-not-here",
        "Het onderzoek staat niet meer in Beeldbrug.",
        "The study is no longer in Beeldbrug.",
        "Haal het uit het PACS, of vraag de afzender het opnieuw te sturen.",
        "Take it from the PACS, or ask its sender to send it again.",
    ),
    Reason(
        "report-not-made",
        "Het verslag kon niet bij het onderzoek gezet worden.",
        "The report could not be put beside the study.",
        "De beelden worden verstuurd. Stuur het verslag apart, of bel de ontvanger.",
        "The images are sent. Send the report apart, or call the receiver.",
    ),
)

TROUBLES = {one.code: one for one in _ALL}
"""By code; those of the DICOM protocol are the protocol's own."""

LASTING = frozenset(
    {
        "pacs-not-set",
        "peer-no-move",
        "peer-move-denied",
        "peer-move-destination-unknown",
        "peer-move-identifier",
        "peer-rejected",
        "peer-rejected-application-context",
        "peer-rejected-calling-ae",
        "peer-rejected-called-ae",
        "peer-rejected-protocol-version",
    }
)
"""A human must mend these; asking again helps nothing."""

TRIES = 4
"""How often an archive is asked again before a human is."""

PAUSES = (2.0, 5.0, 15.0, 30.0)
"""Seconds before each further try."""


def trouble(code: str, text: str, remedy: str) -> Reason:
    """In both languages; what is only known in English stands for itself."""
    return TROUBLES.get(code, Reason(code, text, text, remedy, remedy))
