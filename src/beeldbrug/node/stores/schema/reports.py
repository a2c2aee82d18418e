"""Tables of reports and their versions; migration 0021 builds exactly these.

What is written in a report, its PDF and who it is about are sealed under the vault's root key. ``mark`` and ``content``
are keyed hashes: they find equal values and show none. ``study_uid`` is plain, as in ``study``.
"""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint

from beeldbrug.node.stores.schema.columns import (
    METADATA,
    count,
    key,
    maybe_octets,
    moment,
    number_key,
    octets,
    octets_key,
    word,
)

report = Table(
    "report",
    METADATA,
    key("organisation"),
    key("id"),
    word("direction"),
    word("exchange"),
    octets("mark"),  # keyed hash of the report's key
    word("state"),
    word("study_uid"),
    word("reason"),
    count("standing"),
    moment("changed"),
    octets("about"),  # sealed: the report's key, who decided and why
    UniqueConstraint("organisation", "direction", "exchange", "mark", name="uq_report"),
    Index("report_by_state", "organisation", "state", "changed"),
    Index("report_by_change", "organisation", "changed"),
    Index("report_of_study", "organisation", "study_uid"),
    Index("report_of_exchange", "organisation", "exchange"),
    sqlite_with_rowid=False,
)

report_version = Table(
    "report_version",
    METADATA,
    key("organisation"),
    key("report"),
    number_key("number"),
    word("status"),
    moment("at"),
    moment("arrived"),
    octets("content"),  # keyed hash of all that it says
    count("document_bytes"),
    octets("said"),  # sealed: all but the document
    maybe_octets("document"),  # sealed PDF; last, because it is long
)

report_mark = Table(
    "report_mark",
    METADATA,
    key("organisation"),
    octets_key("mark"),  # keyed hash of a study, an accession, an order or a patient
    key("report"),
    Index("report_mark_of_report", "organisation", "report"),
    sqlite_with_rowid=False,
)

report_travel = Table(
    "report_travel",
    METADATA,
    key("organisation"),
    key("exchange"),
    key("report"),
    number_key("number"),
    count("part"),
    moment("at"),
    sqlite_with_rowid=False,
)

report_piece = Table(
    "report_piece",
    METADATA,
    key("organisation"),
    key("exchange"),
    key("version"),
    number_key("number"),
    octets("data"),  # sealed
)
