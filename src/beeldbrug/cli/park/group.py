"""The commands below ``beeldbrug park``."""

from __future__ import annotations

from beeldbrug.cli.tree import Later, group

app = group(
    "Studies that wait for somebody to say for whom they are.",
    {
        "list": Later("beeldbrug.cli.park.list", "Show what is parked, with the reason and the remedy."),
        "send": Later(
            "beeldbrug.cli.park.send",
            "Send a parked study; what is not given stays as the exchange has it.",
        ),
        "drop": Later(
            "beeldbrug.cli.park.drop",
            "End a parked exchange without sending; the instances stay in the vault as long as what was sent.",
        ),
    },
)
