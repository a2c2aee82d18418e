"""What is heard by several ways, taken as by one: in turn, the parts of a parcel in order, whichever way each came.

A part that comes before the one that it follows, by another way, is kept in mind and taken when that one was.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.records import AlertRow
from beeldbrug.node.ports.route import MailboxEntry
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.arrive.take import Take
from beeldbrug.node.usecases.own_keys import note_walk

HELD: Final = 10_000
"""Parts that wait for an earlier one; the walk of the whole mailbox finds those that are let go."""

DEAF_SECONDS: Final = 300.0
AWAY: Final = "door-away"
AWAY_TEXTS: Final = (
    "De deur van een partner, of onze eigen deur, is niet bereikbaar; wat langs de hub kan, gaat langs de hub.",
    "Zie de oorzaak; het gaat vanzelf verder zodra die weg is.",
)


@dataclass
class Together:
    """Takes for one organisation whatever its ways bring. Thread-safe."""

    _held: dict[tuple[str, str, int], tuple[Take, MailboxEntry]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def take(self, taking: Take, entry: MailboxEntry) -> bool:
        """Take one part, and those that waited for it. Raises Unavailable."""
        with self._lock:
            if not taking.take(entry):
                if len(self._held) < HELD:
                    self._held[entry.parcel, entry.sender, entry.number] = (taking, entry)
                return False
            following = entry.number + 1
            while waiting := self._held.pop((entry.parcel, entry.sender, following), None):
                if not waiting[0].take(waiting[1]):
                    break
                following += 1
            return True

    def refuse(self, taking: Take, entry: MailboxEntry, error: BeeldbrugError) -> None:
        """Note that a part cannot be taken."""
        with self._lock:
            taking.refuse(entry, error)


class Walks:
    """When all mailboxes were last walked: only then may keys go that were kept for what lay in them."""

    def __init__(self, organisation: str, database: Database, ways: Callable[[], Iterable[str]]) -> None:
        self._organisation = organisation
        self._database = database
        self._ways = ways
        self._walked: dict[str, float] = {}
        self._lock = threading.Lock()

    def walked(self, way: str, began: float) -> None:
        """The mailbox of one way was walked, as it was at ``began`` (POSIX seconds)."""
        ways = set(self._ways())
        with self._lock:
            self._walked[way] = began
            if not ways <= set(self._walked):
                return
            oldest = min(self._walked[one] for one in ways | {way})
        note_walk(self._organisation, self._database, oldest)


class DoorWaiting:
    """Tells of a door that cannot be heard; one alert for all doors. Of one way."""

    def __init__(self, organisation: str, database: Database, clock: Callable[[], float]) -> None:
        self._organisation = organisation
        self._database = database
        self._clock = clock
        self._since: float | None = None
        self._told = False

    def deaf(self, error: BeeldbrugError) -> None:
        """It cannot be heard; after DEAF_SECONDS that is told."""
        if self._since is None:
            self._since = time.monotonic()
        if time.monotonic() - self._since < DEAF_SECONDS:
            return
        dutch, remedy = AWAY_TEXTS
        texts = (dutch, error.text, remedy, error.remedy)
        with self._database.write() as tx:
            tx.alerts.raise_(AlertRow(0, self._organisation, "", AWAY, *texts, raised=self._clock()))
        self._told = True

    def hears(self) -> None:
        """It is there (again)."""
        if self._since is not None or not self._told:
            with self._database.read() as tx:
                told = any(alert.code == AWAY for alert in tx.alerts.open(self._organisation))
            if told:
                with self._database.write() as tx:
                    tx.alerts.clear(self._organisation, "", AWAY, self._clock())
        self._since, self._told = None, False
