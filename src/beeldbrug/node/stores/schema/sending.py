"""Tables of sending from the portal: gatherings, reports that wait, address entries, recipients; migration 0007 builds
exactly these. Reports are sealed under the vault's root key; addresses are of partners, never of patients.
"""

from __future__ import annotations

from sqlalchemy import Index, Table, text

from beeldbrug.node.stores.schema.columns import METADATA, count, flag, key, maybe_octets, moment, octets, word

gathering = Table(
    "gathering",
    METADATA,
    key("exchange"),
    word("organisation"),
    word("bundle"),
    word("actor"),
    word("study_uid"),
    word("source"),
    word("origin"),
    octets("series"),  # msgpack
    octets("without"),  # msgpack
    word("enclosure"),
    word("state"),
    count("expected"),
    count("gathered"),
    count("failed"),
    count("tries"),
    word("code"),
    moment("created"),
    moment("updated"),
    maybe_octets("later"),  # msgpack
    Index("gathering_of_bundle", "organisation", "bundle"),
    Index(
        "gathering_fetching",
        "organisation",
        "study_uid",
        unique=True,
        sqlite_where=text("state = 'fetching'"),
        postgresql_where=text("state = 'fetching'"),
    ),
    sqlite_with_rowid=False,
)

enclosure = Table(
    "enclosure",
    METADATA,
    key("id"),
    word("organisation"),
    word("account"),
    octets("title"),  # sealed
    octets("content"),  # sealed
    moment("created"),
    Index("enclosure_by_age", "organisation", "created"),
)

address = Table(
    "address",
    METADATA,
    key("id"),
    word("organisation"),
    word("peer"),
    word("name"),
    word("location"),
    word("department"),
    word("person"),
    word("phone"),
    moment("changed"),
    Index("address_of_organisation", "organisation", "name", "department", "person"),
    sqlite_with_rowid=False,
)

recipient = Table(
    "recipient",
    METADATA,
    key("organisation"),
    key("account"),
    key("peer"),
    key("location"),
    key("department"),
    key("person"),
    word("name"),
    word("phone"),
    flag("favourite"),
    moment("used"),
    count("uses"),
    sqlite_with_rowid=False,
)
