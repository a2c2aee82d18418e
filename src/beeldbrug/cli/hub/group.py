"""The commands below ``beeldbrug hub``; without one the hub runs."""

from __future__ import annotations

import typer
from typer.core import TyperGroup

from beeldbrug.cli.hub import run
from beeldbrug.cli.tree import Later, holding

COMMANDS = {
    "run": Later("beeldbrug.cli.hub.run", "Run the hub until SIGTERM or SIGINT."),
    "enrol": Later("beeldbrug.cli.hub.enrol", "Enrol an organisation; the hub may be running."),
    "expel": Later("beeldbrug.cli.hub.expel", "Expel an organisation; only the operator can enrol it again."),
}

app = typer.Typer(cls=holding(TyperGroup, COMMANDS), add_completion=False, invoke_without_command=True)
app.callback(invoke_without_command=True)(run.default)
