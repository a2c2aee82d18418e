"""Tables of what the desk decided and undid, and of who is busy with what; migration 0019 builds exactly these.

A plan names series and an order, an undone import its number; these are sealed, the counts beside them are not.
"""

from __future__ import annotations

from sqlalchemy import Column, Double, Index, Table

from beeldbrug.node.stores.schema.columns import METADATA, count, key, maybe_moment, maybe_octets, moment, octets, word

import_plan = Table(
    "import_plan",
    METADATA,
    key("organisation"),
    key("exchange"),
    maybe_octets("plan"),  # sealed
    count("series"),
    count("left_series"),
    count("left_instances"),
    sqlite_with_rowid=False,
)

claim = Table(
    "claim",
    METADATA,
    key("organisation"),
    key("exchange"),
    word("account"),
    moment("since"),
    moment("expires"),
    Index("claim_of_account", "organisation", "account"),
    sqlite_with_rowid=False,
)

undone_import = Table(
    "undone_import",
    METADATA,
    key("organisation"),
    key("exchange"),
    Column("at", Double, primary_key=True),
    word("actor"),
    word("why"),
    octets("under"),  # sealed: number and order
    count("instances"),
    maybe_moment("removed"),
    word("removed_by"),
    sqlite_with_rowid=False,
)
