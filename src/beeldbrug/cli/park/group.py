"""The commands below ``beeldbrug park``."""

from __future__ import annotations

from beeldbrug.cli.park import drop, list, send
from beeldbrug.cli.tree import group

app = group("Studies that wait for somebody to say for whom they are.")
app.command("list")(list.command)
app.command("send")(send.command)
app.command("drop")(drop.command)
