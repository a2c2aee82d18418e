"""``beeldbrug summary``: what waits for somebody, counted, as the daily mail tells it."""

from __future__ import annotations

import sys
from dataclasses import asdict

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Lang, Settings, language
from beeldbrug.cli.output import Output
from beeldbrug.node.policy.summary import body
from beeldbrug.node.usecases.unseen.summary import summary


def command(settings: Settings, json: Json = False, lang: Lang = None) -> None:
    """Tell what waits: urgent and unopened, at the desk and for how long, failed, silent partners, open alerts."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        patience = base.settings.unseen.patience
        found = summary(base.database, base.own.ura, patience, base.clock.now())
    if not json:
        sys.stdout.write(body(found, output.language.value))
    output.done(asdict(found))
