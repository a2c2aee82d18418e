"""The table of requests for missing images; migration 0025 builds exactly this.

Who asked or replied, what they wrote and which series are meant ("sealed") is encrypted under the vault's root key.
"""

from __future__ import annotations

from sqlalchemy import Index, Table

from beeldbrug.node.stores.schema.columns import (
    METADATA,
    count,
    key,
    maybe_count,
    maybe_moment,
    maybe_octets,
    moment,
    number_key,
    octets,
    word,
)

image_request = Table(
    "image_request",
    METADATA,
    key("organisation"),
    key("exchange"),
    number_key("number"),
    word("state"),
    word("urgency"),
    moment("at"),
    octets("told"),  # sealed: want, who, phone, login
    count("had"),
    maybe_count("part"),
    maybe_octets("reply"),  # sealed
    maybe_count("reply_part"),
    maybe_moment("ended"),
    maybe_moment("heard"),
    Index("image_request_by_state", "organisation", "state", "at"),
    sqlite_with_rowid=False,
)
