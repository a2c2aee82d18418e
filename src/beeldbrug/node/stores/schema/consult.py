"""Tables of answers, secrets of live channels and shared views; migration 0006 builds exactly these.

Who answered and what they wrote ("sealed") is encrypted under the vault's root key; ``live_key`` holds wrapped keys and
stays out of ordinary backups.
"""

from __future__ import annotations

from sqlalchemy import Index, Table

from beeldbrug.node.stores.schema.columns import (
    METADATA,
    key,
    maybe_count,
    maybe_moment,
    moment,
    number_key,
    octets,
    word,
)

answer = Table(
    "answer",
    METADATA,
    key("organisation"),
    key("exchange"),
    number_key("number"),
    word("answer"),
    word("outcome"),
    word("ground"),
    moment("at"),
    octets("told"),  # sealed: who, text, phone, login
    maybe_count("part"),
    maybe_moment("heard"),
    sqlite_with_rowid=False,
)

live_key = Table(
    "live_key",
    METADATA,
    key("organisation"),
    key("exchange"),
    octets("wrapped"),  # wrapped under the root key
    sqlite_with_rowid=False,
)

share = Table(
    "share",
    METADATA,
    key("organisation"),
    key("id"),
    word("kind"),
    word("subject"),
    word("host"),
    word("guest"),
    moment("created"),
    moment("expires"),
    maybe_moment("ended"),
    Index("share_of_host", "organisation", "host", "created"),
    Index("share_of_guest", "organisation", "guest", "created"),
    sqlite_with_rowid=False,
)
