"""An upload as a carrier (ports.carrier): sealed chunks in the staging folder, opened part by part while they are read.

Nothing is unpacked to disk: at most one part of a file is in memory, opened. A file is the parts that are here, in the
order of their numbers; where one is missing, reading says so (``NotHereYet``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.carrier import (
    NAME_OUTSIDE,
    UNREADABLE,
    CarrierEntry,
    CarrierFile,
    CarrierLimits,
    NotHereYet,
)
from beeldbrug.node.ports.uploads import ChunkRow, Staging
from beeldbrug.node.stores.carrier.folder import Counted
from beeldbrug.node.stores.carrier.zip_file import points_outside
from beeldbrug.sealed.opening.parts import Entry, Part, WriterKeys, entries_of, open_part, split_head


@dataclass(slots=True)
class _Sent:
    """One file: of each part its chunk and place."""

    id: bytes
    parts: dict[int, tuple[ChunkRow, Entry]] = field(default_factory=dict)


class SealedCarrier:
    """``ports.carrier.Carrier`` over an upload."""

    def __init__(
        self, staging: Staging, chunks: Sequence[ChunkRow], writers: Mapping[str, WriterKeys], limits: CarrierLimits
    ) -> None:
        self._staging = staging
        self._writers = writers
        self._limits = limits
        self._head: tuple[int, memoryview, bool] | None = None
        files: dict[bytes, _Sent] = {}
        for chunk in chunks:
            for entry in entries_of(chunk.contents):
                sent = files.setdefault(entry.file, _Sent(entry.file))
                sent.parts.setdefault(entry.part, (chunk, entry))
        self._files = list(files.values())

    def entries(self) -> Iterator[CarrierEntry]:
        """Files in the order in which they began to come. Raises TooLarge."""
        counted = Counted(self._limits)
        for place, sent in enumerate(self._files):
            if 0 not in sent.parts:
                continue
            entry = self._entry(place, sent)
            counted.add(entry)
            yield entry

    def id_of(self, entry: CarrierEntry) -> str:
        """The file's id as the browser knows it."""
        return self._files[entry.place].id.hex()

    @contextmanager
    def open(self, entry: CarrierEntry) -> Iterator[CarrierFile]:
        """Read one."""
        yield _SealedFile(self, entry.place)

    def part(self, place: int, number: int) -> tuple[memoryview, bool]:
        """(bytes, whether the file ends there) of a part. Raises OSError."""
        if number == 0 and self._head is not None and self._head[0] == place:
            return self._head[1], self._head[2]
        opened = self._open(self._files[place], number)
        if number:
            return opened.content, opened.last
        try:
            content = split_head(opened.content)[2]
        except BeeldbrugError as error:
            raise OSError(error.code) from None
        return content, opened.last

    def _entry(self, place: int, sent: _Sent) -> CarrierEntry:
        try:
            opened = self._open(sent, 0)
            name, size, content = split_head(opened.content)
        except (OSError, BeeldbrugError):
            return CarrierEntry(sent.id.hex(), 0, UNREADABLE, place)
        self._head = (place, content, opened.last)
        return CarrierEntry(name, size, NAME_OUTSIDE if points_outside(name) else "", place)

    def _open(self, sent: _Sent, number: int) -> Part:
        there = sent.parts.get(number)
        if there is None:
            raise NotHereYet("a part has not come")
        chunk, entry = there
        message = self._staging.read(chunk.upload, chunk.name, entry.offset, entry.length)
        try:
            return open_part(self._writers[chunk.writer].keys[chunk.line], entry, message)
        except (BeeldbrugError, KeyError) as error:
            raise OSError(type(error).__name__) from None


class _SealedFile:
    """``ports.carrier.CarrierFile`` over the parts of one."""

    __slots__ = ("_carrier", "_ended", "_held", "_next", "_place")

    def __init__(self, carrier: SealedCarrier, place: int) -> None:
        self._carrier = carrier
        self._place = place
        self._next = 0
        self._held = memoryview(b"")
        self._ended = False

    def read(self, size: int) -> bytes:
        """The next bytes, of one part at a time. Raises OSError."""
        while not self._held and not self._ended:
            self._held, self._ended = self._carrier.part(self._place, self._next)
            self._next += 1
        data, self._held = bytes(self._held[:size]), self._held[size:]
        return data
