"""Deliver one exchange to a partner that no hub knows, by SFTP or by C-STORE; repeatable at any point (guarantee 1).

What was taken is kept by instance, so that a repeat delivers only the rest. The partner sends no receipt: the state is
*delivered*, never *verified*, and what was delivered cannot be taken back; so nothing leaves before the time to undo is
over, unless it is stat. FIELD 5.7; DESIGN section 3.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from beeldbrug.model.errors import BeeldbrugError, Unavailable
from beeldbrug.model.exchange import Direction, Route, State, Urgency, is_partner
from beeldbrug.node.policy.delivering import REFUSED, trouble
from beeldbrug.node.ports.partners import Delivery, Form, Outlets, Way
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.alert import alert_of
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.carry.contents import Contents, contents_of, numbers
from beeldbrug.node.usecases.deliver.laying import Laying
from beeldbrug.node.usecases.deliver.storing import Storing
from beeldbrug.node.usecases.imports.turned_away import TurnedAway
from beeldbrug.node.usecases.partners.route import way_to
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.send.quiet import quiet_left

ROUND_SECONDS: Final = 60.0
"""After so long others get their turn; then it goes on."""

LANGUAGE: Final = "nl"
"""Of the readme that goes along."""


class TakenBack(Exception):
    """The exchange was taken back or has ended while it was being delivered; holds no text."""


@dataclass(frozen=True)
class DeliverStep:
    """The work ``deliver`` of one organisation; its subject is an exchange. ``quiet_seconds`` by rule name."""

    organisation: str
    database: Database
    sources: Sources
    outlets: Outlets
    clock: Callable[[], float]
    quiet_seconds: Callable[[str], float]
    made_by: str = "Beeldbrug"
    turned_away: TurnedAway = field(default_factory=TurnedAway)

    def step(self, subject: str) -> float | None:
        """Deliver what is here, as far as a round goes. Raises Unavailable."""
        exchange = self._exchange(subject)
        if exchange is None or not _goes_on(exchange):
            self.turned_away.forget(subject)
            return None
        now = self.clock()
        leaves = exchange.route is not Route.DISC  # a disc leaves when somebody takes it
        if leaves and exchange.urgency is not Urgency.STAT and exchange.undo_until > now:
            return exchange.undo_until - now
        with self.database.read() as tx:
            coming = quiet_left(tx, exchange, self.quiet_seconds(exchange.rule), now)
            found = numbers(tx, exchange)
        if exchange.route is Route.DISC:
            if coming is None:
                self._ready(exchange)
            return coming
        try:
            return self._round(exchange, found, coming)
        except TakenBack:
            return None
        except Unavailable as error:
            self._tell(exchange, error)
            raise

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """Note it where a human sees it."""
        now = self.clock()
        with self.database.write() as tx:
            exchange = tx.exchanges.get(self.organisation, subject)
            if exchange is None or not _goes_on(exchange):
                return None
            tx.exchanges.update(subject, now, state=State.FAILED, reason_code=error.code)
            tx.alerts.raise_(alert_of(exchange, trouble(error.code, error.text, error.remedy), now))
            tx.audit.append(of_exchange(exchange, "deliver", "R", error.code, now))
        return None

    def _exchange(self, subject: str) -> ExchangeRow | None:
        with self.database.read() as tx:
            return tx.exchanges.get(self.organisation, subject)

    def _round(self, exchange: ExchangeRow, found: Sequence[tuple[int, int]], coming: float | None) -> float | None:
        with self.database.read() as tx:
            _, way = way_to(tx, self.organisation, exchange.terms.receiver, exchange.route)
            answered = tx.deliveries.of(self.organisation, exchange.id)
        left = [(ordinal, id) for ordinal, id in found if id not in answered]
        whole = way.kind is Route.SFTP and way.form is Form.ZIP
        if whole and coming is not None:
            return coming
        if left:
            self._begin(exchange)
            self._deliver(exchange, way, found if whole else left, whole)
            self._over(exchange)
            return 0.0 if coming is None else coming
        return coming if coming is not None else self._conclude(exchange, way, found)

    def _deliver(self, exchange: ExchangeRow, way: Way, left: Sequence[tuple[int, int]], whole: bool) -> None:
        until = time.monotonic() + ROUND_SECONDS

        def goes_on() -> bool:
            """Raises TakenBack; False when the round is over."""
            current = self._exchange(exchange.id)
            if current is None or not _goes_on(current):
                raise TakenBack
            return time.monotonic() < until

        if way.kind is Route.DICOM:
            storing = Storing(self.outlets, self.sources, self.turned_away, self._note)
            storing.store(exchange, way, left, goes_on)
            return
        laying = Laying(self.outlets, self.sources, self._note)
        if whole:
            laying.lay_zip(exchange, way, self._contents(exchange), goes_on)
            self._note(exchange, [Delivery(id, 0, "", self.clock()) for _, id in left])
        else:
            laying.lay_files(exchange, way, left, goes_on)

    def _contents(self, exchange: ExchangeRow) -> Contents:
        return contents_of(self.sources, exchange, LANGUAGE, self.made_by)

    def _begin(self, exchange: ExchangeRow) -> None:
        """Before the first byte leaves: from here on it cannot be undone, and the trail says so."""
        if exchange.first_part is not None:
            return
        now = self.clock()
        with self.database.write() as tx:
            current = tx.exchanges.get(self.organisation, exchange.id)
            if current is None or not _goes_on(current):
                raise TakenBack
            tx.exchanges.update(exchange.id, now, first_part=now)
            tx.audit.append(of_exchange(exchange, "disclose", "R", "success", now, route=exchange.route))

    def _note(self, exchange: ExchangeRow, deliveries: Sequence[Delivery]) -> None:
        """Keep what the partner has answered; trouble that was told is over."""

        def deed(tx: Transaction) -> None:
            for one in deliveries:
                tx.deliveries.note(self.organisation, exchange.id, one)
            tx.exchanges.bump(exchange.id, self.clock(), done=sum(one.accepted for one in deliveries))

        self.database.submit(deed).result(60)

    def _tell(self, exchange: ExchangeRow, error: Unavailable) -> None:
        """It waits, and a human hears at once of what only a human can mend."""
        now = self.clock()
        with self.database.write() as tx:
            tx.alerts.raise_(alert_of(exchange, trouble(error.code, error.text, error.remedy), now))
            if exchange.reason_code != error.code:
                tx.exchanges.update(exchange.id, now, reason_code=error.code)
                tx.audit.append(of_exchange(exchange, "hold", "R", error.code, now))

    def _over(self, exchange: ExchangeRow) -> None:
        """Trouble that was told is over."""
        with self.database.read() as tx:
            current = tx.exchanges.get(self.organisation, exchange.id)
        if current is None or not current.reason_code:
            return
        now = self.clock()
        with self.database.write() as tx:
            tx.exchanges.update(exchange.id, now, reason_code="")
            tx.alerts.clear(self.organisation, exchange.id, current.reason_code, now)

    def _ready(self, exchange: ExchangeRow) -> None:
        """A disc is made when somebody asks for it; everything for it is here."""
        if exchange.closed:
            return
        now = self.clock()
        with self.database.write() as tx:
            current = tx.exchanges.get(self.organisation, exchange.id)
            if current is not None and _goes_on(current) and current.total:
                tx.exchanges.update(exchange.id, now, closed=True)

    def _conclude(self, exchange: ExchangeRow, way: Way, found: Sequence[tuple[int, int]]) -> float | None:
        if not found:
            return None  # whoever gathers it tells that there is nothing
        if way.kind is Route.SFTP and way.form is Form.FILES:
            Laying(self.outlets, self.sources, self._note).lay_list(exchange, way, self._contents(exchange))
        now = self.clock()
        with self.database.write() as tx:
            current = tx.exchanges.get(self.organisation, exchange.id)
            if current is None or not _goes_on(current):
                return None
            answered = tx.deliveries.of(self.organisation, exchange.id)
            if any(id not in answered for _, id in numbers(tx, current)):
                return 0.0  # one more came in meanwhile
            tx.alerts.clear(self.organisation, exchange.id, None, now)
            _end(tx, current, [one for one in answered.values() if not one.accepted], len(answered), now)
        return None


def _end(tx: Transaction, exchange: ExchangeRow, refused: Sequence[Delivery], count: int, now: float) -> None:
    """Delivered, or failed for what the partner has refused; the rest is there all the same."""
    state, code = (State.FAILED, REFUSED.code) if refused else (State.DELIVERED, "")
    tx.exchanges.update(exchange.id, now, state=state, reason_code=code, closed=True, missing=len(refused))
    if refused:
        tx.alerts.raise_(alert_of(exchange, REFUSED, now))
    outcome, taken, route = code or "success", count - len(refused), exchange.route.value
    event = of_exchange(exchange, "delivered", "R", outcome, now, instances=taken, refused=len(refused), route=route)
    tx.audit.append(event)


def _goes_on(exchange: ExchangeRow) -> bool:
    out = exchange.direction is Direction.OUT and is_partner(exchange.peer)
    return out and exchange.withdrawn is None and exchange.state is State.SENDING
