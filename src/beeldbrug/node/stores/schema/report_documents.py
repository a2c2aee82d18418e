"""Tables of the documents that reports are versions of; migration 0031 builds exactly these.

``mark`` and ``replaces`` are keyed hashes of a system's numbers: they find equal ones and show none.
"""

from __future__ import annotations

from sqlalchemy import Index, Table

from beeldbrug.node.stores.schema.columns import METADATA, key, moment, number_key, octets, octets_key

report_document = Table(
    "report_document",
    METADATA,
    key("organisation"),
    octets_key("mark"),
    octets("replaces"),  # mark of the document whose place it takes; empty for none
    moment("noted"),
    Index("report_document_by_replaced", "organisation", "replaces"),
    sqlite_with_rowid=False,
)

report_document_version = Table(
    "report_document_version",
    METADATA,
    key("organisation"),
    key("report"),
    number_key("number"),
    octets("mark"),
    Index("report_document_version_by_mark", "organisation", "mark"),
    sqlite_with_rowid=False,
)
