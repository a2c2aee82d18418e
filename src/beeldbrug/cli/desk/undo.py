"""``beeldbrug desk undo``: an import that went wrong goes back to the desk; ``desk removed``: the PACS is clean."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Exchange, Json, Lang, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import word
from beeldbrug.node.app.rejecting import make_rejecting
from beeldbrug.node.usecases.desk.undo import confirm_removed, undo_import
from beeldbrug.node.usecases.overview import find_exchange


class Why(StrEnum):
    """The reasons of ``policy.undoing``, by code."""

    WRONG_PATIENT = "wrong-patient"
    WRONG_ORDER = "wrong-order"
    NOT_NEEDED = "not-needed"
    UNUSABLE = "images-unusable"


def undo(
    exchange: Exchange,
    settings: Settings,
    why: Annotated[Why, typer.Option("--why", help="Why; the sender sees that it was undone.")],
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Undo an import; until the study is out of the PACS nothing of it is imported again."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        row = find_exchange(base.database, base.own.ura, exchange)
        days, now, rejecting = base.settings.imports.undo_days, base.clock.now(), make_rejecting(base)
        tell = rejecting.reject if rejecting is not None else None
        undo_import(base.database, base.own.ura, row.id, why.value, days, actor(), now, tell)
    output.say(word("import-undone", output.language))
    output.done({"exchange": row.id, "outcome": "undone", "why": why.value, "note": tell is not None})


def removed(exchange: Exchange, settings: Settings, json: Json = False, lang: Lang = None) -> None:
    """Say that a study whose import was undone is out of the PACS."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        row = find_exchange(base.database, base.own.ura, exchange)
        confirm_removed(base.database, base.own.ura, row.id, actor(), base.clock.now())
    output.say(word("pacs-clean", output.language))
    output.done({"exchange": row.id, "outcome": "removed"})
