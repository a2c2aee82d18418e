"""Table of the pictures without a name that were handed out; migration 0027 builds exactly this.

A row stays as long as its exchange, which is on record for good. Which instance it is of is sealed.
"""

from __future__ import annotations

from sqlalchemy import Table

from beeldbrug.node.stores.schema.columns import METADATA, count, key, moment, octets, word

picture = Table(
    "picture",
    METADATA,
    key("organisation"),
    key("exchange"),
    word("account"),
    octets("instance"),
    count("frame"),
    octets("hash"),
    count("size"),
    word("media_type"),
    word("text"),
    count("spots"),
    count("covered"),
    moment("created"),
    sqlite_with_rowid=False,
)
