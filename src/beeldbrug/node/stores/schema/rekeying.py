"""Table of the emergency numbers that imports were given; migration 0028 builds exactly this. Numbers are sealed, and
found by a keyed hash."""

from __future__ import annotations

from sqlalchemy import Index, Table

from beeldbrug.node.stores.schema.columns import METADATA, key, moment, octets, word

rekeying = Table(
    "rekeying",
    METADATA,
    key("organisation"),
    key("exchange"),
    octets("lookup"),  # keyed hash of the emergency number
    octets("numbers"),  # sealed: emergency number and own number
    word("state"),
    moment("changed"),
    moment("said"),
    moment("until"),
    word("actor"),
    Index("rekeying_by_number", "organisation", "lookup"),
    sqlite_with_rowid=False,
)
