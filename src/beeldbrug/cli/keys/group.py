"""The commands below ``beeldbrug keys``."""

from __future__ import annotations

from beeldbrug.cli.keys import authority, backup, certify, rehearse, request, restore, rotate, show
from beeldbrug.cli.tree import group

app = group("Keys and certificates.")
app.command("authority")(authority.command)
app.command("request")(request.command)
app.command("certify")(certify.command)
app.command("show")(show.command)
app.command("rotate")(rotate.command)
app.command("backup")(backup.command)
app.command("restore")(restore.command)
app.command("rehearse")(rehearse.command)
