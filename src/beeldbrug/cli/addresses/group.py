"""The commands below ``beeldbrug addresses``."""

from __future__ import annotations

from beeldbrug.cli.tree import Later, group

app = group(
    "The address book: locations and departments of those that can be sent to.",
    {
        "list": Later("beeldbrug.cli.addresses.list", "List the locations and departments that are known here."),
        "read": Later(
            "beeldbrug.cli.addresses.read",
            "Take locations and departments from a care directory's file (ZORG-AB, IHE mCSD: a FHIR Bundle in JSON).",
        ),
    },
)
