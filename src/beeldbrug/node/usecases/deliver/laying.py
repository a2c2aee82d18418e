"""Lay the files of an exchange into a partner's folder over SFTP; repeatable after anything that breaks it off.

A file has ``.part`` behind its name until all of it is there; a repeat goes on where the server is, a little before it,
because the last bytes may not have reached its disk. The folder is named by the exchange, so nothing in it is anybody
else's and nothing lies there twice. The list of contents (DICOMDIR) comes last.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from beeldbrug.node.ports.partners import Delivery, Leaf, Outlets, Way, other_size
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.usecases.carry.contents import Contents, Entry, folder_of, from_byte, instance_entries, items
from beeldbrug.node.usecases.carry.zipped import zipped
from beeldbrug.node.usecases.read.sources import Sources

PART: Final = ".part"
AGAIN_BYTES: Final = 8 * 1024 * 1024
"""Written once more after a break: a server that lost its power has not all that it said it had."""

NOTED_SECONDS: Final = 0.5
"""How often files that have their name are written down; more often costs a commit for each."""

Note = Callable[[ExchangeRow, Sequence[Delivery]], None]


@dataclass
class Laying:
    """Over one connection at a time."""

    outlets: Outlets
    sources: Sources
    note: Note

    def lay_files(
        self, exchange: ExchangeRow, way: Way, left: Sequence[tuple[int, int]], goes_on: Callable[[], bool]
    ) -> None:
        """The instances, each under its own name; ``goes_on`` is asked before each."""
        noting = _Noting(self.note, exchange, self.sources.clock.now)
        with self.outlets.sftp(way) as shelf:
            try:
                for folder, some in groupby(left, lambda one: folder_of(one[0])):
                    there = shelf.sizes("/".join((exchange.id, *folder)))
                    for leaf in shelf.lay(self._leaves(exchange, list(some), there, goes_on, noting)):
                        noting.laid(leaf.instance)
                        noting.note_some()
            finally:
                noting.note_all()

    def _leaves(
        self,
        exchange: ExchangeRow,
        left: Sequence[tuple[int, int]],
        there: Mapping[str, int],
        goes_on: Callable[[], bool],
        noting: _Noting,
    ) -> Iterator[Leaf]:
        """What of these is not ``there`` already."""
        for places, some in items(self.sources, exchange.organisation, left):
            for item, entry in zip(some, instance_entries(self.sources, places, some), strict=True):
                if not goes_on():
                    return
                leaf = _leaf(exchange.id, item.row.id, entry, there)
                if leaf is None:
                    noting.laid(item.row.id)
                else:
                    yield leaf

    def lay_list(self, exchange: ExchangeRow, way: Way, contents: Contents) -> None:
        """What is not an instance: readme, page, and the DICOMDIR last."""
        with self.outlets.sftp(way) as shelf:
            for entry in contents.others():
                name = f"{exchange.id}/{entry.name}"
                if shelf.append(name + PART, 0, entry.read()) != entry.size:
                    raise other_size()
                shelf.rename(name + PART, name)

    def lay_zip(self, exchange: ExchangeRow, way: Way, contents: Contents, goes_on: Callable[[], bool]) -> None:
        """All in one file; its unfinished name says of how many instances, so that only the same is gone on with."""
        final = f"{exchange.id}.zip"
        part = f"{exchange.id}-{len(contents.numbers)}{PART}"
        with self.outlets.sftp(way) as shelf:
            there = shelf.sizes("").get(part, 0)
            chunks = zipped(contents.entries(), exchange.created, exchange.id)
            counted = _Counted(_asking(chunks, goes_on))
            start = max(0, there - AGAIN_BYTES)
            size = shelf.append(part, start, from_byte(counted, start))
            if size != counted.bytes:
                raise other_size()
            shelf.rename(part, final)


@dataclass
class _Noting:
    """Files that have their name, to be written down now and then."""

    note: Note
    exchange: ExchangeRow
    clock: Callable[[], float]
    _laid: list[Delivery] = field(default_factory=list)
    _noted: float = field(default_factory=time.monotonic)

    def laid(self, instance: int) -> None:
        """One more; from any thread."""
        self._laid.append(Delivery(instance, 0, "", self.clock()))

    def note_some(self) -> None:
        """When it is time."""
        if time.monotonic() - self._noted > NOTED_SECONDS:
            self.note_all()
            self._noted = time.monotonic()

    def note_all(self) -> None:
        """What was not written down yet."""
        count = len(self._laid)  # another thread may add more meanwhile
        if count:
            self.note(self.exchange, self._laid[:count])
            del self._laid[:count]


def _leaf(folder: str, instance: int, entry: Entry, there: Mapping[str, int]) -> Leaf | None:
    """The file of an entry, with its beginning left out where that is ``there``; None where all of it is."""
    name = f"{folder}/{entry.name}"
    last = name.rpartition("/")[2]
    if there.get(last) == entry.size:
        return None
    start = max(0, min(there.get(last + PART, 0), entry.size) - AGAIN_BYTES)
    return Leaf(instance, name + PART, name, start, entry.size, lambda: from_byte(entry.read(), start))


class _Counted:
    """Chunks, and how many bytes went by."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self.bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        chunk = next(self._chunks)
        self.bytes += len(chunk)
        return chunk


def _asking(chunks: Iterator[bytes], goes_on: Callable[[], bool]) -> Iterator[bytes]:
    """A file cannot wait in the middle for its turn; it only ends when nobody wants it any more."""
    for number, chunk in enumerate(chunks):
        if number % 64 == 0:
            goes_on()
        yield chunk
