"""Table of the ways that parcels went; migration 0020 builds exactly this. No identity: ids, and names of ways."""

from __future__ import annotations

from sqlalchemy import Index, Table

from beeldbrug.node.stores.schema.columns import METADATA, key, moment

parcel_way = Table(
    "parcel_way",
    METADATA,
    key("organisation"),
    key("parcel"),
    key("way"),
    moment("at"),
    Index("parcel_way_by_time", "organisation", "at"),
    sqlite_with_rowid=False,
)
