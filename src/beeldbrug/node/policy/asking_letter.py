"""The text to phone or mail when there is nobody to ask over the wire: what is missing, and no word of the patient.

It names the own reference of the exchange, by which the desk finds it back; series are counted and never named, for
their descriptions are anybody's words. Pure; no I/O.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from beeldbrug.model.exchange import Route
from beeldbrug.model.image_request import Wanted

REFERENCE_CHARACTERS = 8

_BY = {
    Route.DISC: ("op een schijf of als bestand", "on a disc or as a file"),
    Route.SFTP: ("via SFTP", "by SFTP"),
    Route.LINK: ("via een uploadverzoek", "by an upload request"),
}
_MISSING = {
    Wanted.ALL_SERIES: ("alle reeksen van het onderzoek", "all series of the study"),
    Wanted.THIN_SLICES: ("de dunne coupes", "the thin slices"),
    Wanted.PRIORS: ("eerdere onderzoeken", "earlier studies"),
    Wanted.REPORT: ("het verslag", "the report"),
}


@dataclass(frozen=True, slots=True)
class About:
    """What the letter is about. ``day`` is written as its reader writes dates; ``phone`` is ours."""

    hospital: str
    reference: str
    route: Route
    day: str
    kinds: Sequence[Wanted]
    series: int
    instances: int
    instances_said: int | None
    phone: str


def letter(about: About, language: str) -> str:
    """The whole text, one sentence a line."""
    which = 1 if language == "en" else 0
    by = _BY.get(about.route, ("", ""))[which]
    missing = [_MISSING[kind][which] for kind in about.kinds]
    said = about.instances_said
    if which:
        lines = [
            f"On {about.day} images from you came in at {about.hospital} {by}.",
            f"Our reference: {about.reference[:REFERENCE_CHARACTERS]}.",
            f"We received {about.series} series with {about.instances} images"
            + (f"; the study says it has {said}." if said else "."),
            *([f"What is missing: {', '.join(missing)}."] if missing else ["Something is missing."]),
            "Would you send it? Do not put the patient's name or number into a mail.",
            *([f"Questions: call {about.phone}."] if about.phone else []),
        ]
    else:
        lines = [
            f"Op {about.day} kwamen bij {about.hospital} beelden van u binnen {by}.",
            f"Ons kenmerk: {about.reference[:REFERENCE_CHARACTERS]}.",
            f"Wij kregen {about.series} reeksen met {about.instances} beelden"
            + (f"; het onderzoek telt er zelf {said}." if said else "."),
            *([f"Er ontbreekt: {', '.join(missing)}."] if missing else ["Er ontbreekt iets."]),
            "Wilt u dat nasturen? Zet geen naam of nummer van de patiënt in een mail.",
            *([f"Vragen: bel {about.phone}."] if about.phone else []),
        ]
    return "\n".join(lines)
