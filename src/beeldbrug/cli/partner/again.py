"""``beeldbrug partner again``: have the rest delivered of what a partner took in part."""

from __future__ import annotations

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Exchange, Json, Settings, actor
from beeldbrug.cli.output import Output
from beeldbrug.node.usecases.deliver.again import deliver_again
from beeldbrug.node.usecases.overview import find_exchange


def command(exchange: Exchange, settings: Settings, json: Json = False) -> None:
    """Deliver again what failed; what the partner has taken is not sent twice."""
    output = Output(json)
    with open_node(settings) as base:
        row = find_exchange(base.database, base.own.ura, exchange)
        base.database.run(lambda tx: deliver_again(tx, row, actor(), base.clock.now()))
    output.done({"exchange": row.id})
