"""A house that sends by several ways: hubs in memory stand for the hub and for doors."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from beeldbrug.model.errors import Unavailable
from beeldbrug.node.usecases.arrive.apply import Apply
from beeldbrug.node.usecases.arrive.hearing import Together
from beeldbrug.node.usecases.arrive.take import Take
from beeldbrug.node.usecases.own_keys import publish, publish_door
from beeldbrug.node.usecases.ways.junction import Junction, Known
from beeldbrug.node.usecases.ways.several import SeveralWays
from tests.contract.node.exchange.house import House
from tests.contract.node.exchange.memory_hub import Face, MemoryHub


@dataclass
class WayHouse(House):
    """``common`` is the hub, ``door`` the own one, ``doors`` those of all by address, ``partners`` as set."""

    common: MemoryHub | None = None
    door: MemoryHub | None = None
    doors: dict[str, MemoryHub] = field(default_factory=dict)
    partners: dict[str, str] = field(default_factory=dict)
    address: str = ""

    def open_ways(self) -> WayHouse:
        """From now on it sends and hears by all its ways, as after a start."""
        known = Known(self._face(self.common), self._face(self.door), self.partners)
        junction = Junction(
            self.own,
            self.working,
            (self.root[0],),
            known,
            lambda address: Face(self.doors[address], self.ura),
            self.clock.now,
            self.clock.monotonic,
        )
        self.ways = SeveralWays(junction)
        self.together = Together()
        self.takes: dict[str, Take] = {}
        self.face = self.ways  # type: ignore[assignment]  # all that the worker's parts ask of it
        self.wire()
        publish(self.own, self.database, self.ways, self.clock.now())
        if self.common is not None or self.door is not None:
            publish_door(self.own, self.ways, self.address, self.clock.now())
        return self

    def run(self, rounds: int = 200) -> bool:
        for done in range(rounds):
            busy = self._hear()
            busy |= self._work()
            if not busy:
                return done > 0
        raise AssertionError("work did not come to an end")

    def _hear(self) -> bool:
        busy = False
        for way in self.ways.junction.to_listen():
            with suppress(Unavailable):  # it is listened to again in the next round
                busy |= self._hear_by(way)
        return busy

    def _hear_by(self, way: str) -> bool:
        hub = self.ways.junction.raw(way)
        busy = False
        publish(self.own, self.database, hub, self.clock.now())
        take = self.takes.setdefault(
            way, Take(self.own, self.database, hub, self.trust, Apply(self.ura, self.clock.now), self.clock.now)
        )
        for entry in hub.mailbox(0):
            self.ways.junction.note(entry.parcel, way)
            busy |= self.together.take(take, entry)
        return busy

    def went(self, parcel: str) -> list[str]:
        """The ways of a parcel, as the vault has them."""
        with self.database.read() as tx:
            return tx.ways.of(self.ura, parcel)

    def _face(self, hub: MemoryHub | None) -> Face | None:
        return None if hub is None else Face(hub, self.ura)
