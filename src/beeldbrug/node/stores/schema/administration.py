"""Tables of administration and of figures without identity; migrations 0009 and 0015 build exactly these.

Nothing of a patient stands here: ``dose_total`` holds sums per month and modality, ``dose_counted`` only that an
exchange is in them; ``bsn_found`` says in which attribute the BSN stood, and never the BSN.
"""

from __future__ import annotations

from sqlalchemy import Column, Double, Index, Table

from beeldbrug.node.stores.schema.columns import METADATA, count, flag, key, moment, number_key, word

setting = Table(
    "setting",
    METADATA,
    key("organisation"),
    number_key("revision"),
    word("kind"),
    word("name"),
    word("value"),  # JSON, as the settings' models have it; empty: removed
    word("actor"),
    moment("at"),
    Index("setting_by_name", "organisation", "kind", "name", "revision"),
)

department = Table(
    "department",
    METADATA,
    key("id"),
    word("organisation"),
    word("name"),
    word("location"),
    word("phone"),
    flag("closed"),
    Index("department_name", "organisation", "name", unique=True),
    sqlite_with_rowid=False,
)

repeat_avoided = Table(
    "repeat_avoided",
    METADATA,
    key("organisation"),
    key("exchange"),
    flag("avoided"),
    word("actor"),
    moment("at"),
    sqlite_with_rowid=False,
)

dose_counted = Table("dose_counted", METADATA, key("organisation"), key("exchange"), sqlite_with_rowid=False)

dose_total = Table(
    "dose_total",
    METADATA,
    key("organisation"),
    key("month"),
    key("modality"),
    count("reports"),
    Column("dlp", Double, nullable=False),  # mGy.cm
    Column("dap", Double, nullable=False),  # Gy.m2
    sqlite_with_rowid=False,
)

bsn_found = Table(
    "bsn_found",
    METADATA,
    key("organisation"),
    key("exchange"),
    word("sender"),  # URA
    word("finding"),
    moment("at"),
    Index("bsn_found_by_time", "organisation", "at"),
    sqlite_with_rowid=False,
)
