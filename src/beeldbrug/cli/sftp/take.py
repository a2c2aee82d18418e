"""``beeldbrug sftp take``: take in what lies aside of a partner's upload."""

from __future__ import annotations

from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Lang, Settings, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import word
from beeldbrug.node.app.compose import side_reception
from beeldbrug.node.app.drops import drop_partners
from beeldbrug.node.usecases.intake.aside import find_aside, take_aside

Upload = Annotated[str, typer.Argument(help="Its id, or the beginning of that, as `sftp list` shows it.")]


def command(
    upload: Upload,
    settings: Settings,
    partly: Annotated[bool, typer.Option("--partly", help="Take what can be had, though some is missing.")] = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Take it in; each study becomes an arrival, or completes one."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        found = find_aside(drop_partners(base.settings), upload)
        outcome = take_aside(found, lambda: side_reception(base), (base.own.ura, base.own.name), partly)
    output.say(f"{outcome.instances} {word('taken', output.language)}")
    for exchange in outcome.exchanges:
        output.say(f"{word('exchange', output.language)} {exchange}")
    if outcome.code:
        output.say(f"{word('rest-aside', output.language)}: {outcome.code}")
    result = {"instances": outcome.instances, "exchanges": list(outcome.exchanges), "code": outcome.code}
    output.done(result, ok=bool(outcome.exchanges))
