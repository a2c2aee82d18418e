"""The commands below ``beeldbrug hub``; without one the hub runs."""

from __future__ import annotations

import typer

from beeldbrug.cli.hub import enrol, expel, run

app = typer.Typer(invoke_without_command=True)
app.callback(invoke_without_command=True)(run.default)
app.command("run")(run.command)
app.command("enrol")(enrol.command)
app.command("expel")(expel.command)
