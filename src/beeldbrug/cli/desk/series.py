"""``beeldbrug desk series``: which series an arrival has and which stay out of the PACS; ``desk orders``: for which
orders it can be imported. Both show identity, and are audited."""

from __future__ import annotations

from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Exchange, Json, Lang, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import word
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.app.base import make_known
from beeldbrug.node.usecases.desk.orders import orders_for
from beeldbrug.node.usecases.desk.rest import import_rest
from beeldbrug.node.usecases.imports.left_out import series_left, series_of
from beeldbrug.node.usecases.imports.left_out import taken_back as taken_back_of
from beeldbrug.node.usecases.overview import find_exchange, patients_of


def series(
    exchange: Exchange,
    settings: Settings,
    take: Annotated[
        list[str] | None, typer.Option("--import", help="UID of a series that was left out, to be imported after all.")
    ] = None,
    taken_back: Annotated[
        bool, typer.Option("--taken-back", help="Import what its sender takes back by a rejection note, after all.")
    ] = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show the series of an arrival, and which stay out of the PACS; or import some of those after all."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        row = find_exchange(base.database, base.own.ura, exchange)
        now, without = base.clock.now(), base.settings.imports.without
        patients_of(base.database, base.own.ura, [row], actor(), now)
        if take or taken_back:
            import_rest(base.database, base.own.ura, row.id, take or (), without, actor(), now, taken_back)
        with base.database.read() as tx:
            found, left = series_of(tx, row), series_left(tx, row, without)
            back = {uid: len(some) for uid, some in taken_back_of(tx, row).items()}
    tongue = output.language
    rows = [
        [
            one.series_uid,
            one.modality,
            str(one.instances),
            str(back.get(one.series_uid, "")),
            word(_goes(one.series_uid in left), tongue),
        ]
        for one in found
    ]
    heads = [word(name, tongue) for name in ("series", "modalities", "instances", "taken-back", "import")]
    output.table(heads, rows, right=(2, 3))
    shown = [
        {
            "uid": one.series_uid,
            "modality": one.modality,
            "instances": one.instances,
            "left_out": one.series_uid in left,
            "taken_back": back.get(one.series_uid, 0),
        }
        for one in found
    ]
    output.done({"exchange": row.id, "series": shown})


def orders(
    exchange: Exchange,
    settings: Settings,
    number: Annotated[str, typer.Option("--number", help="The hospital's own patient number.")],
    issuer: Annotated[str, typer.Option("--issuer", help="Issuer of that number, when it is not the usual one.")] = "",
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Show the orders of the worklist that fit an arrival under this number, the nearest day first."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        row = find_exchange(base.database, base.own.ura, exchange)
        patients_of(base.database, base.own.ura, [row], actor(), base.clock.now())
        rule, chosen = base.settings.import_rule(), PatientNumber(number.strip(), issuer.strip())
        found = orders_for(make_known(base), rule, row, chosen)
    if not found:
        output.say(word("no-orders", output.language))
    heads = [word(name, output.language) for name in ("order", "modalities", "date", "description")]
    output.table(heads, [[one.accession_number, one.modality, one.start, one.description] for one in found])
    shown = [
        {
            "accession_number": one.accession_number,
            "modality": one.modality,
            "start": one.start,
            "description": one.description,
        }
        for one in found
    ]
    output.done({"exchange": row.id, "orders": shown})


def _goes(out: bool) -> str:
    return "stays-out" if out else "goes-in"
