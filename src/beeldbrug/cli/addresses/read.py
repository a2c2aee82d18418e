"""``beeldbrug addresses read``: take locations and departments from a care directory into the address book."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node, read_file
from beeldbrug.cli.options import Json, Settings, actor
from beeldbrug.cli.output import Output
from beeldbrug.node.app.compose import make_trust
from beeldbrug.node.app.ways import open_ways
from beeldbrug.node.usecases.sending.directory import read_directory
from beeldbrug.node.usecases.sending.take_directory import take_directory


def command(
    settings: Settings,
    file: Annotated[Path, typer.Argument(help="A FHIR Bundle in JSON: Organization, Location, HealthcareService.")],
    json: Json = False,
) -> None:
    """Take locations and departments from a care directory's file (ZORG-AB, IHE mCSD: a FHIR Bundle in JSON).

    Only of those that can be sent to: whoever is in the hub's address book, or a partner with a URA. What people typed
    in stays; what an earlier file said of an organisation is replaced.
    """
    output = Output(json)
    listed = read_directory(read_file(file, "directory"))
    with open_node(settings) as base:
        trust = make_trust(base, open_ways(base))
        taken = take_directory(base.database, trust, base.own.ura, listed, actor(), base.clock.now())
    output.say(f"{taken.doors} locations and departments of {len(taken.organisations)} organisations kept.")
    if taken.unreached:
        output.say(f"{len(taken.unreached)} organisations of the file can be reached by no hub, door or partner's way.")
    if taken.left_out:
        output.say(f"{taken.left_out} were left out: without a name, or too many of one organisation.")
    output.done(asdict(taken))
