"""``beeldbrug partner import``: take a whole list of partners from a CSV or JSON file; all of it or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node, read_file
from beeldbrug.cli.options import Json, Settings, actor
from beeldbrug.cli.output import Output
from beeldbrug.node.usecases.partners.keep import keep
from beeldbrug.node.usecases.partners.read_file import read_partners


def command(
    settings: Settings,
    file: Annotated[Path, typer.Argument(help="JSON as `partner list --json` gives it, or CSV with a header row.")],
    json: Json = False,
) -> None:
    """Add partners from a file, or replace those with the same ids."""
    output = Output(json)
    content = read_file(file, "list of partners")
    with open_node(settings) as base:
        partners = read_partners(content, base.own.ura)
        keep(base.database, partners, actor(), base.clock.now())
    output.say(f"{len(partners)} partners kept.")
    output.done({"partners": [partner.id for partner in partners]})
