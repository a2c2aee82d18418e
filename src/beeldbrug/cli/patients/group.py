"""The commands below ``beeldbrug patients``."""

from __future__ import annotations

from beeldbrug.cli.tree import Later, group

app = group(
    "The hospital's own patients, by which arrivals are matched.",
    {
        "read": Later(
            "beeldbrug.cli.patients.read",
            "Take own patients from a list; says in which lines it is wrong, and then keeps nothing of it.",
        ),
        "count": Later(
            "beeldbrug.cli.patients.count",
            "Count the own patients that the hospital told of, by HL7 v2 or in a list.",
        ),
    },
)
