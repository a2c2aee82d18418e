"""Viewing in the portal: the plan of a study, its sealed bytes, and what a browser cannot open or decode itself.

One object for the process, thread-safe, called from threads. Every call takes a scope and enforces it; every call that
discloses has its audit event, and the *seen* mark, first (guarantees 4 and 5). What is still arriving is in the plan
already; asking again ``after`` the last plan brings what has come since.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from beeldbrug.model.dataset import FrameSpan
from beeldbrug.model.errors import NotFound
from beeldbrug.node.ports.records import InstanceRow
from beeldbrug.node.usecases.read import bulk, frames
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.scope import Scope
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.read.view import Ledger, begin_viewing, record_failure
from beeldbrug.node.usecases.view import plan
from beeldbrug.node.usecases.view.decode import Decoded, decode_frame
from beeldbrug.node.usecases.view.sealed import SealedBytes
from beeldbrug.node.usecases.view.subject import (
    Name,
    Subject,
    find_subject,
    instance_of,
    instances_of,
    progress,
    rejected_of,
    saved_beside,
)

PDF = "application/pdf"
OCTETS = "application/octet-stream"
VIDEO = {
    **{f"1.2.840.10008.1.2.4.{number}": "video/mpeg" for number in (100, 101)},
    **{f"1.2.840.10008.1.2.4.{number}": "video/mp4" for number in range(102, 109)},
}
"""Media type by transfer syntax, without the suffix of its fragmentable kin."""

_DOCUMENT = "00420011"
_PDF_HEAD = b"%PDF-"


A_FEW = 8
"""A series of more images than this opens in its middle, as in the viewer (``web/src/viewer/stack.ts``)."""


@dataclass(frozen=True, slots=True)
class Octets:
    """A value, or a run of it, and how many bytes that has; ``whole`` of all of it."""

    length: int
    chunks: Iterator[bytes]
    media_type: str = OCTETS
    whole: int = 0


class Viewing:
    """See the module."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._ledger = Ledger()
        self._sealed = SealedBytes(sources)

    def plan(
        self, scope: Scope, name: Name, base: str, after: int = 0, waiting: frozenset[int] = frozenset()
    ) -> Iterator[bytes]:
        """Lines of the plan; of those known already only the ones that were waited for and have come.

        ``base`` is the path below which the instances of this name lie. Raises NotFound outside the scope.
        """
        now = self._sources.clock.now()
        try:
            with self._sources.database.read() as transaction:
                subject = find_subject(transaction, scope, now, name)
                rows = instances_of(transaction, scope, subject)
                saved = saved_beside(transaction, subject)
                back = rejected_of(transaction, subject, rows)
        except NotFound:
            record_failure(self._sources, self._ledger, scope, "")
            raise
        self._begin(scope, subject)
        here, total, arriving = progress(subject, rows, saved)
        told = [row for row in rows if row.id > after or (row.id in waiting and plan.has_come(row))]
        first = plan.StudyLine(here, total, arriving, base, back)
        last = plan.EndLine(here, total, arriving, max([after, *(row.id for row in rows)]))
        series = len({row.series_uid for row in told})
        return plan.plan_lines(self._sources, scope.organisation, looked_at_first(told), first, last, series)

    def sealed(self, scope: Scope, pack: str, segment: int, start: int, end: int) -> bytes:
        """A run of sealed bytes. Raises NotFound, Unavailable ``still-arriving``, TooLarge."""
        return self._sealed.read(scope, pack, segment, start, end)

    def value(
        self, scope: Scope, name: Name, instance: int, path: str, start: int = 0, end: int | None = None
    ) -> Octets:
        """One value of an instance by its path, or a run of it; little endian."""
        row, places = self._open(scope, name, instance)
        value = bulk.find_value(self._sources, places, row, path, None)
        stop = value.length if end is None else min(end, value.length)
        start = min(start, stop)
        chunks = bulk.read_value(value, start, stop - start)
        return Octets(stop - start, chunks, whole=value.length)

    def document(self, scope: Scope, name: Name, instance: int) -> Octets:
        """The encapsulated document (PS3.3 C.24.2); its media type is PDF only when it is one."""
        row, places = self._open(scope, name, instance)
        value = bulk.find_value(self._sources, places, row, _DOCUMENT, None)
        head = b"".join(bulk.read_value(value, 0, min(len(_PDF_HEAD), value.length)))
        chunks = bulk.read_value(value, 0, value.length)
        return Octets(value.length, chunks, PDF if head == _PDF_HEAD else OCTETS, value.length)

    def video(self, scope: Scope, name: Name, instance: int, start: int = 0, end: int | None = None) -> Octets:
        """A stream of video as it is stored, or a run of it (PS3.5 section 8.2.5 and on)."""
        row, places = self._open(scope, name, instance)
        media_type = VIDEO.get(row.transfer_syntax.removesuffix(".1"), "")
        if not media_type:
            raise NotFound("no-such-value", "The instance has no such value.", "Use what the plan names.")
        pixels = frames.open_pixels(self._sources, places, row)
        span = frames.find_frame(places, pixels, 1)
        whole = frames.frame_length(pixels, span)
        stop = whole if end is None else min(end, whole)
        asked = FrameSpan(_part(span.fragments, min(start, stop), stop))
        return Octets(max(0, stop - start), frames.read_frame(places, pixels, asked), media_type, whole)

    def frame(self, scope: Scope, name: Name, instance: int, number: int) -> Decoded:
        """A frame (from 1) decoded here."""
        row, places = self._open(scope, name, instance)
        return decode_frame(self._sources, places, row, number)

    def _open(self, scope: Scope, name: Name, instance: int) -> tuple[InstanceRow, Places]:
        with self._sources.database.read() as transaction:
            subject = find_subject(transaction, scope, self._sources.clock.now(), name)
            row = instance_of(transaction, scope, subject, instance)
        self._begin(scope, subject)
        return row, Places(self._sources, scope.organisation)

    def subject(self, scope: Scope, name: Name) -> Subject:
        """What a name stands for, its viewing on record: for what is read beside it. Raises NotFound."""
        with self._sources.database.read() as transaction:
            subject = find_subject(transaction, scope, self._sources.clock.now(), name)
        self._begin(scope, subject)
        return subject

    def _begin(self, scope: Scope, subject: Subject) -> None:
        if subject.study is not None:
            begin_viewing(self._sources, self._ledger, scope, [subject.study])


def looked_at_first(rows: Sequence[InstanceRow]) -> list[InstanceRow]:
    """The same rows, with of each series in front the one that is looked at first, and can be at once: the middle of a
    stack, the first of a few; of a series that is still arriving, as far as it has come.
    """
    by_series: dict[str, list[InstanceRow]] = {}
    for row in rows:
        by_series.setdefault(row.series_uid, []).append(row)
    heads = []
    for series in by_series.values():
        whole = [row for row in series if plan.has_come(row)] or series
        ordered = sorted(whole, key=lambda row: (row.instance_number is None, row.instance_number or 0, row.id))
        heads.append(ordered[len(ordered) // 2 if len(ordered) > A_FEW else 0])
    first = {row.id for row in heads}
    return [*heads, *(row for row in rows if row.id not in first)]


def _part(fragments: tuple[tuple[int, int], ...], start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The part of fragments laid end to end from byte ``start`` up to byte ``end``."""
    found: list[tuple[int, int]] = []
    passed = 0
    for offset, length in fragments:
        low, high = max(start - passed, 0), min(end - passed, length)
        if low < high:
            found.append((offset + low, high - low))
        passed += length
    return tuple(found)
