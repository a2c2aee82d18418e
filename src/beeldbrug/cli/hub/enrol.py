"""``beeldbrug hub enrol``: the operator enrols an organisation by its certificate chain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.cli.hub.options import Settings, hub_settings
from beeldbrug.cli.opening import read_file
from beeldbrug.cli.options import Json
from beeldbrug.cli.output import Output
from beeldbrug.hub.app.compose import open_hub
from beeldbrug.hub.usecases.enrol import enrol


def command(
    context: typer.Context,
    certificate: Annotated[Path, typer.Argument(help="PEM of the organisation's certificate, and those above it.")],
    settings: Settings = None,
    json: Json = False,
) -> None:
    """Enrol an organisation; the hub may be running."""
    output = Output(json)
    pem = read_file(certificate, "certificate").decode("ascii", "replace")
    with open_hub(hub_settings(context, settings)) as hub:
        done = enrol(hub, pem)
    output.say(f"{done.ura}  {done.name}  " + ("enrolled" if done.fresh else "was enrolled already"))
    output.done({"ura": done.ura, "name": done.name, "fresh": done.fresh})
