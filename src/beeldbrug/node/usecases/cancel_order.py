"""Cancel the order that was made for an import which does not come about, or was undone; ask for a refused one again.

An order that was refused is nowhere; of one that was asked for it is not known, so it is cancelled like one that
stands.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.policy.ordering import NOT_CANCELLED
from beeldbrug.node.ports.messages import Outgoing, Peer
from beeldbrug.node.ports.ordering import MadeOrder, OrderMessages, OrderState
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.alert import alert_of
from beeldbrug.node.usecases.audit_event import of_exchange


def cancel_order(tx: Transaction, exchange: ExchangeRow, actor: str, now: float) -> None:
    """Whatever order stands or was asked for: it is cancelled from here on, and the other system is told."""
    made = tx.made_orders.current(exchange.organisation, exchange.id)
    if made is None:
        return
    nowhere = made.state is OrderState.REFUSED
    state = OrderState.CANCELLED if nowhere else OrderState.CANCELLING
    tx.made_orders.put(exchange.organisation, replace(made, state=state, changed=now))
    tx.audit.append(
        of_exchange(exchange, "order-cancel", "D", state.value, now, actor=actor, patient=made.number.value)
    )
    if not nowhere:
        tx.work.add(exchange.organisation, WorkKind.ORDER, exchange.id, exchange.urgency, now)


def ask_again(tx: Transaction, exchange: ExchangeRow, now: float) -> MadeOrder | None:
    """The order that the import waits for; one that was refused is asked for again, by the same message."""
    made = tx.made_orders.current(exchange.organisation, exchange.id)
    if made is not None and made.state is OrderState.REFUSED:
        state = OrderState.ASKED if made.content else OrderState.CANCELLED  # what could not be written is made anew
        tx.made_orders.put(exchange.organisation, replace(made, state=state, reason="", changed=now))
    return made


def control_id() -> str:
    """MSH-10: at most 20 characters, no two alike."""
    return "B" + secrets.token_hex(9)


@dataclass(frozen=True)
class OrderStep:
    """The work ``order`` of one organisation: tell the other system of orders that are cancelled."""

    organisation: str
    database: Database
    messages: OrderMessages
    outgoing: Outgoing
    peers: Callable[[str], Peer]
    clock: Callable[[], float]

    def step(self, subject: str) -> float | None:
        """Cancel what is to be cancelled; each by the same message however often it is sent."""
        with self.database.read() as tx:
            waiting = tx.made_orders.cancelling(self.organisation, subject)
        for made in waiting:
            fixed = self._fixed(made)
            answered = self.outgoing.send(self.peers(fixed.peer), fixed.cancel)
            self._ended(fixed, answered.accepted, answered.reason)
        return None

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """It cannot be told: a human is."""
        with self.database.read() as tx:
            waiting = tx.made_orders.cancelling(self.organisation, subject)
        for made in waiting:
            self._ended(made, False, error.code)
        return None

    def _fixed(self, made: MadeOrder) -> MadeOrder:
        """With the message that cancels it, durable before it is sent."""
        if made.cancel:
            return made
        now = self.clock()
        content = self.messages.cancel(self.peers(made.peer), made.asked, control_id(), now)
        fixed = replace(made, cancel=content, changed=now)
        with self.database.write() as tx:
            tx.made_orders.put(self.organisation, fixed)
        return fixed

    def _ended(self, made: MadeOrder, accepted: bool, reason: str) -> None:
        now = self.clock()
        state = OrderState.CANCELLED if accepted else OrderState.KEPT
        with self.database.write() as tx:
            tx.made_orders.put(self.organisation, replace(made, state=state, reason=reason, changed=now))
            exchange = tx.exchanges.get(self.organisation, made.exchange)
            if exchange is None:
                return
            outcome = reason or "success"
            tx.audit.append(of_exchange(exchange, "order-cancelled", "D", outcome, now, patient=made.number.value))
            if not accepted:
                tx.alerts.raise_(alert_of(exchange, NOT_CANCELLED, now))
