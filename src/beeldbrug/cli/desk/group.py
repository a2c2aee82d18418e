"""The commands below ``beeldbrug desk``."""

from __future__ import annotations

from beeldbrug.cli.desk import import_, list, quality, refuse, series, undo
from beeldbrug.cli.tree import group

app = group("The receiving desk: arrivals that wait for a human.")
app.command("list")(list.command)
app.command("import")(import_.command)
app.command("refuse")(refuse.command)
app.command("series")(series.series)
app.command("orders")(series.orders)
app.command("undo")(undo.undo)
app.command("removed")(undo.removed)
app.command("quality")(quality.command)
