"""Deliver once more what a partner has not taken: the same exchange goes on; what was taken is not sent again."""

from __future__ import annotations

from beeldbrug.model.errors import Conflict
from beeldbrug.model.exchange import State
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.partners.route import may_go_on


def deliver_again(tx: Transaction, exchange: ExchangeRow, actor: str, now: float) -> None:
    """Go on. Raises Conflict ``not-failed``."""
    current = tx.exchanges.get(exchange.organisation, exchange.id)
    if current is None or not may_go_on(current) or current.expires <= now:
        raise Conflict("not-failed", "This sending has not failed.", "See its state in the list.")
    refused = tx.deliveries.forget_refused(exchange.organisation, exchange.id)
    tx.alerts.clear(exchange.organisation, exchange.id, None, now)
    tx.exchanges.update(exchange.id, now, state=State.SENDING, reason_code="", closed=False, missing=0)
    tx.audit.append(of_exchange(current, "deliver-again", "E", "success", now, actor=actor, instances=refused))
    tx.work.add(exchange.organisation, WorkKind.DELIVER, exchange.id, exchange.urgency, now)
