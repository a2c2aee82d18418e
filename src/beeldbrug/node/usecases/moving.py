"""Whether the PACS is being waited for, to move an import from its emergency number to the own number."""

from __future__ import annotations

from beeldbrug.node.ports.rekeying import MOVING
from beeldbrug.node.ports.vault import Transaction


def is_moving(tx: Transaction, organisation: str, exchange_id: str) -> bool:
    """Nothing more of it goes into the PACS, and nothing is said of it under either number, while it is so."""
    row = tx.rekeyings.get(organisation, exchange_id)
    return row is not None and row.state in MOVING
