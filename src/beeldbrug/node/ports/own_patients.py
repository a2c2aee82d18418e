"""The hospital's own patients as it told the node itself, by HL7 v2 or as a list: who has which number, and which
number became which.

Numbers are those of the hospital's one issuer. Times are those at which the hospital said it (POSIX seconds): what is
older than what is known changes nothing, so the order in which messages come does not matter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from beeldbrug.model.identity import Patient


class Told(StrEnum):
    """How the node came to know it."""

    HL7 = "hl7"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class OwnPatient:
    """One own patient. ``name`` is DICOM PN, ``birth_date`` YYYYMMDD or empty, ``sex`` M, F, O or empty; ``bsn`` nine
    digits or empty. ``merged_into`` is the number that stands for it now, empty for one that stands itself."""

    number: str
    bsn: str
    name: str
    birth_date: str
    sex: str
    source: Told
    changed_at: float
    active: bool = True
    merged_into: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What one message says of a patient; None where it says nothing, and what is known stays."""

    number: str
    at: float
    bsn: str | None = None
    name: str | None = None
    birth_date: str | None = None
    sex: str | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """``into`` stands for ``number`` from now on."""

    number: str
    into: str
    at: float


@dataclass(frozen=True, slots=True)
class Gone:
    """It is no patient any more."""

    number: str
    at: float


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """Who was registered under the emergency number ``number`` is ``into``."""

    number: str
    into: str
    at: float


Change = Said | Merged | Gone | Rekeyed
"""What a message asks for."""


@dataclass(frozen=True, slots=True)
class OwnCounts:
    """How many are known: that stand, by how they were told last, that were merged into another, that are gone."""

    hl7: int = 0
    list: int = 0
    merged: int = 0
    inactive: int = 0


class OwnPatients(Protocol):
    """Own patients of one vault."""

    def put(self, organisation: str, patients: Iterable[OwnPatient]) -> int:
        """Add or replace what is not older than what is known; returns how many. A number that was merged stays so:
        ``merged_into`` and ``active`` of what is given are not looked at, it is active."""

    def merge(self, organisation: str, number: str, into: str, source: Told, at: float) -> bool:
        """``into`` stands for ``number`` from now on, and for what that stood for; False when a newer word says
        otherwise. A chain leads to its end at once, in whatever order its links come."""

    def remove(self, organisation: str, number: str, at: float) -> bool:
        """It is no patient any more; False when it is unknown, or newer word says otherwise."""

    def retain(self, organisation: str, numbers: Collection[str], at: float) -> int:
        """Those that stand and are not among ``numbers`` are patients no more, where nothing newer was said; returns
        how many."""

    def get(self, organisation: str, number: str) -> OwnPatient | None:
        """What is known of a number itself."""

    def standing(self, organisation: str, number: str) -> str:
        """The number that stands for this one: itself, unless it was merged."""

    def numbers(self, organisation: str, said: str) -> tuple[str, ...]:
        """All numbers by which the hospital knows or knew who has this number or BSN, each once: ``said`` itself first,
        unless it is a BSN."""

    def find(self, organisation: str, patient: Patient) -> list[OwnPatient]:
        """Who may this be, those that stand and are active, each once: by BSN and number (also with one slip), by birth
        date (also with day and month changed about), by family name and first initial. What was merged leads to what
        stands for it."""

    def counts(self, organisation: str) -> OwnCounts:
        """How many there are."""
