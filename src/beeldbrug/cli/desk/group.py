"""The commands below ``beeldbrug desk``."""

from __future__ import annotations

from beeldbrug.cli.desk import import_, list, quality, refuse
from beeldbrug.cli.tree import group

app = group("The receiving desk: arrivals that wait for a human.")
app.command("list")(list.command)
app.command("import")(import_.command)
app.command("refuse")(refuse.command)
app.command("quality")(quality.command)
