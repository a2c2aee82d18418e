"""``beeldbrug partner remove``: take a partner off the list."""

from __future__ import annotations

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Settings, actor
from beeldbrug.cli.output import Output
from beeldbrug.cli.partner.add import Id
from beeldbrug.node.usecases.partners.keep import remove


def command(id: Id, settings: Settings, json: Json = False) -> None:
    """Take a partner off the list; what is on its way to it fails, and says so."""
    output = Output(json)
    with open_node(settings) as base:
        remove(base.database, base.own.ura, id, actor(), base.clock.now())
    output.done({"removed": id})
