"""Tables of rosters, wakings, notices and contacts; migration 0008 builds exactly these.

None of it is about a patient: an exchange is named by its random id only. Addresses of people are sealed.
"""

from __future__ import annotations

from sqlalchemy import Double, Index, Table, text
from sqlalchemy.schema import Column

from beeldbrug.node.stores.schema.columns import (
    METADATA,
    count,
    flag,
    key,
    maybe_moment,
    moment,
    number_key,
    octets,
    small,
    word,
)

roster = Table(
    "roster",
    METADATA,
    key("id"),
    word("organisation"),
    word("department"),
    word("folded"),
    flag("first_image"),
    word("verified"),  # least urgency; empty for never
    flag("answer"),
    flag("parked"),
    Column("wait", Double, nullable=False),  # seconds
    count("revision"),
    moment("changed"),
    Index("roster_of_department", "organisation", "folded", unique=True),
    sqlite_with_rowid=False,
)

duty = Table(
    "duty",
    METADATA,
    key("roster"),
    number_key("number"),
    word("organisation"),
    small("level"),
    word("account"),
    small("weekday"),  # -1 for a substitution
    word("begins"),  # minutes since midnight, or a date and time of the wall clock
    word("ends"),
    sqlite_with_rowid=False,
)

waking = Table(
    "waking",
    METADATA,
    key("organisation"),
    key("exchange"),
    key("matter"),
    word("cause"),
    moment("begun"),
    count("round"),
    word("first"),
    moment("next"),
    maybe_moment("exhausted"),
    maybe_moment("acknowledged"),
    word("acknowledged_by"),
    maybe_moment("ended"),
    word("outcome"),
    Index("waking_ended", "organisation", "ended"),
    sqlite_with_rowid=False,
)

notice = Table(
    "notice",
    METADATA,
    key("id"),
    word("organisation"),
    word("exchange"),
    word("matter"),
    count("round"),
    count("turn"),
    word("account"),
    word("channel"),
    word("cause"),
    moment("created"),
    moment("updated"),
    word("state"),
    count("tries"),
    word("code"),
    maybe_moment("sent"),
    Index("notice_of_exchange", "organisation", "exchange", "created"),
    Index("notice_of_account", "organisation", "account", "created"),
    Index(
        "notice_shown",
        "organisation",
        "updated",
        sqlite_where=text("channel = 'browser'"),
        postgresql_where=text("channel = 'browser'"),
    ),
    sqlite_with_rowid=False,
)

contact = Table(
    "contact",
    METADATA,
    key("organisation"),
    key("account"),
    key("channel"),
    octets("address"),  # sealed
    maybe_moment("verified"),
    flag("enabled"),
    octets("pending"),  # sealed
    octets("code_hash"),
    moment("code_expires"),
    count("code_tries"),
    moment("asked"),
    sqlite_with_rowid=False,
)

notice_choice = Table(
    "notice_choice",
    METADATA,
    key("organisation"),
    key("account"),
    word("first"),
    flag("sound"),
    sqlite_with_rowid=False,
)
