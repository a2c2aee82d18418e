"""The commands below ``beeldbrug report``."""

from __future__ import annotations

from beeldbrug.cli.report import attach, list, place, show
from beeldbrug.cli.tree import group

app = group("Reports: those that travel with studies, and those that wait for a human.")
app.command("list")(list.command)
app.command("show")(show.command)
app.command("attach")(attach.command)
app.command("place")(place.command)
