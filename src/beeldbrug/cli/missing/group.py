"""The commands below ``beeldbrug missing``."""

from __future__ import annotations

from beeldbrug.cli.tree import Later, group

app = group(
    "What is missing of an arrival: ask its sender, or answer who asks.",
    {
        "ask": Later(
            "beeldbrug.cli.missing.ask",
            "Ask the sender. The same question while it is open is one request.",
        ),
        "list": Later(
            "beeldbrug.cli.missing.list",
            "Show what was asked for and has not come, here and elsewhere.",
        ),
        "refuse": Later(
            "beeldbrug.cli.missing.refuse",
            "Refuse; the reason travels back.",
        ),
        "send": Later(
            "beeldbrug.cli.missing.send",
            "Ask the own PACS what was not sent of the study, and send it after.",
        ),
    },
)
