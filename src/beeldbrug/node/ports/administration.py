"""What administration keeps in the vault: settings with their history, departments, queues, figures without identity.

Implemented in SQL; see ``ports.vault``. Nothing here holds a name, number or study of a patient.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from beeldbrug.model.exchange import Urgency
from beeldbrug.model.figures import BsnFinding, Dose, Moments


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One change of a setting: ``revision`` counts all changes of the organisation. ``value`` is JSON as the settings'
    models have it, or empty for one that was removed."""

    organisation: str
    revision: int
    kind: str
    name: str
    value: str
    actor: str
    at: float


@dataclass(frozen=True, slots=True)
class Department:
    """A department of the organisation. ``closed``: nothing new is filed under it."""

    id: str
    organisation: str
    name: str
    location: str = ""
    phone: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class QueueRow:
    """Work that waits: ``error`` is the code of why its last try failed, empty while it did not; ``failing_since`` when
    that began. ``subject`` is an exchange's or pack's id, or the organisation."""

    id: int
    kind: str
    subject: str
    urgency: Urgency
    due: float
    created: float
    wishes: int
    error: str
    failing_since: float | None
    tries: int


class Settings(Protocol):
    """Settings kept in the vault, with every change ever made."""

    def revision(self, organisation: str) -> int:
        """Number of the last change; 0 while there was none."""

    def present(self, organisation: str) -> list[SettingRow]:
        """What is in force: the last change of each, those that were removed left out; by kind and name."""

    def last(self, organisation: str, kind: str, name: str) -> SettingRow | None:
        """The last change of one, also when that removed it."""

    def history(self, organisation: str, limit: int = 200, kind: str = "") -> list[SettingRow]:
        """Changes, newest first; of one kind, where that is given."""

    def add(self, organisation: str, kind: str, name: str, value: str, actor: str, at: float) -> int:
        """Note a change; its revision."""


class Departments(Protocol):
    """The organisation's own list of departments."""

    def all(self, organisation: str) -> list[Department]:
        """By name."""

    def get(self, organisation: str, id: str) -> Department | None:
        """One."""

    def by_name(self, organisation: str, name: str) -> Department | None:
        """By its name."""

    def add(self, department: Department) -> None:
        """Keep a new one. Raises Conflict ``department-known``."""

    def update(self, department: Department) -> None:
        """Replace it; accounts that name it follow. Raises Conflict ``department-known`` for another's name."""


class Queue(Protocol):
    """The outbox of durable work as an operator reads it."""

    def rows(self, organisation: str, limit: int = 500) -> list[QueueRow]:
        """Most urgent first, then oldest."""

    def get(self, organisation: str, id: int) -> QueueRow | None:
        """One."""

    def count(self, organisation: str) -> int:
        """How many there are."""


class Figures(Protocol):
    """What can be counted without a patient."""

    def moments(self, organisation: str, since: float, until: float) -> list[Moments]:
        """Of all exchanges that were asked for in this time, but for what came on a disc."""

    def newest_of_peer(self, organisation: str, peer: str) -> str | None:
        """Id of the newest exchange with this organisation (for its name)."""

    def judge(self, organisation: str, exchange: str, avoided: bool, actor: str, at: float) -> None:
        """Somebody said whether a repeat examination was avoided by it; the last word counts."""

    def judged(self, organisation: str, since: float, until: float) -> tuple[int, int]:
        """Of the exchanges of this time: how many were judged, and how many avoided a repeat."""

    def judgement(self, organisation: str, exchange: str) -> bool | None:
        """What was said of this one."""

    def uncounted(self, organisation: str, limit: int = 20) -> list[tuple[str, float]]:
        """(id, when imported) of arrivals in the PACS whose dose was not looked for; oldest first."""

    def count_dose(self, organisation: str, exchange: str, month: str, doses: Sequence[Dose]) -> bool:
        """Add to the totals, once for each exchange; whether it was added now."""

    def doses(self, organisation: str, since: str, until: str) -> list[tuple[str, Dose]]:
        """(month, total) from month to month, both included."""

    def stored_bytes(self, organisation: str) -> int:
        """Bytes of all segments that are kept."""


class BsnQuality(Protocol):
    """Where the BSN of arrivals was found, without the BSN."""

    def note(self, organisation: str, exchange: str, sender: str, finding: BsnFinding, at: float) -> None:
        """Of one arrival; the first time counts."""

    def counts(self, organisation: str, since: float, until: float) -> list[tuple[str, BsnFinding, int]]:
        """(sender's URA, finding, how many arrivals) of what was noted in this time."""
