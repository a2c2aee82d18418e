"""Has a study stopped coming in: no association feeds it, and it has been quiet since the last one."""

from __future__ import annotations

from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Transaction

SOON = 0.2
"""Seconds to the next look while a study is coming in; what does come in is a wish to look at once."""


def quiet_left(tx: Transaction, exchange: ExchangeRow, quiet: float, now: float) -> float | None:
    """Seconds until the next look, or None when it is complete. ``quiet``: seconds of silence that it takes."""
    if tx.exchanges.associations_open(exchange.id):
        return SOON
    quiet_since = max(exchange.last_instance, tx.exchanges.association_last_end(exchange.id) or 0.0)
    left = quiet_since + quiet - now
    # more than the whole of it means that the clock was set back; whatever comes yet is a supplement
    return max(left, SOON) if 0 < left <= quiet else None
