"""The commands below ``beeldbrug prove``."""

from __future__ import annotations

from beeldbrug.cli.tree import Later, group

app = group(
    "Prove a claim on your own data.",
    {
        "roundtrip": Later(
            "beeldbrug.cli.prove.command:roundtrip",
            "Cut, seal, open and join every file: does it come back byte for byte?",
        ),
        "leaks": Later(
            "beeldbrug.cli.prove.command:leaks",
            "Search the hub's whole state, the nodes' doors and the opened pixel line for every identifying value; "
            "prove the search's eyes.",
        ),
    },
)
