"""``beeldbrug hub``: run a hub in the foreground. Prints one JSON line when it listens."""

from __future__ import annotations

import typer

from beeldbrug.cli.hub.options import Settings, chosen
from beeldbrug.hub.app.process import run
from beeldbrug.kit import log


def command(context: typer.Context, settings: Settings = None) -> None:
    """Run the hub until SIGTERM or SIGINT."""
    log.configure()
    raise typer.Exit(run(chosen(context, settings)))


def default(context: typer.Context, settings: Settings = None) -> None:
    """A hub: run it (the default), or say who takes part."""
    if context.invoked_subcommand is None:
        command(context, settings)
