"""The commands below ``beeldbrug disc``."""

from __future__ import annotations

from beeldbrug.cli.tree import Later, group

app = group(
    "Discs, USB sticks, folders, ZIP and ISO files that somebody brings or takes along.",
    {
        "list": Later("beeldbrug.cli.disc.list", "Show what a disc holds; nothing is taken. That is audited."),
        "read": Later(
            "beeldbrug.cli.disc.read",
            "Read a disc in; once all of it is here and checked, it waits at the desk or is imported by the rule.",
        ),
        "write": Later(
            "beeldbrug.cli.disc.write",
            "Write a disc; of a study, say for whom (--receiver-name), on what ground and who is responsible.",
        ),
    },
)
