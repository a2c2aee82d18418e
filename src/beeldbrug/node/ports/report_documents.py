"""Documents of document management (HL7 v2 chapter 9): which replaces which, and which versions of reports they are.

A document is known by the number that its system gave it, here by an opaque mark of that. A replacement is a document
of its own: a chain of them is one report. Implemented in SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from beeldbrug.model.report import ReportKey

MOST_KIN = 400
"""Documents of one chain that are looked at."""


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document that was heard of; ``replaces`` is the mark of the one whose place it takes, empty where none is."""

    mark: bytes
    replaces: bytes = b""


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """Version ``number`` of a report is of the document ``mark``."""

    report: str
    number: int
    mark: bytes


class ReportDocuments(Protocol):
    """Which documents there are, and what takes whose place."""

    def mark(self, organisation: str, document: ReportKey) -> bytes:
        """What a document is known by."""

    def note(self, organisation: str, mark: bytes, replaces: bytes, at: float) -> None:
        """It was heard of at this time (POSIX seconds); an empty ``replaces`` leaves what is known."""

    def kin(self, organisation: str, mark: bytes) -> list[KnownDocument]:
        """It and all that are in one chain with it, at most MOST_KIN."""

    def note_version(self, organisation: str, version: DocumentVersion) -> None:
        """It is of this document."""

    def versions(self, organisation: str, marks: Sequence[bytes]) -> list[DocumentVersion]:
        """Those of these documents, by report and number."""

    def of_report(self, organisation: str, report: str) -> list[DocumentVersion]:
        """Those of a report, by number."""

    def forget(self, organisation: str, before: float) -> None:
        """Forget what was heard of before this time and has no version here."""
