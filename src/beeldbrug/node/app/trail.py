"""The audit trail of one organisation, to be searched by people and by other systems."""

from __future__ import annotations

from beeldbrug.node.app.base import Base
from beeldbrug.node.usecases.trail.reading import TrailReading
from beeldbrug.node.usecases.trail.search import Trail


def make_trail(base: Base) -> Trail:
    """For people."""
    return Trail(base.own.ura, base.settings.import_rule().issuer, base.database)


def make_trail_reading(base: Base) -> TrailReading:
    """For other systems, by token."""
    return TrailReading(make_trail(base), base.own.name, base.clock.now)
