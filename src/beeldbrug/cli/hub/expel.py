"""``beeldbrug hub expel``: the operator puts an organisation out; it can neither send nor receive any more."""

from __future__ import annotations

from typing import Annotated

import typer

from beeldbrug.cli.hub.options import Settings, hub_settings
from beeldbrug.cli.options import Json
from beeldbrug.cli.output import Output
from beeldbrug.hub.app.compose import open_hub
from beeldbrug.hub.usecases.enrol import expel


def command(
    context: typer.Context,
    ura: Annotated[str, typer.Argument(help="URA of the organisation.")],
    settings: Settings = None,
    json: Json = False,
) -> None:
    """Expel an organisation; only the operator can enrol it again."""
    output = Output(json)
    with open_hub(hub_settings(context, settings)) as hub:
        expel(hub, ura)
    output.say(f"{ura} expelled")
    output.done({"ura": ura, "outcome": "expelled"})
