"""``beeldbrug desk rekey``: an emergency patient is this number; that is taken back, or the PACS has it so already."""

from __future__ import annotations

from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Exchange, Json, Lang, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import word
from beeldbrug.model.errors import Malformed
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.usecases.overview import find_exchange
from beeldbrug.node.usecases.rekey.decide import confirm_moved, rekey, take_back


def command(
    exchange: Exchange,
    settings: Settings,
    number: Annotated[str, typer.Option("--number", help="The patient's own number.")] = "",
    issuer: Annotated[str, typer.Option("--issuer", help="Issuer of that number, when it is not the usual one.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="It stays under the emergency number after all.")] = False,
    moved: Annotated[bool, typer.Option("--moved", help="The PACS has it under the own number already.")] = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Say whose a study under an emergency number is, or take that back."""
    output = Output(json, language(lang))
    if bool(number.strip()) + undo + moved != 1:
        raise Malformed(
            "rekey-unclear", "It is not clear what is to be done.", "Give one of --number, --undo and --moved."
        )
    with open_node(settings) as base:
        row, now = find_exchange(base.database, base.own.ura, exchange), base.clock.now()
        if undo:
            take_back(base.database, base.own.ura, row.id, actor(), now)
        elif moved:
            confirm_moved(base.database, base.own.ura, row.id, actor(), now)
        else:
            chosen, wait = PatientNumber(number.strip(), issuer.strip(), "desk"), base.settings.imports.rekey_seconds
            rekey(base.database, base.own.ura, row.id, chosen, actor(), now, wait)
    done = "taken-back" if undo else "moved" if moved else "re-keyed"
    output.say(word(f"desk-{done}", output.language))
    output.done({"exchange": row.id, "outcome": done})
