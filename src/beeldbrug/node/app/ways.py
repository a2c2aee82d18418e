"""Composition of the ways by which parcels travel: the hub, doors, or both (DESIGN section 2)."""

from __future__ import annotations

from dataclasses import dataclass, field

from beeldbrug.kit.http import Timeouts, Trust
from beeldbrug.node.app.base import Base, connect_hub
from beeldbrug.node.app.direct_settings import Direct
from beeldbrug.node.ports.route import Hub
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.ports.ways import HUB
from beeldbrug.node.protocols.hub.client import HttpHub
from beeldbrug.node.protocols.hub.none import NoHub
from beeldbrug.node.usecases.arrive.apply import Apply
from beeldbrug.node.usecases.arrive.hearing import DoorWaiting, Together, Walks
from beeldbrug.node.usecases.arrive.listening import Listening
from beeldbrug.node.usecases.arrive.take import Take
from beeldbrug.node.usecases.trust import Trust as AddressTrust
from beeldbrug.node.usecases.waiting import Waiting
from beeldbrug.node.usecases.ways.junction import Junction, Known
from beeldbrug.node.usecases.ways.several import SeveralWays

DOOR_TIMEOUTS = Timeouts(connect=2.0, read=10.0)
"""A door that does not answer soon is passed by for the hub."""

AllWays = HttpHub | NoHub | SeveralWays
"""What a node sends by."""


def open_ways(base: Base) -> AllWays:
    """The node's hub, doors, both, or what says that there is nothing."""
    section = base.settings.direct
    hub = connect_hub(base) if base.settings.hub is not None else None
    if section is None:
        return hub or NoHub()

    def connect(address: str) -> HttpHub:
        return _client(base, address, Trust(authority=section.authority) if section.authority else None)

    partners = {one.organisation: one.url for one in section.partners}
    known = Known(hub, own_door(base, section), partners, section.discover)
    return SeveralWays(
        Junction(base.own, base.database, base.roots, known, connect, base.clock.now, base.clock.monotonic)
    )


def own_door(base: Base, section: Direct) -> HttpHub | None:
    """Our own door, as seen from this machine; None where there is none."""
    if not section.url:
        return None
    trust = Trust(leaf=section.certificate, name=section.name) if section.certificate else None
    return _client(base, section.local, trust)


def _client(base: Base, address: str, trust: Trust | None) -> HttpHub:
    return HttpHub(address, base.own.ura, base.own.signing_key, base.clock, trust, DOOR_TIMEOUTS)


@dataclass
class Hearing:
    """What the worker listens to, and with what ears."""

    base: Base
    ways: AllWays
    trust: AddressTrust
    waiting: Waiting
    database: Database
    _together: Together = field(default_factory=Together)

    def __post_init__(self) -> None:
        self._walks = Walks(self.base.own.ura, self.database, self.names)

    def names(self) -> list[str]:
        """The ways by which something may come."""
        if isinstance(self.ways, SeveralWays):
            return self.ways.junction.to_listen()
        return [HUB] if isinstance(self.ways, HttpHub) else []

    def ear(self, way: str) -> tuple[Hub, Listening]:
        """The hub, or door, at the end of a way, and what listens there. Raises Unavailable ``no-way``."""
        now, own = self.base.clock.now, self.base.own
        hub: Hub
        if isinstance(self.ways, SeveralWays):
            junction = self.ways.junction
            hub, came = junction.raw(way), lambda parcel: junction.note(parcel, way)
        else:
            hub, came = self._only(), lambda parcel: None
        silence = self.waiting if way == HUB else DoorWaiting(own.ura, self.database, now)
        take = Take(own, self.database, hub, self.trust, Apply(own.ura, now), now)
        walked = lambda began: self._walks.walked(way, began)  # noqa: E731  # bound here, once for each ear
        return hub, Listening(own, self.database, hub, take, silence, now, self._together, came, walked)

    def _only(self) -> HttpHub:
        if not isinstance(self.ways, HttpHub):
            raise AssertionError("there is nothing to listen to")
        return self.ways
