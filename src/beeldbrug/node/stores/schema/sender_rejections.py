"""Table of the instances that their senders take back; migration 0029 builds exactly this."""

from __future__ import annotations

from sqlalchemy import Table

from beeldbrug.node.stores.schema.columns import METADATA, key, moment, word

sender_rejection = Table(
    "sender_rejection",
    METADATA,
    key("organisation"),
    key("exchange"),
    key("note"),
    key("instance_uid"),
    word("series_uid"),
    word("title"),
    moment("at"),
    sqlite_with_rowid=False,
)
