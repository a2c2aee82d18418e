"""Tables of the hub, and the allow-list of every column with the only form its values may have.

What the hub keeps is public (address book), random (parcel and pack ids, object keys), counted or sealed; nothing here
can hold identity by construction. ``COLUMNS`` states that as one regular expression per column: `prove leaks` reads the
hub's database and refuses any table, column or value that is not on the list. Migrations live in ``migrations/``; a
test demands that they build exactly these tables. DESIGN sections 2, 4 and guarantee 8.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, MetaData, SmallInteger, String, Table, Text

METADATA = MetaData()

URA_COLUMN = String(8)
ID_COLUMN = String(32)
HASH_COLUMN = String(64)
KEY_COLUMN = String(120)

organisations = Table(
    "organisations",
    METADATA,
    Column("ura", URA_COLUMN, primary_key=True),
    Column("name", Text, nullable=False),
    Column("chain", Text, nullable=False),
    Column("public_key", HASH_COLUMN, nullable=False),
    Column("not_before", Float(53), nullable=False),
    Column("enrolled", SmallInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("statement", Text, nullable=True),
    Column("statement_sequence", BigInteger, nullable=False),
    Column("directory", Text, nullable=True),
    Column("directory_sequence", BigInteger, nullable=False),
)

counters = Table(
    "counters",
    METADATA,
    Column("name", String(20), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

mailboxes = Table(
    "mailboxes",
    METADATA,
    Column("organisation", URA_COLUMN, primary_key=True),
    Column("last", BigInteger, nullable=False),
)

parcels = Table(
    "parcels",
    METADATA,
    Column("parcel", ID_COLUMN, primary_key=True),
    Column("sender", URA_COLUMN, nullable=False),
    Column("receiver", URA_COLUMN, nullable=False),
    Column("expires", Float(53), nullable=False),
    Column("withdrawn", SmallInteger, nullable=False),
    Index("parcels_expires", "expires"),
)

parts = Table(
    "parts",
    METADATA,
    Column("parcel", ID_COLUMN, primary_key=True),
    Column("sender", URA_COLUMN, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("receiver", URA_COLUMN, nullable=False),
    Column("cursor", BigInteger, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("urgency", SmallInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("state", String(12), nullable=False),
    Column("object", KEY_COLUMN, nullable=False),
    Column("envelope", Text, nullable=False),
    Column("expires", Float(53), nullable=False),
    Index("parts_mailbox", "receiver", "state", "cursor"),
    Index("parts_expires", "state", "expires"),
)

packs = Table(
    "packs",
    METADATA,
    Column("pack", ID_COLUMN, primary_key=True),
    Column("owner", URA_COLUMN, nullable=False),
)

grants = Table(
    "grants",
    METADATA,
    Column("pack", ID_COLUMN, primary_key=True),
    Column("receiver", URA_COLUMN, primary_key=True),
    Column("parcel", ID_COLUMN, primary_key=True),
    Column("expires", Float(53), nullable=False),
    Index("grants_parcel", "parcel"),
    Index("grants_expires", "expires"),
)

segments = Table(
    "segments",
    METADATA,
    Column("pack", ID_COLUMN, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("length", BigInteger, nullable=False),
    Column("hash", HASH_COLUMN, nullable=False),
    Column("object", KEY_COLUMN, nullable=False),
)

uploads = Table(
    "uploads",
    METADATA,
    Column("pack", ID_COLUMN, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("owner", URA_COLUMN, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("hash", HASH_COLUMN, nullable=False),
    Column("object", KEY_COLUMN, nullable=False),
    Column("started", Float(53), nullable=False),
    Index("uploads_started", "started"),
)

usage = Table(
    "usage",
    METADATA,
    Column("organisation", URA_COLUMN, primary_key=True),
    Column("segment_bytes", BigInteger, nullable=False),
    Column("part_bytes", BigInteger, nullable=False),
    Column("upload_bytes", BigInteger, nullable=False),
)

heads = Table(
    "heads",
    METADATA,
    Column("organisation", URA_COLUMN, primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("head", Text, nullable=False),
    Column("received", Float(53), nullable=False),
)

discards = Table(
    "discards",
    METADATA,
    Column("object", KEY_COLUMN, primary_key=True),
    Column("store", String(8), primary_key=True),
)

leases = Table(
    "leases",
    METADATA,
    Column("name", String(20), primary_key=True),
    Column("holder", ID_COLUMN, nullable=False),
    Column("until", Float(53), nullable=False),
)

URA = r"[0-9]{8}"
HEX32 = r"[0-9a-f]{32}"
HEX64 = r"[0-9a-f]{64}"
NUMBER = r"-?[0-9]+"
TIME = r"[0-9]+(\.[0-9]+)?(e\+[0-9]+)?"
JWS = r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"
PEM = r"(-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=]+\n)+-----END CERTIFICATE-----\n)+"
PART_KEY = r"[0-9a-f]{2}/[0-9a-f]{32}"
SEGMENT_KEY = r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{32}/[0-9]+\.[0-9a-f]{16}"
NAME = r"[^\x00-\x1f]{1,200}"
"""Name of an organisation, from its certificate: an address-book name, which `prove leaks` counts apart."""

COLUMNS: dict[str, dict[str, str]] = {
    "organisations": {
        "ura": URA,
        "name": NAME,
        "chain": PEM,
        "public_key": HEX64,
        "not_before": TIME,
        "enrolled": r"[01]",
        "changed": NUMBER,
        "statement": JWS,
        "statement_sequence": NUMBER,
        "directory": JWS,
        "directory_sequence": NUMBER,
    },
    "counters": {"name": r"address-book", "value": NUMBER},
    "mailboxes": {"organisation": URA, "last": NUMBER},
    "parcels": {"parcel": HEX32, "sender": URA, "receiver": URA, "expires": TIME, "withdrawn": r"[01]"},
    "parts": {
        "parcel": HEX32,
        "sender": URA,
        "number": NUMBER,
        "receiver": URA,
        "cursor": NUMBER,
        "kind": r"[a-z][a-z-]{0,31}",
        "urgency": r"[0-3]",
        "size": NUMBER,
        "state": r"here|acknowledged|withdrawn|expired",
        "object": rf"({PART_KEY})?",
        "envelope": JWS,
        "expires": TIME,
    },
    "packs": {"pack": HEX32, "owner": URA},
    "grants": {"pack": HEX32, "receiver": URA, "parcel": HEX32, "expires": TIME},
    "segments": {"pack": HEX32, "number": NUMBER, "length": NUMBER, "hash": HEX64, "object": SEGMENT_KEY},
    "uploads": {
        "pack": HEX32,
        "number": NUMBER,
        "owner": URA,
        "length": NUMBER,
        "hash": HEX64,
        "object": SEGMENT_KEY,
        "started": TIME,
    },
    "usage": {"organisation": URA, "segment_bytes": NUMBER, "part_bytes": NUMBER, "upload_bytes": NUMBER},
    "heads": {"organisation": URA, "sequence": NUMBER, "head": JWS, "received": TIME},
    "discards": {"object": rf"({PART_KEY}|{SEGMENT_KEY})", "store": r"part|segment|partial"},
    "leases": {"name": r"sweep", "holder": HEX32, "until": TIME},
    "alembic_version": {"version_num": r"[0-9a-z_]{1,32}"},
}
"""Every table and column of the hub's database; NULL is permitted everywhere, any other value must match in full."""
