"""The name of an organisation with which there were exchanges."""

from __future__ import annotations

from beeldbrug.model.exchange import Direction
from beeldbrug.node.ports.vault import Transaction


def peer_name(tx: Transaction, organisation: str, peer: str) -> str:
    """As it stands in the newest exchange with it; empty where there is none any more."""
    newest = tx.figures.newest_of_peer(organisation, peer)
    exchange = tx.exchanges.get(organisation, newest) if newest else None
    if exchange is None:
        return ""
    ends = exchange.terms
    return ends.sender.name if exchange.direction is Direction.IN else ends.receiver.name
