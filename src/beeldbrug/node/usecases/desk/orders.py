"""Orders of the worklist that an arrival may be imported for, for a human who chooses one."""

from __future__ import annotations

from collections.abc import Sequence

from beeldbrug.model.errors import Conflict
from beeldbrug.model.identity import PatientNumber
from beeldbrug.model.importing import Order
from beeldbrug.node.policy.orders import fitting
from beeldbrug.node.policy.rules import ImportRule
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.usecases.known import Known


def orders_for(known: Known, rule: ImportRule, exchange: ExchangeRow, number: PatientNumber) -> list[Order]:
    """Those that fit, the nearest day first. Raises Unavailable."""
    if not rule.orders.wanted:
        return []
    return fitting(known.orders(number), exchange.modalities, exchange.created, rule.orders)


def order_named(orders: Sequence[Order], accession_number: str) -> Order:
    """The one with this accession number. Raises Conflict ``order-gone``."""
    for order in orders:
        if order.accession_number == accession_number:
            return order
    raise Conflict(
        "order-gone", "The worklist does not have this order any more.", "Look the orders up again and choose."
    )
