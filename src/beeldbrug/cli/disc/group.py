"""The commands below ``beeldbrug disc``."""

from __future__ import annotations

from beeldbrug.cli.disc import list, read, write
from beeldbrug.cli.tree import group

app = group("Discs, USB sticks, folders, ZIP and ISO files that somebody brings or takes along.")
app.command("list")(list.command)
app.command("read")(read.command)
app.command("write")(write.command)
