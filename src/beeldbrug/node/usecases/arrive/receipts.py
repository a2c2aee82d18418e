"""Signed receipts to the sender: what has arrived, what it came to (DESIGN section 3, FIELD 5.7).

A receipt says the exchange's present state; sending it again does no harm. Progress receipts are at most one a second
per exchange; states that matter go through the work ``receipt`` and are delivered for certain.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from beeldbrug.kit.log import get
from beeldbrug.model.capsule import Receipt
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import Direction, Route, State
from beeldbrug.node.ports.records import EMPTIED, AlertRow, ExchangeRow
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.post import Post
from beeldbrug.node.usecases.wake import NOT_ACKNOWLEDGED, unanswered

PROGRESS_SECONDS = 1.0

NOT_TOLD = "sender-not-told"
NOT_TOLD_NL = "De afzender kon niet worden verteld wat er met zijn zending is gebeurd."

log = get("receipts")


@dataclass(frozen=True)
class Receipts:
    """The work ``receipt`` of one organisation."""

    database: Database
    post: Post
    clock: Callable[[], float]
    _last: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def step(self, subject: str) -> float | None:
        """Deliver a receipt of the present state of exchange ``subject``. Raises Unavailable."""
        with self._lock:
            exchange = self._exchange(subject)
            if exchange is not None:
                self.post.deliver(exchange)  # while the hub is away, they must not pile up
                receipt = receipt_of(exchange, self.clock(), self._unanswered(exchange))
                self.post.publish(exchange, "receipt", [receipt])
        return None

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """The sender can no longer be told (gone from the address book): a human must. The exchange is not touched."""
        log.error("receipt not delivered", code=error.code, exchange=subject)
        exchange = self._exchange(subject)
        if exchange is None or exchange.state is State.EXPIRED:
            return None  # it has expired at the hub and at its sender as well
        texts = (NOT_TOLD_NL, error.text, "Bel de afzender en zeg hoe het met de zending staat.")
        with self.database.write() as tx:
            row = AlertRow(0, exchange.organisation, subject, NOT_TOLD, *texts, error.remedy, raised=self.clock())
            tx.alerts.raise_(row)
        return None

    def progress(self, subject: str) -> None:
        """A progress receipt, if the last one is a second old. Failing to send it is of no consequence."""
        now = self.clock()
        if now - self._last.get(subject, 0.0) < PROGRESS_SECONDS:
            return
        self._last[subject] = now
        try:
            self.step(subject)
        except BeeldbrugError as error:
            log.info("progress not told", code=error.code, exchange=subject)

    def _unanswered(self, exchange: ExchangeRow) -> bool:
        with self.database.read() as tx:
            return unanswered(tx, exchange)

    def _exchange(self, subject: str) -> ExchangeRow | None:
        with self.database.read() as tx:
            exchange = tx.exchanges.get(self.post.own.ura, subject)
        if exchange is None or exchange.direction is not Direction.IN or exchange.route is not Route.HUB:
            return None  # sent from here, or brought by somebody who waits for no receipt
        return exchange


def receipt_of(exchange: ExchangeRow, now: float, unanswered: bool = False) -> Receipt:
    """What a receipt of this exchange says; ``unanswered``: whoever is on duty was called for it in vain."""
    received = exchange.imported if exchange.state is State.IMPORTED else exchange.done
    emptied = exchange.emptied is not None and exchange.state is State.IMPORTED
    return Receipt(
        state=exchange.state,
        received=received,
        total=exchange.total,
        hash=exchange.closed_hash if exchange.closed else b"",
        reason=EMPTIED if emptied else exchange.reason_code or (NOT_ACKNOWLEDGED if unanswered else ""),
        opened=exchange.seen is not None,
        at=now,
    )
