"""``beeldbrug park drop``: a parked study is for nobody; the exchange ends and nothing leaves."""

from __future__ import annotations

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Exchange, Json, Lang, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import word
from beeldbrug.node.usecases.drop import drop
from beeldbrug.node.usecases.overview import find_exchange


def command(exchange: Exchange, settings: Settings, json: Json = False, lang: Lang = None) -> None:
    """End a parked exchange without sending; the instances stay in the vault as long as what was sent."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        row = find_exchange(base.database, base.own.ura, exchange)
        drop(base.database, base.own.ura, row.id, actor(), base.clock.now())
    output.say(word("dropped", output.language))
    output.done({"exchange": row.id, "outcome": "dropped"})
