"""``beeldbrug patients read``: take the hospital's own patients from a CSV file; the whole file or nothing."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Settings, actor
from beeldbrug.cli.output import Output
from beeldbrug.node.usecases.patients.read_list import read_list


def command(
    settings: Settings,
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8 with a header row, parted by ; or comma.")],
    complete: Annotated[
        bool, typer.Option("--complete", help="It lists all patients: whoever is not in it is no patient any more.")
    ] = False,
    json: Json = False,
) -> None:
    """Take own patients from a list; says in which lines it is wrong, and then keeps nothing of it."""
    output = Output(json)
    with open_node(settings) as base:
        result = read_list(base.database, base.own.ura, file, actor(), base.clock.now(), complete)
    output.say(f"{result.patients} patients in the list, {result.kept} kept, {result.inactive} no patient any more.")
    output.done(asdict(result))
