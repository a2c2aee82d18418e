"""Sealed bytes of the pixel line for a browser, exactly as they rest: from the spool or the store, never opened here.

Whether a session may have a pack is looked up once and kept until anything was committed to the vault, so a withdrawal
or the end of a session takes effect at once. Thread-safe.
"""

from __future__ import annotations

from beeldbrug.model.errors import Malformed, NotFound, TooLarge
from beeldbrug.node.ports.records import SegmentRow, SegmentState
from beeldbrug.node.ports.segments import SegmentReader
from beeldbrug.node.usecases.read.places import still_arriving
from beeldbrug.node.usecases.read.reach import not_found
from beeldbrug.node.usecases.read.recent import Recent
from beeldbrug.node.usecases.read.scope import Scope
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.view.subject import pack_is_visible
from beeldbrug.sealed import forms

RUN_BYTES = 16 * 1024 * 1024
"""No more goes out in one answer; a segment of our own has 8 MiB."""


class SealedBytes:
    """Reads runs of segments for sessions."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._recent = Recent(4096)

    def read(self, scope: Scope, pack: str, segment: int, start: int, end: int) -> bytes:
        """Bytes ``start`` up to ``end`` of a segment.

        Raises NotFound outside the scope, Unavailable ``still-arriving``, TooLarge ``run-too-long``.
        """
        if forms.ID.fullmatch(pack) is None or not 0 <= segment < 2**31:
            raise not_found()
        if not 0 <= start < end:
            raise Malformed("run-malformed", "A run of sealed bytes has a start before its end.")
        if end - start > RUN_BYTES:
            raise TooLarge("run-too-long", "Too many sealed bytes were asked for at once.", "Ask for a shorter run.")
        version, now = self._sources.database.version(), self._sources.clock.now()
        until = self._recent.get((scope.token, pack), version, lambda: self._until(scope, pack))
        if until is None or now >= until:
            raise not_found()
        row = self._recent.get((scope.organisation, pack, segment), version, lambda: self._row(scope, pack, segment))
        if row is None or row.state is SegmentState.WANTED or end > (row.padded or row.length):
            raise still_arriving()
        return self._bytes(row, start, end - start)

    def _until(self, scope: Scope, pack: str) -> float | None:
        with self._sources.database.read() as transaction:
            return pack_is_visible(transaction, scope, self._sources.clock.now(), pack)

    def _row(self, scope: Scope, pack: str, segment: int) -> SegmentRow | None:
        with self._sources.database.read() as transaction:
            return transaction.packs.segment(scope.organisation, pack, segment)

    def _bytes(self, row: SegmentRow, start: int, length: int) -> bytes:
        readers: list[SegmentReader] = [self._sources.segments, *self._sources.spools]
        # A segment moves from spool to store at any moment, so the other place is asked as well.
        for reader in readers if row.state is SegmentState.STORED else readers[::-1]:
            try:
                return reader.read(row.pack, row.number, start, length)
            except NotFound:
                continue
        return self._sources.segments.read(row.pack, row.number, start, length)
