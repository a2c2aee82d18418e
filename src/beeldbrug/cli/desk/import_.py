"""``beeldbrug desk import``: a human says under which own number an arrival is imported, or repeats the import."""

from __future__ import annotations

from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Exchange, Json, Lang, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.waiting import Goal, Timeout, wait_for
from beeldbrug.cli.words import word
from beeldbrug.model.errors import Malformed
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.app.base import Base, make_known
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.usecases.desk.choose import choose
from beeldbrug.node.usecases.desk.orders import order_named, orders_for
from beeldbrug.node.usecases.desk.wish import Wish, series_wish
from beeldbrug.node.usecases.overview import find_exchange


def command(
    exchange: Exchange,
    settings: Settings,
    number: Annotated[
        str | None,
        typer.Option("--number", help="The hospital's own patient number; without it the import is repeated."),
    ] = None,
    issuer: Annotated[str, typer.Option("--issuer", help="Issuer of that number, when it is not the usual one.")] = "",
    order: Annotated[
        str | None, typer.Option("--order", help="Accession number of an order of `desk orders`; - for none.")
    ] = None,
    series: Annotated[list[str] | None, typer.Option("--series", help="Only these series, by UID.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the PACS has it.")] = False,
    timeout: Timeout = 600.0,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Import an arrival that waits."""
    output = Output(json, language(lang))
    if issuer and number is None:
        raise Malformed("number-missing", "An issuer was given without a number.", "Give --number as well.")
    chosen = PatientNumber(number.strip(), issuer.strip(), "desk") if number is not None else None
    if order is not None and chosen is None:
        raise Malformed("number-missing-for-order", "An order was given without a number.", "Give --number as well.")
    with open_node(settings) as base:
        row = find_exchange(base.database, base.own.ura, exchange)
        wish = _wish(base, row, chosen, order, series)
        choose(base.database, base.own.ura, row.id, chosen, actor(), base.clock.now(), wish=wish)
        output.say(word("deciding" if chosen else "repeating", output.language))
        imported = wait_for(base, [row.id], Goal.IMPORTED, timeout, output) if wait else None
    output.done({"exchange": row.id, "imported": imported}, ok=imported is not False)


def _wish(
    base: Base, row: ExchangeRow, number: PatientNumber | None, order: str | None, series: list[str] | None
) -> Wish:
    """Series and order as they were asked for. Raises Malformed ``no-series``, Conflict ``order-gone``, Unavailable."""
    chosen = None
    if order not in (None, "-") and number is not None:
        found = orders_for(make_known(base), base.settings.import_rule(), row, number)
        chosen = order_named(found, order or "")
    return Wish(series_wish(series) if series else None, chosen, order is not None)
