"""``beeldbrug desk refuse``: refuse an arrival; its keys and rows go, and the sender sees the reason."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Exchange, Json, Lang, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import word
from beeldbrug.node.usecases.desk.refuse import refuse
from beeldbrug.node.usecases.overview import find_exchange


class Refusal(StrEnum):
    """The reasons of ``policy.refusal``, by code."""

    NOT_FOR_US = "not-for-us"
    WRONG_PATIENT = "wrong-patient"
    INCOMPLETE = "study-incomplete"
    UNUSABLE = "images-unusable"
    NOT_NEEDED = "not-needed"


def command(
    exchange: Exchange,
    settings: Settings,
    reason: Annotated[Refusal, typer.Option("--reason", help="Why; the sender gets this code and its text.")],
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Refuse an arrival."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        row = find_exchange(base.database, base.own.ura, exchange)
        refuse(base.database, base.store, base.own.ura, row.id, reason.value, actor(), base.clock.now())
    output.say(word("refused", output.language))
    output.done({"exchange": row.id, "outcome": "refused", "reason": reason.value})
