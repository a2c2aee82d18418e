"""What a person sends from the portal: studies on their way into their exchanges, reports beside them, and to whom.

A bundle is what one person sent at once: an exchange for each study. A gathering brings the chosen instances of one
study into its exchange; it is durable, and ends. Nothing here names a patient but UIDs; a report is sealed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from beeldbrug.model.exchange import Party


class Source(StrEnum):
    """Where the instances are: in the own PACS, in the vault as own content, or in an arrival that is sent on."""

    PACS = "pacs"
    NODE = "node"
    ARRIVAL = "arrival"


class GatherState(StrEnum):
    """WAITING: not begun; FETCHING: they come in; INCOMPLETE: over, but some did not come; STOPPED: taken back."""

    WAITING = "waiting"
    FETCHING = "fetching"
    DONE = "done"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    STOPPED = "stopped"


OVER = frozenset({GatherState.DONE, GatherState.INCOMPLETE, GatherState.FAILED, GatherState.STOPPED})


@dataclass(frozen=True, slots=True)
class Gathering:
    """The instances of one study that an exchange is to hold. ``series`` empty: all; ``without``: modalities left out
    (PR, KO). ``later`` are series that the receiver asked for afterwards; while it is not empty they alone are fetched.
    ``origin`` is the arrival that they lie in. ``expected`` is 0 while nobody knows. Times are POSIX seconds.
    """

    exchange: str
    organisation: str
    bundle: str
    actor: str
    study_uid: str
    source: Source
    created: float
    updated: float
    origin: str = ""
    series: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    enclosure: str = ""
    state: GatherState = GatherState.WAITING
    expected: int = 0
    gathered: int = 0
    failed: int = 0
    tries: int = 0
    code: str = ""
    later: tuple[str, ...] = ()

    @property
    def fetches(self) -> tuple[str, ...]:
        """The series to fetch now; empty for all."""
        return self.later or self.series

    def takes(self, series_uid: str, modality: str) -> bool:
        """Whether an instance of this series was chosen."""
        if self.later:
            return series_uid in self.later
        return (not self.series or series_uid in self.series) and modality not in self.without


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A report (PDF) that waits to be put beside a study; ``title`` is what it is called there."""

    id: str
    organisation: str
    account: str
    title: str
    content: bytes
    created: float


@dataclass(frozen=True, slots=True)
class AddressEntry:
    """A door of a partner, as this hospital knows it: department, person, telephone."""

    id: str
    organisation: str
    party: Party
    changed: float


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to whom an account has sent, or whom it has marked."""

    party: Party
    favourite: bool
    used: float
    uses: int


class Gatherings(Protocol):
    """Gatherings of one vault, and reports that wait."""

    def add(self, row: Gathering) -> None:
        """Keep a new one. Raises Conflict when its exchange has one."""

    def get(self, organisation: str, exchange: str) -> Gathering | None:
        """That of an exchange."""

    def of_bundle(self, organisation: str, bundle: str) -> list[Gathering]:
        """All that were sent at once, in the order chosen."""

    def fetching(self, organisation: str, study_uid: str) -> Gathering | None:
        """The one that now fetches this study; there is never more than one."""

    def claim(self, organisation: str, exchange: str, at: float) -> bool:
        """It fetches from now on, unless another one fetches the same study."""

    def update(self, organisation: str, exchange: str, at: float, **columns: Any) -> None:
        """Set columns by field name."""

    def enclose(self, enclosure: Enclosure) -> None:
        """Keep a report, sealed."""

    def enclosure(self, organisation: str, id: str) -> Enclosure | None:
        """One report, opened."""

    def entitle(self, organisation: str, id: str, title: str) -> None:
        """Say what a report is called."""

    def drop_enclosure(self, organisation: str, id: str) -> bool:
        """Forget one; False when it is not there."""

    def drop_enclosures(self, organisation: str, before: float) -> int:
        """Forget those that were never sent, from before this time."""


class Addresses(Protocol):
    """The own part of the address book, and whom each account sends to."""

    def put(self, entry: AddressEntry) -> None:
        """Add or replace."""

    def get(self, organisation: str, id: str) -> AddressEntry | None:
        """One entry."""

    def all(self, organisation: str) -> list[AddressEntry]:
        """All, by partner, department and person."""

    def delete(self, organisation: str, id: str) -> bool:
        """Remove; False when it is not there."""

    def used(self, organisation: str, account: str, party: Party, at: float) -> None:
        """This account has just sent to this door."""

    def mark(self, organisation: str, account: str, party: Party, favourite: bool, at: float) -> None:
        """Make it a favourite, or no longer."""

    def recipients(self, organisation: str, account: str, limit: int) -> Sequence[Recipient]:
        """Favourites first, then the last used."""
