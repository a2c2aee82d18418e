"""``beeldbrug node``: run a node in the foreground (dimse, worker and web processes under one supervisor).

Prints one JSON line when it is ready.
"""

from __future__ import annotations

import typer

from beeldbrug.cli.options import Settings
from beeldbrug.kit import log
from beeldbrug.node.app.processes import run


def command(settings: Settings) -> None:
    """Run the node until SIGTERM or SIGINT."""
    log.configure()
    raise typer.Exit(run(settings))
