"""``beeldbrug disc list``: whose images are on a disc, in a folder, ZIP or ISO file, and what is odd about it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.cli.disc.showing import Names, as_object, listed, print_listing
from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Lang, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.node.app.intake import open_carrier
from beeldbrug.node.usecases.intake.listing import note_listing

Source = Annotated[Path, typer.Argument(help="A folder, a mounted disc or stick, a .zip or an .iso.", exists=True)]


def command(path: Source, settings: Settings, names: Names = False, json: Json = False, lang: Lang = None) -> None:
    """Show what a disc holds; nothing is taken. That is audited."""
    output = Output(json, language(lang))
    with open_node(settings) as base, open_carrier(path) as carrier:
        listing = listed(carrier, output)
        note_listing(base.database, base.own.ura, listing, actor(), base.clock.now())
    print_listing(listing, output, names)
    output.done(as_object(listing, names), ok=bool(listing.instances))
