"""Reports and their versions (see ``ports.vault``; implemented in SQL).

A report is kept once for the organisation's own systems, and once for each exchange that it came with. Everything that
is written in it lies sealed; what it is joined by is found by keyed hashes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from beeldbrug.model.exchange import Direction
from beeldbrug.model.report import Report, ReportKey, ReportStatus, ReportSubject

MOST_PIECES: Final = 4096
"""Pieces of one version on its way; the store takes no more."""


class ReportState(StrEnum):
    """WAITING: its study is not here; PLACED: it belongs to ``study_uid``; DESK: a human decides; ASIDE: a human set it
    aside, and it belongs to no study."""

    WAITING = "waiting"
    PLACED = "placed"
    DESK = "desk"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report. ``direction`` OUT is of own systems, IN came with ``exchange``. Of own ones ``exchange`` is the only
    sending that it is for, empty for all of its study. ``standing`` is the number of the version in force, ``reason``
    the code of why it is at the desk. ``by`` and ``why`` are of the last human decision. ``changed`` POSIX seconds."""

    organisation: str
    id: str
    direction: Direction
    key: ReportKey
    state: ReportState
    changed: float
    exchange: str = ""
    study_uid: str = ""
    reason: str = ""
    standing: int = 0
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class VersionHead:
    """What can be listed of a version without opening it. ``at`` is when it was written, as versions are ordered;
    ``arrived`` when it came here (POSIX seconds). ``document_bytes`` is 0 where there is no PDF."""

    report: str
    number: int
    status: ReportStatus
    at: float
    arrived: float
    document_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Travelled:
    """Version ``number`` of a report went with an exchange, in capsule part ``part`` and those before it."""

    report: str
    number: int
    part: int
    at: float


@dataclass(frozen=True, slots=True)
class GivenReport:
    """A report that a system gives, and when this version was written as far as it says (POSIX seconds). ``restates``:
    it brings no words, and those of the version before stand.

    ``is_document``: it is a document of document management, known by the report's number (HL7 v2 chapter 9).
    ``replaces`` and ``extends`` are the numbers of the document whose place it takes, or that it adds to."""

    report: Report
    at: float
    restates: bool = False
    is_document: bool = False
    replaces: str = ""
    extends: str = ""


class Reports(Protocol):
    """Reports, their versions, and how far these went."""

    def add(self, row: ReportRow) -> None:
        """Keep a report. Raises Conflict ``report-is-here`` for a key that is there (same direction and exchange)."""

    def find(self, organisation: str, direction: Direction, exchange: str, key: ReportKey) -> ReportRow | None:
        """The report with this key."""

    def get(self, organisation: str, id: str) -> ReportRow | None:
        """One."""

    def update(self, row: ReportRow) -> None:
        """State, study, reason, standing, decision and time of change, as in ``row``."""

    def add_version(self, organisation: str, head: VersionHead, report: Report) -> None:
        """Keep a version. Raises Conflict ``report-version-is-here`` for a number that is there."""

    def same(self, organisation: str, id: str, report: Report) -> list[VersionHead]:
        """Versions with exactly this content, oldest first."""

    def heads(self, organisation: str, id: str) -> list[VersionHead]:
        """All versions, by number."""

    def version(self, organisation: str, id: str, number: int, document: bool = True) -> Report | None:
        """One version, opened; without its document (``b""``) when that is not asked for."""

    def mark(self, organisation: str, id: str, subject: ReportSubject) -> None:
        """Let it be found by what this says."""

    def marked(self, organisation: str, subject: ReportSubject, state: ReportState) -> list[ReportRow]:
        """Own reports in this state that share study, accession, order or patient with this."""

    def of_study(self, organisation: str, study_uid: str) -> list[ReportRow]:
        """Own reports placed on a study, those first that changed last."""

    def of_exchange(self, organisation: str, exchange: str) -> list[ReportRow]:
        """What came with an exchange, or is for it alone; those first that changed last."""

    def in_state(self, organisation: str, state: ReportState, limit: int = 200) -> list[ReportRow]:
        """Own ones, those first that changed first."""

    def count(self, organisation: str, state: ReportState) -> int:
        """How many own ones."""

    def listing(self, organisation: str, limit: int = 200) -> list[ReportRow]:
        """All, those first that changed last."""

    def counts(self, organisation: str, exchanges: Sequence[str]) -> Mapping[str, int]:
        """How many reports came with each of these exchanges; those without are left out."""

    def statuses(self, organisation: str, exchanges: Sequence[str]) -> Mapping[str, list[ReportStatus]]:
        """How far the version in force is of each report that came with these exchanges, is attached to them, or went
        with them; those without are left out."""

    def followers(self, organisation: str, study_uid: str) -> list[str]:
        """Sendings of a study that its reports still follow: begun, and neither emptied nor ended without import;
        from node to node, since no other way has room for what comes later."""

    def travelled(self, organisation: str, exchange: str) -> list[Travelled]:
        """Which versions went with an exchange."""

    def note_travelled(self, organisation: str, exchange: str, row: Travelled) -> None:
        """This version went (idempotent)."""

    def add_piece(self, organisation: str, exchange: str, version: str, number: int, data: bytes) -> None:
        """Keep a piece of a version that is not whole yet (idempotent). Raises TooLarge ``report-too-many-pieces``."""

    def piece(self, organisation: str, exchange: str, version: str, number: int) -> bytes | None:
        """One piece."""

    def pieces(self, organisation: str, exchange: str, version: str) -> list[bytes]:
        """All pieces that are here, in order of their numbers."""

    def drop_pieces(self, organisation: str, exchange: str, version: str) -> None:
        """It is whole, or never will be."""

    def over(self, organisation: str, before: float, limit: int = 100) -> list[str]:
        """Own reports that did not change since, and whose study is not here."""

    def delete(self, organisation: str, id: str) -> None:
        """Destroy a report with all its versions."""

    def forget(self, organisation: str, exchange: str) -> int:
        """Destroy what came with an exchange or was for it alone; how many reports. What went with it stays known."""
