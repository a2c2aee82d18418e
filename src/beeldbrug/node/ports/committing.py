"""What the PACS is told beyond storing: to keep what it has for good (PS3.4 annex J), or to hide it (IHE IOCM)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class CommitState(StrEnum):
    """How a request stands."""

    ASKING = "asking"
    """It is about to be sent, or being sent."""
    WAITING = "waiting"
    """The PACS has taken it and has not reported yet."""
    COMMITTED = "committed"
    """The PACS keeps all of it."""
    INCOMPLETE = "incomplete"
    """It does not keep some of it."""
    UNSUPPORTED = "unsupported"
    """It does not do storage commitment, or refuses to for this node."""
    UNANSWERED = "unanswered"
    """It has not reported in time; a report that comes late counts all the same."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """One request. ``again``: what was not kept at first had been sent once more. Times in POSIX seconds."""

    exchange: str
    transaction_uid: str
    created: float
    state: CommitState = CommitState.ASKING
    asked: float | None = None
    again: bool = False
    instances: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class CommitReport:
    """What the PACS reports: SOP Instance UIDs that it keeps, and Failure Reasons of those that it does not."""

    transaction_uid: str
    committed: frozenset[str]
    failed: Mapping[str, int] = field(default_factory=dict)


class Committing(Protocol):
    """The archive, as far as it can be asked to keep what it has."""

    def request_commitment(
        self, transaction_uid: str, references: Sequence[tuple[str, str]], wait: float
    ) -> CommitReport | None:
        """Ask for these (SOP class, SOP instance); the report when it comes within ``wait`` seconds. Raises
        Unsupported ``pacs-no-commitment``, Unavailable."""


class Commitments(Protocol):
    """Requests that were made, or are about to be."""

    def add(self, organisation: str, one: Commitment) -> None:
        """Keep one."""

    def get(self, organisation: str, transaction_uid: str) -> Commitment | None:
        """One, or None."""

    def of(self, organisation: str, exchange: str, since: float) -> list[Commitment]:
        """Those of an exchange that were made since then, oldest first."""

    def note(self, organisation: str, one: Commitment) -> None:
        """Keep its state, when it was asked and how many failed."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A rejection note about an import: ``title`` is its code, ``dataset`` Explicit VR Little Endian without file meta
    information, sealed at rest and gone once the PACS has answered. ``status`` is that answer."""

    exchange: str
    instance_uid: str
    made: float
    title: str
    instances: int
    dataset: bytes = b""
    status: int | None = None
    sent: float | None = None


class Rejections(Protocol):
    """Rejection notes."""

    def add(self, organisation: str, note: Rejection) -> None:
        """Keep one that is to be sent."""

    def waiting(self, organisation: str, exchange: str) -> list[Rejection]:
        """Those of an exchange that the PACS has not answered, oldest first."""

    def answered(self, organisation: str, note: Rejection) -> None:
        """The PACS's answer, and when; the dataset goes."""

    def last(self, organisation: str, exchange: str) -> Rejection | None:
        """The newest of an exchange, without its dataset."""
