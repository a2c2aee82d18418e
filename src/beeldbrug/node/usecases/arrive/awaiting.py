"""Which arriving instances can be checked now: each is looked at when it became known and when its last segment came.

Kept in memory per exchange, so that a round costs what is new and not what the study holds; after a restart it is built
anew from the vault's rows. Pure bookkeeping: no I/O.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from beeldbrug.node.ports.records import InstanceRow, InstanceState, Member
from beeldbrug.node.usecases.send.records import segments_of

Place = tuple[str, int]
"""Pack and segment number."""


@dataclass
class Awaiting:
    """Of one exchange. ``here``: segments that this parcel announced and that lie in the store."""

    here: set[Place]
    cursor: int = 0
    """Ordinal up to which members were looked at."""
    unknown: set[int] = field(default_factory=set)
    """Instances of which only the header is known: looked at again each round."""
    _missing: dict[int, set[Place]] = field(default_factory=dict)
    _waiting: dict[Place, list[int]] = field(default_factory=dict)
    _ready: dict[int, None] = field(default_factory=dict)

    def arrived(self, places: Iterable[Place]) -> None:
        """These segments are here now."""
        for place in places:
            self.here.add(place)
            for instance in self._waiting.pop(place, ()):
                missing = self._missing[instance]
                missing.discard(place)
                if not missing:
                    del self._missing[instance]
                    self._ready[instance] = None

    def look(self, members: Iterable[Member], rows: dict[int, InstanceRow]) -> None:
        """Look at members in the order of their ordinals, or again at those of which only the header was known."""
        for member in members:
            self.cursor = max(self.cursor, member.ordinal)
            row = rows.get(member.instance)
            if row is not None:
                self.look_at(row)

    def look_at(self, row: InstanceRow) -> None:
        """One instance."""
        self.unknown.discard(row.id)
        if row.state is InstanceState.HEADER:
            self.unknown.add(row.id)
        elif row.state is InstanceState.COMPLETE:
            missing = set(segments_of([row])) - self.here
            if not missing:
                self._ready[row.id] = None
                return
            self._missing[row.id] = missing
            for place in missing:
                self._waiting.setdefault(place, []).append(row.id)

    def ready(self, limit: int) -> list[int]:
        """Instances that can be checked, oldest first; they stay ready until ``checked``."""
        return [instance for instance, _ in zip(self._ready, range(limit), strict=False)]

    def checked(self, instances: Iterable[int]) -> None:
        """These were verified."""
        for instance in instances:
            self._ready.pop(instance, None)
