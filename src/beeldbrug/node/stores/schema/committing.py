"""Tables of what the PACS was asked to keep or to hide; migration 0024 builds exactly these. The datasets of notes are
identity, and sealed; the rest are ids and counts."""

from __future__ import annotations

from sqlalchemy import Index, Table

from beeldbrug.node.stores.schema.columns import (
    METADATA,
    count,
    flag,
    key,
    maybe_count,
    maybe_moment,
    maybe_octets,
    moment,
    word,
)

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

rejection = Table(
    "rejection",
    METADATA,
    key("organisation"),
    key("instance_uid"),
    word("exchange"),
    moment("made"),
    word("title"),
    count("instances"),
    maybe_octets("dataset"),  # sealed
    maybe_count("status"),
    maybe_moment("sent"),
    Index("rejection_of_exchange", "organisation", "exchange", "made"),
    sqlite_with_rowid=False,
)
