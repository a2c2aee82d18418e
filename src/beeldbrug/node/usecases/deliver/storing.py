"""Store the instances of an exchange in a partner's system by C-STORE, as they came; each answer is kept (PS3.4 B).

What was accepted is not sent again. A system that is out of resources is waited for, an instance that alone is answered
so counts as refused (``imports.turned_away``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from beeldbrug.dicom.part10 import dataset_start
from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.pacs import StoreAssociation
from beeldbrug.node.ports.partners import Delivery, Outlets, Way
from beeldbrug.node.ports.records import ExchangeRow, InstanceRow
from beeldbrug.node.usecases.carry.contents import from_byte, items
from beeldbrug.node.usecases.imports.turned_away import OUT_OF_RESOURCES, TurnedAway
from beeldbrug.node.usecases.read.part10 import read_header, read_original
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources

FULL_AFTER: Final = 3
"""Answers A7xx in a row after which the system counts as full for this round."""

Note = Callable[[ExchangeRow, Sequence[Delivery]], None]


@dataclass(frozen=True)
class Storing:
    """Over one association at a time: many systems of partners take no more."""

    outlets: Outlets
    sources: Sources
    turned_away: TurnedAway
    note: Note

    def store(
        self, exchange: ExchangeRow, way: Way, left: Sequence[tuple[int, int]], goes_on: Callable[[], bool]
    ) -> None:
        """Offer them one after the other; ``goes_on`` is asked before each. Raises Unavailable."""
        order = self.turned_away.in_order(exchange.id, [id for _, id in left])
        numbers = {id: ordinal for ordinal, id in left}
        waiting = [(numbers[id], id) for id in order]
        again, in_a_row = False, 0
        with self.outlets.dicom(way, self._contexts(exchange, waiting)) as association:
            for places, some in items(self.sources, exchange.organisation, waiting):
                for item in some:
                    if not goes_on():
                        return
                    status = self._store_one(exchange, association, places, item.row)
                    in_a_row = in_a_row + 1 if status in OUT_OF_RESOURCES else 0
                    again |= in_a_row > 0
                    if in_a_row == FULL_AFTER:
                        raise _full()
        if again:
            raise _full()

    def _contexts(self, exchange: ExchangeRow, left: Sequence[tuple[int, int]]) -> list[tuple[str, str]]:
        found: dict[tuple[str, str], None] = {}
        for _, some in items(self.sources, exchange.organisation, left):
            for item in some:
                found[item.row.sop_class, item.row.transfer_syntax] = None
        return list(found)

    def _store_one(
        self, exchange: ExchangeRow, association: StoreAssociation, places: Places, row: InstanceRow
    ) -> int | None:
        """Its status; None when it was refused after having been turned away too often."""
        header = read_header(self.sources, places, row)
        start = dataset_start(header) if row.part10 else 0
        # C-STORE carries no preamble and no file meta (PS3.7 section 9.1.1)
        chunks = from_byte(read_original(self.sources, places, row, header), start)
        offered = self.turned_away.offers()
        outcome = association.store(row.sop_class, row.instance_uid, row.transfer_syntax, chunks)
        if outcome.status in OUT_OF_RESOURCES and self.turned_away.again(exchange.id, row.id):
            return outcome.status
        if outcome.accepted:
            self.turned_away.accepted(exchange.id, row.id, offered)
        self.note(exchange, [Delivery(row.id, outcome.status, outcome.reason, self.sources.clock.now())])
        return None


def _full() -> Unavailable:
    return Unavailable("partner-full", "The receiver's system is out of resources.", "Have the receiver make room.")
