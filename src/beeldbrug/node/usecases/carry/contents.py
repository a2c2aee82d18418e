"""What lies on a disc: the files of one exchange by IHE PDI (RAD TF-1 15, RAD TF-2 3.47) and PS3.10 section 8.

Instances are the files that they came as, byte for byte; what came without file meta gets it. Names are counts, never
identity. Nothing is read before it is asked for, and no study is in memory: the DICOMDIR is made last, from headers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from beeldbrug.dicom.directory import LISTED, Directory, Listed
from beeldbrug.model.errors import TooLarge, Unavailable
from beeldbrug.model.identity import Patient
from beeldbrug.node.ports.records import ExchangeRow, InstanceRow, InstanceState
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.carry.leaflet import Leaflet, index_page, readme
from beeldbrug.node.usecases.read.describe import attributes
from beeldbrug.node.usecases.read.part10 import File, as_file, places_of, read_file, read_headers
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources

IMAGES: Final = "DICOM"
INSTANCES_MOST: Final = 999_999
IN_FOLDER: Final = 1000
"""Instances in one folder: file systems and old readers are slow with many."""

AT_ONCE: Final = 200
FILE_SET: Final = "BEELDBRUG"
_DIRECTORY_UID: Final = 3
"""The last bits of the exchange's id that stand for its DICOMDIR; reports use others (sending.enclosing)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its name, parts joined by ``/``; ``size`` is -1 where it is known only when it was read."""

    name: str
    size: int
    read: Callable[[], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Item:
    """An instance, and its number in the exchange from 1."""

    ordinal: int
    row: InstanceRow

    @property
    def file(self) -> File:
        """The file it makes."""
        return as_file(self.row)

    @property
    def file_id(self) -> tuple[str, ...]:
        """Components of its name (PS3.10 section 8.5)."""
        if self.ordinal > INSTANCES_MOST:
            raise TooLarge("disc-too-many", "There are too many images for one list of contents.", "Make several.")
        return *folder_of(self.ordinal), f"IM{self.ordinal:06d}"

    @property
    def name(self) -> str:
        """Its name on the disc."""
        return "/".join(self.file_id)


def folder_of(ordinal: int) -> tuple[str, ...]:
    """The folder that the instance of this number lies in."""
    return IMAGES, f"D{(ordinal - 1) // IN_FOLDER:04d}"


def numbers(tx: Transaction, exchange: ExchangeRow) -> list[tuple[int, int]]:
    """(ordinal, row id) of the instances of an exchange that are here, in order; those still coming in are left out."""
    found, after = [], 0
    while members := tx.exchanges.members(exchange.id, after, AT_ONCE):
        after = members[-1].ordinal
        rows = tx.instances.get(exchange.organisation, [one.instance for one in members])
        here = {row.id for row in rows if row.state is not InstanceState.HEADER}
        found += [(one.ordinal, one.instance) for one in members if one.instance in here]
    return found


def items(sources: Sources, organisation: str, found: Sequence[tuple[int, int]]) -> Iterator[tuple[Places, list[Item]]]:
    """The instances of these numbers, some at a time, with their places looked up."""
    for start in range(0, len(found), AT_ONCE):
        some = found[start : start + AT_ONCE]
        with sources.database.read() as tx:
            rows = {row.id: row for row in tx.instances.get(organisation, [id for _, id in some])}
        places = Places(sources, organisation)
        places.load(place for row in rows.values() for place in places_of(row))
        yield places, [Item(ordinal, rows[id]) for ordinal, id in some if id in rows]


@dataclass(frozen=True)
class Contents:
    """The files of one exchange. ``leaflet`` is what its readme says. Raises Unavailable ``exchange-emptied``."""

    sources: Sources
    exchange: ExchangeRow
    numbers: Sequence[tuple[int, int]]
    leaflet: Leaflet

    def __post_init__(self) -> None:
        if not self.numbers or self.exchange.emptied is not None:
            raise Unavailable(
                "exchange-emptied",
                "The images of this exchange are not here (any more).",
                "Retrieve and send it again.",
            )

    def entries(self) -> Iterator[Entry]:
        """All files; the DICOMDIR last, and so nothing is missing where it is."""
        yield from self._texts()
        for places, some in items(self.sources, self.exchange.organisation, self.numbers):
            yield from instance_entries(self.sources, places, some)
        yield self._listing()

    def others(self) -> Iterator[Entry]:
        """What is not an instance; the DICOMDIR last."""
        yield from self._texts()
        yield self._listing()

    def _texts(self) -> Iterator[Entry]:
        for name, text in (("README.TXT", readme(self.leaflet)), ("INDEX.HTM", index_page(self.leaflet))):
            yield text_entry(name, text)

    def _listing(self) -> Entry:
        content = self.directory()
        return Entry("DICOMDIR", len(content), lambda: iter([content]))

    def directory(self) -> bytes:
        """The DICOMDIR."""
        made = Directory()
        for places, some in items(self.sources, self.exchange.organisation, self.numbers):
            headers = read_headers(self.sources, places, [item.row for item in some])
            for item, (row, header) in zip(some, headers, strict=True):
                values = attributes(self.sources, places, row, header, LISTED)
                made.add(Listed(item.file_id, row.sop_class, row.instance_uid, row.transfer_syntax, values))
        return made.to_bytes(FILE_SET, f"2.25.{(int(self.exchange.id, 16) & ~0xF) | _DIRECTORY_UID}")


def from_byte(chunks: Iterator[bytes], start: int) -> Iterator[bytes]:
    """The bytes from ``start`` on."""
    at = 0
    for chunk in chunks:
        if at + len(chunk) > start:
            yield chunk if at >= start else chunk[start - at :]
        at += len(chunk)


def instance_entries(sources: Sources, places: Places, some: Sequence[Item]) -> Iterator[Entry]:
    """The files of instances, their headers read some at a time."""
    headers = read_headers(sources, places, [item.row for item in some])
    for item, (_, header) in zip(some, headers, strict=True):
        yield _entry(sources, places, item, header)


def _entry(sources: Sources, places: Places, item: Item, header: bytes) -> Entry:
    file = item.file
    return Entry(item.name, file.size, lambda: read_file(sources, places, file, header))


def text_entry(name: str, text: str) -> Entry:
    """A small file of text, with the line ends that every system reads."""
    content = text.replace("\n", "\r\n").encode("utf-8")
    return Entry(name, len(content), lambda: iter([content]))


def contents_of(sources: Sources, exchange: ExchangeRow, language: str, made_by: str) -> Contents:
    """Everything of an exchange as a disc. ``language`` is nl or en, ``made_by`` names the program."""
    with sources.database.read() as tx:
        found = numbers(tx, exchange)
        shown = tx.listings.patients([exchange]).get(exchange.id)
    patient = None if shown is None else Patient(shown.name, shown.birth_date, shown.sex, shown.number)
    leaflet = Leaflet(
        language=language,
        sender=exchange.terms.sender.name or exchange.organisation,
        phone=exchange.terms.sender.phone,
        receiver=exchange.terms.receiver.name,
        made_by=made_by,
        made=exchange.created,
        images=len(found),
        patient=patient,
        description=exchange.description,
        question=exchange.terms.question,
    )
    return Contents(sources, exchange, found, leaflet)
