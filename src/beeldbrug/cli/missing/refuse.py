"""``beeldbrug missing refuse``: say why what was asked for is not sent."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from beeldbrug.cli.missing.send import Number, Phone, Text
from beeldbrug.cli.missing.showing import as_object, cells, heads, replying
from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Exchange, Json, Lang, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.node.app.portal import make_sending, make_supply
from beeldbrug.node.usecases.overview import find_exchange


class Refusal(StrEnum):
    """The reasons of ``policy.asking``, by code."""

    NOT_HERE = "images-not-here"
    ALL_WAS_SENT = "all-was-sent"
    NOT_ALLOWED = "images-not-allowed"
    SEE_TEXT = "see-text"


def command(
    exchange: Exchange,
    number: Number,
    settings: Settings,
    reason: Annotated[Refusal, typer.Option("--reason", help="Why; the receiver gets this code and its text.")],
    text: Text = "",
    phone: Phone = "",
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Refuse; the reason travels back."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        found = find_exchange(base.database, base.own.ura, exchange)
        supply = make_supply(base, make_sending(base))
        row = supply.refuse(found.id, number, replying(actor(), text, phone), reason.value)
    output.table(heads(output.language), [cells(row, output.language)], right=(1,))
    output.done(as_object(row))
