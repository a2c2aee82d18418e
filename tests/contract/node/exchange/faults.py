"""Faults at a chosen place: the n-th call to the hub or the n-th transaction of a house dies, before or after it took
effect.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.vault import Database, Transaction
from tests.contract.node.exchange.house import House

CALLS = frozenset(
    {"put_part", "mailbox", "get_part", "acknowledge", "grant_pack", "put_segment", "fetch_segment", "withdraw"}
    | {"correspondent"}
)


class Crash(Exception):
    """The process is killed here: nothing catches it, and what was in memory is gone."""


class Fault(Enum):
    """What happens at the place."""

    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"
    FAILED_BEFORE = "failed before"
    FAILED_AFTER = "answer lost"


@dataclass
class Faults:
    """Counts what passes; the ``at``-th meets ``fault``. Once."""

    at: int = 0
    fault: Fault = Fault.KILLED_BEFORE
    count: int = 0
    met: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, at: int, fault: Fault) -> None:
        """Count from zero again."""
        self.at, self.fault, self.count, self.met = at, fault, 0, False

    def now(self) -> bool:
        """Whether this one meets it."""
        with self._lock:
            self.count += 1
            self.met |= self.count == self.at
            return self.count == self.at

    def strike(self) -> None:
        """Die, or fail."""
        if self.fault in (Fault.KILLED_BEFORE, Fault.KILLED_AFTER):
            raise Crash
        raise Unavailable("peer-unreachable", "Out of reach.")

    @property
    def before(self) -> bool:
        """Whether it strikes before the effect."""
        return self.fault in (Fault.KILLED_BEFORE, Fault.FAILED_BEFORE)


class FaultyFace:
    """A hub's face whose calls may meet a fault."""

    def __init__(self, face: Any, faults: Faults) -> None:
        self._face = face
        self._faults = faults

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._face, name)
        return self._guarded(found) if name in CALLS else found

    def _guarded(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*arguments: Any) -> Any:
            struck = self._faults.now()
            if struck and self._faults.before:
                self._faults.strike()
            answer = call(*arguments)
            if struck:
                self._faults.strike()
            return answer

        return guarded


class FaultyDatabase:
    """A vault whose write transactions may meet a fault: rolled back, or committed and then."""

    def __init__(self, database: Database, faults: Faults) -> None:
        self._database = database
        self._faults = faults

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        struck = self._faults.now()
        with self._database.write() as tx:
            yield tx
            if struck and self._faults.before:
                self._faults.strike()
        if struck:
            self._faults.strike()

    def submit(self, deed: Callable[[Transaction], Any]) -> Future[Any]:
        struck = self._faults.now()
        if struck and self._faults.before:
            self._faults.strike()
        future = self._database.submit(deed)
        if struck:
            future.result(30)
            self._faults.strike()
        return future


def plant(house: House, *, hub: Faults | None = None, database: Faults | None = None) -> None:
    """From now on the house's worker meets these."""
    if hub is not None:
        house.face = FaultyFace(house.face, hub)  # type: ignore[assignment]  # all of the port, by name
    if database is not None:
        house.working = FaultyDatabase(house.database, database)  # type: ignore[assignment]  # all of the port, by name
    house.wire()


def run_on(*houses: House, rounds: int = 40) -> None:
    """Work at all ends until nothing moves; a killed house starts anew, what waits is tried again."""
    for _ in range(rounds):
        quiet = True
        for house in houses:
            try:
                quiet &= not house.run()
            except Crash:
                house.wire()
                quiet = False
            except Unavailable:
                quiet = False
        if quiet and not any([house.later() for house in houses]):
            return
    rows = [house.exchange() for house in houses]
    raise AssertionError(f"it did not come to rest: {[(row.state.value, row.reason_code) for row in rows]}")
