"""The commands below ``beeldbrug missing``."""

from __future__ import annotations

from beeldbrug.cli.missing import ask, list, refuse, send
from beeldbrug.cli.tree import group

app = group("What is missing of an arrival: ask its sender, or answer who asks.")
app.command("list")(list.command)
app.command("ask")(ask.command)
app.command("send")(send.command)
app.command("refuse")(refuse.command)
