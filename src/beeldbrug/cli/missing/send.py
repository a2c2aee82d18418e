"""``beeldbrug missing send``: send what was asked for and has not been sent."""

from __future__ import annotations

from typing import Annotated

import typer

from beeldbrug.cli.missing.showing import as_object, cells, heads, replying
from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Exchange, Json, Lang, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.node.app.portal import make_sending, make_supply
from beeldbrug.node.usecases.overview import find_exchange

Number = Annotated[int, typer.Argument(help="Number of the request; see `beeldbrug missing list`.")]
Text = Annotated[str, typer.Option("--text", help="A word beside it, at most 500 characters.")]
Phone = Annotated[str, typer.Option("--phone", help="Where the receiver can call.")]


def command(
    exchange: Exchange,
    number: Number,
    settings: Settings,
    series: Annotated[
        list[str] | None, typer.Option("--series", help="UID of a series; without it all that was not sent.")
    ] = None,
    text: Text = "",
    phone: Phone = "",
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Ask the own PACS what was not sent of the study, and send it after."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        found = find_exchange(base.database, base.own.ura, exchange)
        supply = make_supply(base, make_sending(base))
        row = supply.send(found.id, number, replying(actor(), text, phone), series)
    output.table(heads(output.language), [cells(row, output.language)], right=(1,))
    output.done(as_object(row))
