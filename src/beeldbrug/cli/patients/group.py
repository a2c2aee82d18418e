"""The commands below ``beeldbrug patients``."""

from __future__ import annotations

from beeldbrug.cli.patients import count, read
from beeldbrug.cli.tree import group

app = group("The hospital's own patients, by which arrivals are matched.")
app.command("read")(read.command)
app.command("count")(count.command)
