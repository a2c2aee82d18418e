"""``beeldbrug disc read``: take studies in from a disc, folder, ZIP or ISO file; they become arrivals at the desk."""

from __future__ import annotations

from typing import Annotated

import typer

from beeldbrug.cli.disc.list import Source
from beeldbrug.cli.disc.showing import Names, as_object, listed, print_listing
from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Lang, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import word
from beeldbrug.node.app.compose import side_reception
from beeldbrug.node.app.intake import open_carrier
from beeldbrug.node.usecases.intake.listing import note_listing
from beeldbrug.node.usecases.intake.take import Brought, Taken, choose, take_in


def command(
    path: Source,
    settings: Settings,
    patient: Annotated[int | None, typer.Option("--patient", help="Whose, by the number in the list.")] = None,
    study: Annotated[
        list[str] | None, typer.Option("--study", help="Only this Study Instance UID; repeatable.")
    ] = None,
    brought_by: Annotated[str, typer.Option("--from", help="Who brought it: the hospital or clinic it is from.")] = "",
    note: Annotated[str, typer.Option("--note", help="What the desk should know about it.")] = "",
    partly: Annotated[bool, typer.Option("--partly", help="Take what can be had, though some is missing.")] = False,
    names: Names = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Read a disc in; once all of it is here and checked, it waits at the desk or is imported by the rule."""
    output = Output(json, language(lang))
    with open_node(settings) as base, open_carrier(path) as carrier:
        listing = listed(carrier, output)
        note_listing(base.database, base.own.ura, listing, actor(), base.clock.now())
        if not json:
            print_listing(listing, output, names)
        whose, studies = choose(listing, patient, study or ())
        brought = Brought(base.own.ura, base.own.name, actor(), brought_by.strip(), note.strip(), partly)
        with side_reception(base) as receiving, output.progress() as progress:
            task = progress.add_task(word("taken", output.language), total=sum(one.instances for one in studies))
            taken = take_in(
                receiving, carrier, listing, whose, studies, brought, lambda count, _: progress.advance(task, count)
            )
    _print(taken, output)
    result = {
        "instances": taken.instances,
        "bytes": taken.bytes,
        "known": taken.known,
        "missing": taken.missing,
        "verified": taken.verified,
        "exchanges": taken.exchanges,
        "failed": dict(taken.failed),
        "list": as_object(listing, names),
    }
    output.done(result, ok=taken.verified)


def _print(taken: Taken, output: Output) -> None:
    tongue = output.language
    output.say(f"{taken.instances} {word('taken', tongue)}, {taken.bytes / 1e6:.1f} MB")
    if taken.known:
        output.say(f"{taken.known} {word('here-already', tongue)}")
    if taken.missing:
        output.say(f"{taken.missing} {word('missing', tongue)}")
    for code, count in taken.failed.most_common():
        output.say(f"{count} {word('not-taken', tongue)}: {code}")
    for exchange in taken.exchanges.values():
        output.say(f"{word('exchange', tongue)} {exchange}")
