"""The engine of durable work: takes due rows from the vault, runs their steps, most urgent first (DESIGN section 6).

The vault's rows are the only truth: a process that dies leaves them, the next one goes on. A step that cannot be done
now is tried again with growing pauses, for as long as it takes. This module knows no kind of work by name.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from beeldbrug.kit.lanes import Lanes
from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Unavailable
from beeldbrug.node.ports.records import WorkRow
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.ports.work import Step

POLL_SECONDS = 0.02
"""How often the vault's version is looked at; a look costs microseconds."""

IDLE_SECONDS = 1.0
"""How often due times are looked at when nothing has changed."""

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0

log = get("workflows")


class Engine:
    """Runs steps in ``threads`` threads, some reserved for stat. ``steps`` by (organisation, kind)."""

    def __init__(
        self,
        database: Database,
        steps: Mapping[tuple[str, str], Step],
        clock: Callable[[], float],
        threads: int = 8,
        reserved: int = 2,
    ) -> None:
        self._database = database
        self._steps = steps
        self._clock = clock
        self._lanes = Lanes(threads, reserved, "work")
        self._running: set[int] = set()
        self._pauses: dict[int, tuple[float, float]] = {}
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
            now_version = self._database.version()
            if now_version != version or self._changed.is_set() or time.monotonic() - looked > IDLE_SECONDS:
                version, looked = now_version, time.monotonic()
                self._changed.clear()
                self._take()
            self._changed.wait(POLL_SECONDS)

    def stop(self) -> None:
        """Stop taking work; running steps finish."""
        self._stopping.set()
        self._changed.set()

    def _take(self) -> None:
        with self._database.read() as tx:
            due = tx.work.due(self._clock(), 200)
        for row in due:
            with self._lock:
                if row.id in self._running or self._stopping.is_set():
                    continue
                self._running.add(row.id)
            self._lanes.submit(row.urgency.rank, lambda row=row: self._run(row))  # type: ignore[misc]  # bound now

    def _run(self, row: WorkRow) -> None:
        try:
            self._finish(row, self._again(row))
        finally:
            with self._lock:
                self._running.discard(row.id)
            self._changed.set()

    def _again(self, row: WorkRow) -> float | None:
        step = self._steps.get((row.organisation, row.kind))
        if step is None:
            log.error("work without a step", kind=row.kind, organisation=row.organisation)
            return LONGEST_PAUSE
        try:
            again = step.step(row.subject)
        except Unavailable as error:
            return self._pause(row, error)
        except BeeldbrugError as error:
            log.error("work failed", kind=row.kind, exchange=row.subject, code=error.code, text=error.text)
            step.failed(row.subject, error)
            return None
        except Exception:  # a fault of the program must not stop the engine nor lose the wish
            log.exception("work broke off", kind=row.kind, exchange=row.subject)
            return self._pause(row, None)
        self._pauses.pop(row.id, None)
        return again

    def _pause(self, row: WorkRow, error: Unavailable | None) -> float:
        now = time.monotonic()
        pause, since = self._pauses.get(row.id, (FIRST_PAUSE, now))
        if now - since >= pause:  # a try that came sooner, by a new wish, says nothing new
            pause, since = min(LONGEST_PAUSE, pause * 2), now
        self._pauses[row.id] = pause, since
        if error is not None:
            log.warning("work waits", kind=row.kind, exchange=row.subject, code=error.code, seconds=pause)
        return pause

    def _finish(self, row: WorkRow, again: float | None) -> None:
        with self._database.write() as tx:
            if again is not None:
                tx.work.postpone(row.id, self._clock() + again, row.wishes)
            else:
                tx.work.done(row.id, row.wishes)
