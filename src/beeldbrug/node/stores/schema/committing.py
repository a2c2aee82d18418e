"""Table of what the PACS was asked to keep for good; migration 0024 builds exactly this. No identity: ids, counts."""

from __future__ import annotations

from sqlalchemy import Index, Table

from beeldbrug.node.stores.schema.columns import METADATA, count, flag, key, maybe_moment, moment, word

commitment = Table(
    "commitment",
    METADATA,
    key("organisation"),
    key("transaction_uid"),
    word("exchange"),
    moment("created"),
    word("state"),
    maybe_moment("asked"),
    flag("again"),
    count("instances"),
    count("failed"),
    Index("commitment_of_exchange", "organisation", "exchange", "created"),
    sqlite_with_rowid=False,
)
