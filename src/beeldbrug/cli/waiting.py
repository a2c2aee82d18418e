"""Waits until exchanges have come to a state, with moving counts; used by ``--wait``. Bounded by a time-out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Annotated

import typer

from beeldbrug.cli.exchanges import SHORT
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import STATES, named
from beeldbrug.model.errors import Unavailable
from beeldbrug.model.exchange import ENDED, State
from beeldbrug.node.app.base import Base
from beeldbrug.node.ports.records import ExchangeRow

LOOK_SECONDS = 0.2


class Goal(StrEnum):
    """What can be waited for."""

    DELIVERED = "delivered"
    VERIFIED = "verified"
    IMPORTED = "imported"


REACHED = {
    Goal.DELIVERED: frozenset({State.DELIVERED}),
    Goal.VERIFIED: frozenset({State.VERIFIED, State.SEEN, State.IMPORTED}),
    Goal.IMPORTED: frozenset({State.IMPORTED}),
}
STOPPED = (ENDED - {State.IMPORTED}) | {State.PARKED}

Timeout = Annotated[float, typer.Option("--timeout", min=0.0, help="Longest wait in seconds.")]


def wait_for(base: Base, exchanges: Sequence[str], goal: Goal, timeout: float, output: Output) -> bool:
    """Whether all came to the goal; False when one stopped before it. Raises Unavailable ``wait-timeout``."""
    rows = wait_until(base, exchanges, lambda row: row.state in REACHED[goal] | STOPPED, timeout, output)
    return all(row.state in REACHED[goal] for row in rows)


def wait_until(
    base: Base, exchanges: Sequence[str], over: Callable[[ExchangeRow], bool], timeout: float, output: Output
) -> list[ExchangeRow]:
    """The rows, when it is over for all. Raises Unavailable ``wait-timeout``."""
    until = time.monotonic() + timeout
    with output.progress() as progress:
        tasks = {exchange: progress.add_task(exchange[:SHORT], total=None) for exchange in exchanges}
        while True:
            rows = _rows(base, exchanges)
            for row in rows:
                text = f"{row.id[:SHORT]}  {named(STATES[row.state], output.language)}"
                progress.update(tasks[row.id], description=text, total=row.total or None, completed=row.done)
            if all(over(row) for row in rows):
                return rows
            if time.monotonic() > until:
                raise Unavailable(
                    "wait-timeout", "It did not come so far in time; it goes on.", "Look with `beeldbrug status`."
                )
            time.sleep(LOOK_SECONDS)


def _rows(base: Base, exchanges: Sequence[str]) -> list[ExchangeRow]:
    with base.database.read() as tx:
        rows = [tx.exchanges.get(base.own.ura, exchange) for exchange in exchanges]
    return [row for row in rows if row is not None]
