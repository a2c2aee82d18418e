"""``beeldbrug missing ask``: ask the sender of an arrival for what is missing."""

from __future__ import annotations

from typing import Annotated

import typer

from beeldbrug.cli.missing.showing import as_object, cells, heads
from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Exchange, Json, Lang, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.model.answer import Answerer
from beeldbrug.model.exchange import Urgency
from beeldbrug.model.image_request import Want, Wanted
from beeldbrug.node.usecases.asking.ask import Asking, ask
from beeldbrug.node.usecases.overview import find_exchange


def command(
    exchange: Exchange,
    settings: Settings,
    kind: Annotated[list[Wanted] | None, typer.Option("--kind", help="What is missing; may be given again.")] = None,
    series: Annotated[list[str] | None, typer.Option("--series", help="UID of a series; may be given again.")] = None,
    text: Annotated[str, typer.Option("--text", help="In words, at most 500 characters; it travels sealed.")] = "",
    phone: Annotated[str, typer.Option("--phone", help="Where the sender can call.")] = "",
    urgency: Annotated[Urgency, typer.Option("--urgency", help="stat wakes people there.")] = Urgency.ROUTINE,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Ask the sender. The same question while it is open is one request."""
    output = Output(json, language(lang))
    want = Want(tuple(kind or ()), tuple(series or ()), text)
    with open_node(settings) as base:
        found = find_exchange(base.database, base.own.ura, exchange)
        asking = Asking(want, Answerer(base.own.name), actor(), phone, urgency)
        row = ask(base.database, base.own.ura, found.id, asking, base.clock.now())
    output.table(heads(output.language), [cells(row, output.language)], right=(1,))
    output.done(as_object(row))
