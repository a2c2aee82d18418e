"""Whether an import can be undone, and what the desk has to do then. Pure.

A node cannot take instances out of a PACS: that is done by hand there. Until somebody says that it was done, nothing of
the study is imported again, for a PACS that has an instance already may leave it where it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from beeldbrug.model.decision import Reason
from beeldbrug.model.exchange import State

DAY = 86_400.0

IMPORT_UNDONE = Reason(
    "import-undone",
    "De import is ongedaan gemaakt; in het PACS staat het onderzoek nog tot iemand het daar weghaalt.",
    "The import was undone; the study stays in the PACS until somebody removes it there.",
    "Haal het in het PACS weg onder het nummer dat bij het onderzoek staat, en bevestig dat aan de beeldenbalie.",
    "Remove it in the PACS under the number that stands with the study, and confirm that at the image desk.",
)
REMOVED = Reason(
    "undone-and-removed",
    "De import is ongedaan gemaakt en het onderzoek is uit het PACS gehaald.",
    "The import was undone and the study was removed from the PACS.",
    "Kies aan de beeldenbalie onder welk nummer het opnieuw het PACS in gaat, of weiger het.",
    "At the image desk, choose under which number it goes into the PACS again, or refuse it.",
)

EARLIER_UNDONE = Reason(
    "earlier-import-undone",
    "Een eerdere import van dit onderzoek is ongedaan gemaakt.",
    "An earlier import of this study was undone.",
    "Kies aan de beeldenbalie onder welk nummer het het PACS in gaat, of weiger het.",
    "At the image desk, choose under which number it goes into the PACS, or refuse it.",
)
ELSEWHERE = Reason(
    "study-under-other-number",
    "Dit onderzoek staat al in het PACS, onder een ander nummer dan bij deze patiënt gevonden is.",
    "This study is in the PACS already, under another number than was found for this patient.",
    "Vergelijk aan de beeldenbalie en kies het nummer.",
    "Compare at the image desk, and choose the number.",
)

WHY = ("wrong-patient", "wrong-order", "not-needed", "images-unusable")
"""Why an import is undone."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another arrival of the same study. ``number`` is the own number under which it stands in the PACS, empty where it
    does not; ``unsettled``: its import was undone, and nobody has said since where it belongs."""

    number: str
    unsettled: bool


def may_follow(number: str, earlier: Iterable[Earlier]) -> Reason | None:
    """Why an arrival does not go in by itself under this number (empty: none was found), seen what became of others of
    its study; None when it may. A study is never spread over two patients without a human."""
    others = list(earlier)
    if any(one.unsettled for one in others):
        return EARLIER_UNDONE
    return ELSEWHERE if number and any(one.number not in ("", number) for one in others) else None


@dataclass(frozen=True, slots=True)
class Imported:
    """The exchange as far as it matters here; ``at`` is when it was imported."""

    state: State
    at: float | None
    readable: bool


def may_undo(imported: Imported, days: float, now: float) -> str:
    """Why not, as a code; empty when it can be undone."""
    if imported.state is not State.IMPORTED or imported.at is None or not imported.readable:
        return "not-undoable"
    return "undo-too-late" if now - imported.at > days * DAY else ""
