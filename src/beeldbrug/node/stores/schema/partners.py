"""Tables of partners that no hub knows, and of what they have taken; migration 0017 builds exactly these.

Partners are organisations, never patients; their key files are named by path.
"""

from __future__ import annotations

from sqlalchemy import Table

from beeldbrug.node.stores.schema.columns import METADATA, count, key, moment, number_key, octets, word

partner = Table(
    "partner",
    METADATA,
    key("organisation"),
    key("id"),
    word("name"),
    octets("content"),  # JSON
    moment("changed"),
    sqlite_with_rowid=False,
)

delivery = Table(
    "delivery",
    METADATA,
    key("exchange"),
    number_key("instance"),
    word("organisation"),
    count("status"),
    word("reason"),
    moment("at"),
    sqlite_with_rowid=False,
)
