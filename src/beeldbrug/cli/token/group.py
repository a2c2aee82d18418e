"""The commands below ``beeldbrug token``."""

from __future__ import annotations

from beeldbrug.cli.token import create, revoke
from beeldbrug.cli.tree import group

app = group("Bearer tokens for reading over DICOMweb.")
app.command("create")(create.command)
app.command("revoke")(revoke.command)
