"""Lay the files of an exchange into a partner's folder over SFTP; repeatable after anything that breaks it off.

A file has ``.part`` behind its name until all of it is there; a repeat goes on where the server is, a little before it,
because the last bytes may not have reached its disk. The folder is named by the exchange, so nothing in it is anybody
else's and nothing lies there twice. The list of contents (DICOMDIR) comes last.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.partners import Delivery, Outlets, Shelf, Way
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.usecases.carry.contents import Contents, Entry, from_byte, instance_entry, items
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
    _seen: dict[str, dict[str, int]] = field(default_factory=dict)
    """What lay in each folder when it was looked at."""

    def lay_files(
        self, exchange: ExchangeRow, way: Way, left: Sequence[tuple[int, int]], goes_on: Callable[[], bool]
    ) -> None:
        """The instances, each under its own name; ``goes_on`` is asked before each."""
        laid: list[Delivery] = []
        noted = time.monotonic()
        with self.outlets.sftp(way) as shelf:
            self._seen.clear()
            try:
                for places, some in items(self.sources, exchange.organisation, left):
                    for item in some:
                        if not goes_on():
                            return
                        self._lay(shelf, exchange.id, instance_entry(self.sources, places, item))
                        laid.append(Delivery(item.row.id, 0, "", self.sources.clock.now()))
                        if time.monotonic() - noted > NOTED_SECONDS:
                            self.note(exchange, laid)
                            laid, noted = [], time.monotonic()
            finally:
                if laid:
                    self.note(exchange, laid)

    def lay_list(self, exchange: ExchangeRow, way: Way, contents: Contents) -> None:
        """What is not an instance: readme, page, and the DICOMDIR last."""
        with self.outlets.sftp(way) as shelf:
            self._seen.clear()
            for entry in contents.others():
                self._lay(shelf, exchange.id, entry, again=True)

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
                raise _other_size()
            shelf.rename(part, final)

    def _lay(self, shelf: Shelf, folder: str, entry: Entry, again: bool = False) -> None:
        name = f"{folder}/{entry.name}"
        above, _, last = name.rpartition("/")
        if above not in self._seen:
            self._seen[above] = shelf.sizes(above)
        seen = self._seen[above]
        if seen.get(last) == entry.size and not again:
            return
        start = 0 if again else max(0, min(seen.get(last + PART, 0), entry.size) - AGAIN_BYTES)
        if shelf.append(name + PART, start, from_byte(entry.read(), start)) != entry.size:
            raise _other_size()
        shelf.rename(name + PART, name)


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


def _other_size() -> Unavailable:
    return Unavailable("partner-size", "A file lies at the receiver with another length.", "It is tried again.")
