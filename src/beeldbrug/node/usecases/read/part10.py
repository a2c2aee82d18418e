"""Retrieve an instance as a DICOM file (PS3.10 section 7): header and bulk joined, byte for byte as they came.

What came as a file goes out as that file; what came as a bare dataset gets a preamble and file meta information first.
The whole is hashed on the way; when it is not what the vault says, the last chunk is held back and the stream breaks.
Nothing is transcoded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from blake3 import blake3

from beeldbrug.dicom.join import join
from beeldbrug.dicom.part10 import file_meta
from beeldbrug.model.errors import Denied
from beeldbrug.model.pack import SealedPlace
from beeldbrug.node.ports.records import InstanceRow, InstanceState
from beeldbrug.node.usecases.read.places import Places, still_arriving
from beeldbrug.node.usecases.read.sources import Sources

HEADERS_FIRST = 10
HEADERS_AT_ONCE = 50

CHUNK_BYTES = 512 * 1024
"""Chunks of a stream are gathered to about this size."""


@dataclass(frozen=True, slots=True)
class File:
    """An instance that can be read as a file. ``size`` is of the whole file, ``meta`` what is put before it."""

    row: InstanceRow
    meta: bytes

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self.meta) + self.row.size

    @property
    def transfer_syntax(self) -> str:
        """UID of the transfer syntax it is stored in."""
        return self.row.transfer_syntax


def as_file(row: InstanceRow) -> File:
    """The file that an instance makes."""
    return File(row, b"" if row.part10 else file_meta(row.sop_class, row.instance_uid, row.transfer_syntax))


def places_of(row: InstanceRow) -> list[SealedPlace]:
    """Every sealed place that the instance needs."""
    places = [bulk.place for bulk in row.bulks]
    return [row.header_place, *places] if row.header_place is not None else places


def is_here(places: Places, row: InstanceRow) -> bool:
    """Whether the instance can be read whole."""
    return row.state is not InstanceState.HEADER and places.here(places_of(row))


def read_header(sources: Sources, places: Places, row: InstanceRow) -> bytes:
    """The header, from the vault or from its identity pack."""
    if row.header_place is not None:
        return b"".join(places.read(row.header_place))
    with sources.database.read() as transaction:
        header = transaction.instances.header(row.organisation, row.id)
    if header is None:
        raise still_arriving()
    return header


def read_headers(sources: Sources, places: Places, rows: Sequence[InstanceRow]) -> Iterator[tuple[InstanceRow, bytes]]:
    """As ``read_header`` of each, with one look into the vault for HEADERS_AT_ONCE of them and all their places, and
    one for the first few, so that they do not wait for more."""
    for start in (0, *range(HEADERS_FIRST, len(rows), HEADERS_AT_ONCE)):
        some = rows[start : start + HEADERS_AT_ONCE] if start else rows[:HEADERS_FIRST]
        places.load(place for row in some for place in places_of(row))
        inline = [row for row in some if row.header_place is None]
        found: dict[int, bytes | None] = {}
        if inline:
            with sources.database.read() as transaction:
                found = transaction.instances.headers(inline[0].organisation, [row.id for row in inline])
        for row in some:
            header = found.get(row.id)
            yield row, read_header(sources, places, row) if header is None else header


def read_original(sources: Sources, places: Places, row: InstanceRow, header: bytes | None = None) -> Iterator[bytes]:
    """The bytes as they were received, in chunks; raises Denied before the end when they are not the same. ``header``
    where it was read before."""
    if row.state is InstanceState.HEADER:
        raise still_arriving()
    if header is None:
        header = read_header(sources, places, row)
    chunks = join(row.pieces, header, lambda ordinal: places.read(row.bulks[ordinal].place))
    return _checked(chunks, row)


def read_file(sources: Sources, places: Places, file: File, header: bytes | None = None) -> Iterator[bytes]:
    """The file in chunks of about ``CHUNK_BYTES``; ``header`` where it was read before."""
    return gathered(_prefixed(file.meta, read_original(sources, places, file.row, header)))


def gathered(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in fewer, larger chunks."""
    held: list[bytes] = []
    size = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= CHUNK_BYTES:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def _prefixed(prefix: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    if prefix:
        yield prefix
    yield from chunks


def _checked(chunks: Iterator[bytes | memoryview], row: InstanceRow) -> Iterator[bytes]:
    digest, size, held = blake3(), 0, b""
    for part in chunks:
        chunk = bytes(part)
        if not chunk:
            continue
        digest.update(chunk)
        size += len(chunk)
        if held:
            yield held
        held = chunk
    if size != row.size or digest.digest() != row.hash:
        raise Denied(
            "instance-changed",
            "The instance read back is not the one that was received, so it is not given out.",
            "Ask the sender to send it again, and have the storage of this node looked at.",
        )
    if held:
        yield held
