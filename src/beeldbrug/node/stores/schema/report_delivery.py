"""The table of reports that are given on; migration 0022 builds exactly this.

What is sent, and about whom, is sealed under the vault's root key.
"""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint

from beeldbrug.node.stores.schema.columns import METADATA, count, flag, key, maybe_octets, moment, octets, word

report_delivery = Table(
    "report_delivery",
    METADATA,
    key("organisation"),
    key("id"),
    word("exchange"),
    word("report"),
    count("number"),
    word("outlet"),
    word("mark"),
    flag("retracts"),
    word("state"),
    word("control"),
    moment("created"),
    moment("changed"),
    word("reason"),
    octets("said"),  # sealed: the report's words and the patient
    maybe_octets("content"),  # sealed: the bytes to be sent, until they were taken; last, because it is long
    UniqueConstraint(
        *("organisation", "exchange", "report", "number", "outlet", "mark", "retracts"), name="uq_report_delivery"
    ),
    Index("report_delivery_of_exchange", "organisation", "exchange", "created"),
)
