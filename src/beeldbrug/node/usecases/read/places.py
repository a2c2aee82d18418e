"""Open sealed places of one organisation, wherever their segments lie: spool, store, or not here yet.

Every record is authenticated and a whole message's hash is checked by ``sealed``; a place is believed, a segment never
(DESIGN section 4). It does not ask who is reading. One object serves one answer; it remembers keys and segments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from beeldbrug.model.errors import NotFound, Unavailable
from beeldbrug.model.pack import Extent, SealedPlace
from beeldbrug.node.ports.records import SegmentRow, SegmentState
from beeldbrug.node.ports.segments import SegmentReader
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.sealed.opening.message import open_place, open_range, sealed_range

RETRY_SECONDS = 2
"""After how long a client may ask again for what is still arriving."""


def still_arriving() -> Unavailable:
    """The bytes asked for are on their way to this node."""
    return Unavailable("still-arriving", "This part of the study is still arriving.", "Ask again in a few seconds.")


class Places:
    """Reads plain bytes out of packs. Thread-safe as far as its sources are."""

    def __init__(self, sources: Sources, organisation: str) -> None:
        self._sources = sources
        self._organisation = organisation
        self._keys: dict[str, bytes] = {}
        self._segments: dict[tuple[str, int], SegmentRow] = {}

    def load(self, places: Iterable[SealedPlace]) -> None:
        """Fetch keys and segment rows of these places in one transaction, as far as there are any."""
        wanted = {(place.pack, extent.segment) for place in places for extent in place.extents}
        packs = {pack for pack, _ in wanted} - self._keys.keys()
        missing = wanted - self._segments.keys()
        if not packs and not missing:
            return
        with self._sources.database.read() as transaction:
            for pack in packs:
                with suppress(NotFound):  # a header may come in a part before the one that grants its pack
                    self._keys[pack] = transaction.packs.key(self._organisation, pack)
            for pack, number in missing:
                row = transaction.packs.segment(self._organisation, pack, number)
                if row is not None:
                    self._segments[pack, number] = row

    def key(self, place: SealedPlace) -> bytes:
        """Content key of the pack that a place is in; it never leaves the node.

        Raises NotFound ``key-not-here`` when it was destroyed or not granted yet.
        """
        if place.pack not in self._keys:
            self.load([place])
        if place.pack not in self._keys:
            with self._sources.database.read() as transaction:
                return transaction.packs.key(self._organisation, place.pack)
        return self._keys[place.pack]

    def here(self, places: Iterable[SealedPlace]) -> bool:
        """Whether every byte of these places can be read now."""
        wanted = list(places)
        if all(self._is_here(place.pack, extent) for place in wanted for extent in place.extents):
            return True  # what was here stays so for one answer
        self.load(wanted)
        return all(self._is_here(place.pack, extent) for place in wanted for extent in place.extents)

    def range_here(self, place: SealedPlace, start: int, length: int) -> bool:
        """Whether bytes ``start`` to ``start + length`` of the value can be read now."""
        self.load([place])
        return all(self._is_here(place.pack, extent) for extent in sealed_range(place, start, length))

    def read(self, place: SealedPlace) -> Iterator[bytes]:
        """The whole value in chunks; raises Denied when it is not what the place says, and as ``key``."""
        self.load([place])
        return open_place(self.key(place), place, lambda extent: self._fetch(place.pack, extent))

    def read_range(self, place: SealedPlace, start: int, length: int) -> bytes:
        """Bytes ``start`` to ``start + length`` of the value, opening only the records they lie in; as ``read``."""
        self.load([place])
        return open_range(self.key(place), place, start, length, lambda extent: self._fetch(place.pack, extent))

    def _is_here(self, pack: str, extent: Extent) -> bool:
        row = self._segments.get((pack, extent.segment))
        if pack not in self._keys or row is None or row.state is SegmentState.WANTED:
            return False
        return row.state is not SegmentState.OPEN or extent.offset + extent.length <= row.length

    def _fetch(self, pack: str, extent: Extent) -> bytes:
        if not self._is_here(pack, extent):
            raise still_arriving()
        stored = self._segments[pack, extent.segment].state is SegmentState.STORED
        readers: list[SegmentReader] = [self._sources.segments, *self._sources.spools]
        # A segment moves from spool to store at any moment, so the other place is asked as well.
        for reader in readers if stored else readers[::-1]:
            try:
                return reader.read(pack, extent.segment, extent.offset, extent.length)
            except NotFound:
                continue
        return self._sources.segments.read(pack, extent.segment, extent.offset, extent.length)
