"""A clock that was hours ahead and is set right must not leave work waiting for hours."""

from __future__ import annotations

import time
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from beeldbrug.model.exchange import Urgency
from beeldbrug.node.ports.records import WorkRow
from beeldbrug.node.workflows.engine import Engine

AHEAD = 5 * 3600.0


class Vault:
    """One row of work, put off until a time that was near when the clock was ahead."""

    def __init__(self, due: float) -> None:
        self.row: WorkRow | None = WorkRow(1, "00000001", "sweep", "00000001", Urgency.ROUTINE, due, 0.0)
        self.work = SimpleNamespace(
            due=lambda now, limit, without=(): [self.row] if self.row is not None and self.row.due <= now else [],
            next_due=lambda now: float("inf"),
            done=lambda id_, wishes: self._done(),
        )

    def _done(self) -> bool:
        self.row = None
        return True

    def version(self) -> int:
        return 1

    @contextmanager
    def read(self) -> Any:
        yield self

    write = read


def test_work_put_off_by_a_clock_that_was_ahead_is_done_when_it_is_set_right() -> None:
    began, ahead = time.time(), [AHEAD]
    vault = Vault(began + AHEAD + 10.0)
    done: list[float] = []
    step = SimpleNamespace(step=lambda subject: done.append(1.0))
    engine = Engine(vault, {("00000001", "sweep"): step}, lambda: time.time() + ahead[0])  # type: ignore[arg-type]  # as much of a vault as an engine needs
    engine._set_back(began + AHEAD)  # the look at the start is behind it
    engine._take()
    assert not done and vault.row is not None
    ahead[0] = 0.0
    engine._take()
    deadline = time.monotonic() + 5.0
    while vault.row is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert done and vault.row is None
