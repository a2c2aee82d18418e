"""The commands below ``beeldbrug audit``."""

from __future__ import annotations

from beeldbrug.cli.audit import list, verify
from beeldbrug.cli.tree import group

app = group("The audit trail.")
app.command("list")(list.command)
app.command("verify")(verify.command)
