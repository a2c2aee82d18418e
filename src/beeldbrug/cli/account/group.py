"""The commands below ``beeldbrug account``."""

from __future__ import annotations

from beeldbrug.cli.account import create, list, recover, setup
from beeldbrug.cli.tree import group

app = group("People who sign in to the portal.")
app.command("setup")(setup.command)
app.command("create")(create.command)
app.command("list")(list.command)
app.command("recover")(recover.command)
