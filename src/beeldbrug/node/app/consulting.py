"""Composition of consult before transfer in the web process: live views, and their way to the hub."""

from __future__ import annotations

from beeldbrug.node.app.base import Base
from beeldbrug.node.app.ways import open_ways
from beeldbrug.node.protocols.portal.events import Events
from beeldbrug.node.protocols.portal.together import Consulting, teller
from beeldbrug.node.usecases.consult.carry import Carrier
from beeldbrug.node.usecases.consult.look import Look
from beeldbrug.node.usecases.consult.share import Sharing
from beeldbrug.node.usecases.consult.together import Together


def make_consulting(base: Base, events: Events) -> Consulting:
    """What live views work with; nothing runs before somebody looks."""
    monotonic = base.clock.monotonic
    together = Together(teller(events), monotonic)
    carrier = Carrier(together, open_ways(base), monotonic)
    look = Look(base.database, base.own.ura, base.clock.now, monotonic)
    return Consulting(together, carrier, look, Sharing(base.database, base.own.ura, base.clock.now))
