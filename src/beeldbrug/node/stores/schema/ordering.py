"""Tables of the orders that the node makes for its imports; migration 0023 builds exactly these.

What an order says, and its messages, are sealed.
"""

from __future__ import annotations

from sqlalchemy import Index, Table

from beeldbrug.node.stores.schema.columns import METADATA, count, key, moment, octets, word

made_order = Table(
    "made_order",
    METADATA,
    key("organisation"),
    key("control_id"),
    word("exchange"),
    word("peer"),
    word("state"),
    word("reason"),
    moment("at"),
    moment("changed"),
    octets("said"),  # sealed
    Index("made_order_of_exchange", "organisation", "exchange"),
    sqlite_with_rowid=False,
)

order_number = Table(
    "order_number",
    METADATA,
    key("organisation"),
    count("last"),
    sqlite_with_rowid=False,
)
