"""The arrived exchange that somebody decides about: there, of this organisation, and not taken back."""

from __future__ import annotations

from beeldbrug.model.errors import Conflict, NotFound
from beeldbrug.model.exchange import Direction
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Transaction


def arrival(tx: Transaction, organisation: str, exchange_id: str) -> ExchangeRow:
    """The arrived exchange. Raises NotFound ``exchange-unknown``, Conflict ``withdrawn``."""
    exchange = tx.exchanges.get(organisation, exchange_id)
    if exchange is None or exchange.direction is not Direction.IN:
        raise NotFound("exchange-unknown", "There is no arrival with this id.", "See `beeldbrug desk list`.")
    if exchange.withdrawn is not None:
        raise Conflict("withdrawn", "The sender has withdrawn it.")
    return exchange
