"""``beeldbrug restore``: an empty vault from a backup, checked row by row and event by event."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.cli.opening import node_settings
from beeldbrug.cli.options import Json, Settings, actor
from beeldbrug.cli.output import Output
from beeldbrug.node.app.upkeep import restore


def command(
    folder: Annotated[Path, typer.Argument(help="The backup.", exists=True, file_okay=False)],
    settings: Settings,
    json: Json = False,
) -> None:
    """Restore the vault into an empty data folder; the node must not run, its keys must be there."""
    output = Output(json)
    done = restore(node_settings(settings), folder, actor())
    output.say(f"{done.rows} rows, {done.events} audit events that fit, {done.segments} segments put back.")
    if done.missing:
        output.say(f"{done.missing} segments are missing from the store; what they held cannot be read.")
    if done.statement:
        output.say(
            f"The hub could not be asked for the number of the last key statement ({done.statement}).",
            "-> Restore again into an empty folder when it answers, or nobody may accept this node's next statement.",
        )
    output.say("Now: beeldbrug check")
    output.done(
        {
            "rows": done.rows,
            "events": done.events,
            "segments": done.segments,
            "missing": done.missing,
            "statement": done.statement,
        },
        ok=not done.missing,
    )
