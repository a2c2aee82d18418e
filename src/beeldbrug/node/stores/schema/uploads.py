"""Tables of what people bring by browser, and of what outsiders are asked for; migration 0018 builds exactly these.

Chunks are sealed before they come; their contents (ids, numbers, lengths) name nobody. ``choice`` and ``words`` are
sealed under the root key. ``upload_key`` holds the wrapped private half of an upload and is one of KEY_TABLES.
"""

from __future__ import annotations

from sqlalchemy import Index, Table

from beeldbrug.node.stores.schema.columns import (
    METADATA,
    count,
    key,
    maybe_moment,
    moment,
    octets,
    octets_key,
    row_id,
    small,
    word,
)

upload = Table(
    "upload",
    METADATA,
    key("organisation"),
    key("id"),
    word("account"),
    word("request"),
    octets("mark"),
    word("recipient"),
    word("state"),
    moment("created"),
    moment("touched"),
    moment("expires"),
    octets("choice"),
    word("outcome"),
    Index("upload_mark", "organisation", "account", "mark"),
    Index("upload_request_of", "organisation", "request"),
    Index("upload_expires", "organisation", "expires"),
    sqlite_with_rowid=False,
)

upload_key = Table(
    "upload_key",
    METADATA,
    key("organisation"),
    key("upload"),
    octets("wrapped"),
    sqlite_with_rowid=False,
)

upload_writer = Table(
    "upload_writer",
    METADATA,
    key("organisation"),
    key("upload"),
    key("writer"),
    octets("sealed"),
    sqlite_with_rowid=False,
)

upload_chunk = Table(
    "upload_chunk",
    METADATA,
    row_id(),
    word("organisation"),
    word("upload"),
    word("writer"),
    word("line"),
    count("number"),
    count("size"),
    octets("contents"),
    moment("at"),
    Index("upload_chunk_name", "organisation", "upload", "writer", "line", "number", unique=True),
    sqlite_autoincrement=True,
)

upload_request = Table(
    "upload_request",
    METADATA,
    key("organisation"),
    key("id"),
    octets("token"),
    word("account"),
    octets("code"),
    octets("words"),
    moment("created"),
    moment("expires"),
    maybe_moment("closed"),
    maybe_moment("opened"),
    small("most"),
    small("tries"),
    moment("locked"),
    Index("upload_request_token", "token", unique=True),
    Index("upload_request_expires", "organisation", "expires"),
    sqlite_with_rowid=False,
)

upload_pass = Table(
    "upload_pass",
    METADATA,
    octets_key("token"),
    word("organisation"),
    word("request"),
    moment("expires"),
    Index("upload_pass_request", "organisation", "request"),
    sqlite_with_rowid=False,
)
