"""``beeldbrug backup``: the vault, and with it copies of the segments, into a new folder; the node may be running."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.cli.opening import node_settings
from beeldbrug.cli.options import Json, Settings, actor
from beeldbrug.cli.output import Output
from beeldbrug.node.app.upkeep import back_up


def command(
    folder: Annotated[Path, typer.Argument(help="New folder for the backup.")],
    settings: Settings,
    segments: Annotated[
        bool, typer.Option("--segments/--no-segments", help="Copy the sealed segments too; not needed for an S3 store.")
    ] = True,
    json: Json = False,
) -> None:
    """Back up the vault. The root key is not in it: see `beeldbrug keys backup`."""
    output = Output(json)
    done = back_up(node_settings(settings), folder, segments, actor())
    output.say(f"{done.rows} rows, {done.segments} segments.")
    if done.missing:
        output.say(f"{done.missing} segments could not be copied: the store does not have them.")
    output.done(
        {
            "folder": str(folder),
            "rows": done.rows,
            "segments": done.segments,
            "missing": done.missing,
            "revision": done.revision,
        },
        ok=not done.missing,
    )
