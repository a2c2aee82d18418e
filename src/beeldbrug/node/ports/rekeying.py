"""Imports that stand under an emergency number, and how each gets under the own number of its patient (FIELD 5.6).

One row for each such import, from the moment that the number was given; it stays, so that no number is given twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class RekeyState(StrEnum):
    """How far it is.

    STANDS: under the emergency number. ASKED: the hospital said whose it is. QUESTION: it did, and a human must look.
    LOOKING: it bears the own number here, and the PACS has time to follow. MOVED: the PACS has it under the own number.
    ASIDE: the PACS did not follow; the import was undone, and goes in anew once the PACS is clean. DONE: it stands
    under the own number, or goes there. ENDED: the import was undone by a human, or the arrival is gone.
    """

    STANDS = "stands"
    ASKED = "asked"
    QUESTION = "question"
    LOOKING = "looking"
    MOVED = "moved"
    ASIDE = "aside"
    DONE = "done"
    ENDED = "ended"


UNKNOWN = frozenset({RekeyState.STANDS, RekeyState.ASKED, RekeyState.QUESTION})
"""It stands under the emergency number, here as in the PACS."""

MOVING = frozenset({RekeyState.LOOKING, RekeyState.MOVED})
"""Nothing of it goes into the PACS meanwhile: it would stand there under two numbers."""


@dataclass(frozen=True, slots=True)
class Rekeying:
    """``number`` is the emergency number and ``into`` the own one, as the exchange keeps numbers (``imports.chosen``);
    ``said`` is when the hospital said so, ``until`` how long the PACS has to follow, both POSIX seconds. ``actor``: who
    said it, a login or ``hl7``."""

    exchange: str
    number: str
    state: RekeyState
    changed: float
    into: str = ""
    said: float = 0.0
    until: float = 0.0
    actor: str = ""


class Rekeyings(Protocol):
    """Emergency numbers of one vault."""

    def put(self, organisation: str, rekeying: Rekeying) -> None:
        """Keep it instead of what was there."""

    def get(self, organisation: str, exchange: str) -> Rekeying | None:
        """That of an exchange."""

    def of(self, organisation: str, exchanges: Sequence[str]) -> dict[str, Rekeying]:
        """Those of these exchanges."""

    def under(self, organisation: str, number: str) -> list[Rekeying]:
        """All that were ever given this emergency number; its issuer does not count."""

    def unkept(self, organisation: str, limit: int) -> list[str]:
        """Imported arrivals that stand under an emergency number and have no row: of a version that kept none."""
