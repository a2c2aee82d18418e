"""The engine of durable work: takes due rows from the vault, runs their steps, most urgent first (DESIGN section 6).

The vault's rows are the only truth: a process that dies leaves them, the next one goes on. A step that cannot be done
now is tried again with growing pauses, for as long as it takes. This module knows no kind of work by name.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from beeldbrug.kit.lanes import Lanes
from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Unavailable, Unsupported
from beeldbrug.model.exchange import Urgency
from beeldbrug.node.ports.records import WorkRow
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.ports.work import Step, Watch

POLL_SECONDS = 0.02
"""How often the vault's version is looked at; a look costs microseconds."""

IDLE_SECONDS = 1.0
"""How often due times are looked at when nothing has changed."""

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0

SET_BACK_SECONDS = 5.0
"""A clock that was set back by more would leave work waiting for a time that was meant to be near."""

TAKEN_AT_ONCE = 200
ALL_AT_ONCE = 100_000
PACED_MOST = 1000

AGAIN_MOST = 3600.0
"""Longest time until a step is asked again, whatever it says itself. The vault takes a due time that lies further off
than twice this for that of a wrong clock, and such work for due."""

TOLD_SECONDS = 300.0
"""Work that has waited so long is told to a human."""

Sort = tuple[str, bool]
"""A kind of work, and whether it is stat."""

log = get("workflows")


class _Nobody:
    """Watches nothing."""

    def waits(self, row: WorkRow, error: BeeldbrugError) -> None:
        """Nobody is told."""

    def goes_on(self, row: WorkRow) -> None:
        """Nobody is told."""


@dataclass(slots=True)
class _Wait:
    """Since when a row waits, its present pause, since when it has that, and whether humans know."""

    began: float
    pause: float
    since: float
    told: bool = False


class Engine:
    """Runs steps in ``threads`` threads, some reserved for stat. ``steps`` by (organisation, kind).

    ``paces`` by kind: the least seconds from one start of a step to the next for the same subject, however often it is
    wished for meanwhile. Many small rounds cost more than few larger ones, at both ends and at the hub. ``of_a_kind``:
    how many steps of one kind may be begun at once, stat and other counted each by itself: what waits for a peer that
    hangs, a PACS, a hub, leaves threads to all other work.
    """

    def __init__(
        self,
        database: Database,
        steps: Mapping[tuple[str, str], Step],
        clock: Callable[[], float],
        threads: int = 10,
        reserved: int = 3,
        watch: Watch | None = None,
        told_seconds: float = TOLD_SECONDS,
        paces: Mapping[str, float] = MappingProxyType({}),
        of_a_kind: int = 3,
    ) -> None:
        self._database = database
        self._steps = steps
        self._clock = clock
        self._lanes = Lanes(threads, reserved, "work")
        self._running: dict[int, Sort] = {}
        """Rows that were begun."""
        self._ended: set[int] = set()
        """Rows that have ended since the last look at what is due, which may still show them as they were before."""
        self._of_a_kind = of_a_kind
        self._next_due = math.inf
        self._offset: float | None = None
        self._waits: dict[int, _Wait] = {}
        self._not_before: dict[int, float] = {}
        self._paces = paces
        self._paced: dict[tuple[str, str, str], float] = {}
        self._held_until = math.inf
        self._watch: Watch = watch or _Nobody()
        self._told_seconds = told_seconds
        self._changed = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()

    def run(self) -> None:
        """Serve until ``stop``; call it from the process's main thread or one of its own."""
        while not self._stopping.is_set():
            try:
                self._serve()
            except Exception:  # a disk that is full, a database that is away: the work waits, the engine does not end
                log.exception("engine broke off")
                self._stopping.wait(IDLE_SECONDS)
        self._lanes.close()

    def _serve(self) -> None:
        version, looked = -1, 0.0
        while not self._stopping.is_set():
            now_version, now = self._database.version(), time.monotonic()
            due = now - looked > IDLE_SECONDS or self._clock() >= self._next_due or now >= self._held_until
            if now_version != version or self._changed.is_set() or due:
                version, looked = now_version, now
                self._changed.clear()
                self._take()
            self._changed.wait(POLL_SECONDS)

    def stop(self) -> None:
        """Stop taking work; running steps finish."""
        self._stopping.set()
        self._changed.set()

    def _take(self) -> None:
        now = self._clock()
        self._held_until = math.inf
        with self._lock:
            self._ended.clear()
        with self._database.read() as tx:
            if self._set_back(now):
                due = tx.work.due(math.inf, ALL_AT_ONCE)
            else:
                due = tx.work.due(now, TAKEN_AT_ONCE, self._full())
            self._next_due = tx.work.next_due(now)
        for row in due:
            with self._lock:
                if row.id in self._running or row.id in self._ended:
                    continue
                if self._stopping.is_set() or not self._may_begin(row):
                    continue
                self._running[row.id] = _sort(row)
                self._pace(row)
            self._lanes.submit(row.urgency.rank, lambda row=row: self._run(row))  # type: ignore[misc]  # bound now

    def _full(self) -> list[Sort]:
        """Sorts of which enough is under way."""
        with self._lock:
            counts = Counter(self._running.values())
        return [sort for sort, count in counts.items() if count >= self._of_a_kind]

    def _set_back(self, now: float) -> bool:
        """Whether due times may lie beyond reason: at the start, and when the machine's clock was set back."""
        offset, before = now - time.monotonic(), self._offset
        self._offset = offset
        return before is None or offset < before - SET_BACK_SECONDS

    def _may_begin(self, row: WorkRow) -> bool:
        """False for a row whose outcome could not be kept a moment ago: it would be done again at once, and again; and
        for one whose pace is not over."""
        if [*self._running.values()].count(_sort(row)) >= self._of_a_kind:
            return False
        now, until = time.monotonic(), self._paced.get(_of(row), 0.0)
        if now < until:
            self._held_until = min(self._held_until, until)
            return False
        if now < self._not_before.get(row.id, 0.0):
            return False
        self._not_before.pop(row.id, None)
        return True

    def _pace(self, row: WorkRow) -> None:
        pace, now = self._paces.get(row.kind, 0.0), time.monotonic()
        if pace > 0:
            self._paced[_of(row)] = now + pace
        if len(self._paced) > PACED_MOST:
            self._paced = {subject: until for subject, until in self._paced.items() if until > now}

    def _run(self, row: WorkRow) -> None:
        try:
            self._finish(row, *self._again(row))
        except Exception:  # its outcome cannot be kept (disk full, database away): the row stays and is tried again
            log.exception("work not noted", kind=row.kind, exchange=row.subject)
            self._not_before[row.id] = time.monotonic() + IDLE_SECONDS
        finally:
            with self._lock:
                self._running.pop(row.id, None)
                self._ended.add(row.id)
            self._changed.set()

    def _again(self, row: WorkRow) -> tuple[float | None, str]:
        """Seconds until it is to be looked at again, None for never; and the code of what stands in its way."""
        step = self._steps.get((row.organisation, row.kind))
        if step is None:
            if row.id not in self._waits:
                log.error("work without a step", kind=row.kind, organisation=row.organisation)
            return self._wait(row, _no_step()), _no_step().code
        try:
            again, code = step.step(row.subject), ""
        except Unavailable as error:
            log.warning("work waits", kind=row.kind, exchange=row.subject, code=error.code)
            return self._wait(row, error), error.code
        except BeeldbrugError as error:
            log.error("work failed", kind=row.kind, exchange=row.subject, code=error.code, text=error.text)
            again, code = step.failed(row.subject, error), error.code
        except Exception:  # a fault of the program must not stop the engine nor lose the wish
            log.exception("work broke off", kind=row.kind, exchange=row.subject)
            return self._wait(row, _fault()), _fault().code
        wait = self._waits.pop(row.id, None)
        if wait is not None and wait.told:
            self._watch.goes_on(row)
        return again, code

    def _wait(self, row: WorkRow, error: BeeldbrugError) -> float:
        """The pause before the next try; a human is told of a long wait."""
        now = time.monotonic()
        wait = self._waits.setdefault(row.id, _Wait(now, FIRST_PAUSE, now))
        if now - wait.since >= wait.pause:  # a try that came sooner, by a new wish, says nothing new
            wait.pause, wait.since = min(LONGEST_PAUSE, wait.pause * 2), now
        if now - wait.began >= self._told_seconds:
            wait.told = True
            self._watch.waits(row, error)
        return wait.pause

    def _finish(self, row: WorkRow, again: float | None, code: str) -> None:
        with self._database.write() as tx:
            if again is not None:
                tx.work.postpone(row.id, self._clock() + min(again, AGAIN_MOST), row.wishes)
                tx.work.waits(row.id, code, self._clock())
            else:
                tx.work.done(row.id, row.wishes)


def _sort(row: WorkRow) -> Sort:
    return row.kind, row.urgency is Urgency.STAT


def _of(row: WorkRow) -> tuple[str, str, str]:
    return row.organisation, row.kind, row.subject


def _no_step() -> Unsupported:
    return Unsupported(
        "work-without-step",
        "This node is not set up for work that waits.",
        "Set what it needs (a PACS, a hub) in the settings and start the node again.",
    )


def _fault() -> Unavailable:
    return Unavailable(
        "program-fault", "A fault of the program stands in the way.", "Look in the log of the worker and report it."
    )
