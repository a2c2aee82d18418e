"""One dataset through the whole path in one place: cut, sealed into packs and a capsule, opened, joined (DESIGN 3, 4).

`prove` measures and checks with it what nodes do over a network and a vault; the formats are the same code. Segments
lie as files in a folder of the caller's; memory does not grow with the dataset. It keeps nothing and knows no parties
but two made-up ones.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from beeldbrug.dicom.cut import Cut, Cutter
from beeldbrug.dicom.frames import FrameIndex
from beeldbrug.dicom.join import join
from beeldbrug.model.capsule import (
    CAPSULE_VERSION,
    HEADER_INLINE_BYTES,
    INDEX_INLINE_BYTES,
    Bulk,
    BulkRecord,
    GrantRecord,
    HeaderRecord,
    Preface,
)
from beeldbrug.model.dataset import Line, PieceKind
from beeldbrug.model.errors import Malformed
from beeldbrug.model.identity import InstanceIndex
from beeldbrug.model.pack import RECORD_BYTES_FRAMES, RECORD_BYTES_SINGLE, Extent, SealedPlace, Segment
from beeldbrug.sealed.capsule import Content, PartBuilder
from beeldbrug.sealed.envelope import VERSION, Envelope, EnvelopeKind, envelope_hash, part_hash, read_envelope
from beeldbrug.sealed.envelope import sign_envelope as sign
from beeldbrug.sealed.forms import new_id
from beeldbrug.sealed.keys import TransportKey, new_signing_key, new_transport_key
from beeldbrug.sealed.opening.capsule import open_part
from beeldbrug.sealed.opening.message import open_place
from beeldbrug.sealed.pack import MessageWriter, PackWriter, new_pack_key

SENDER = "00000001"
RECEIVER = "00000002"
STEP_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SealedPart:
    """A capsule part as it travels: the signed envelope and the sealed bytes."""

    token: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """What a receiver has of one instance after opening the capsule: two records, and the keys of the packs."""

    header: HeaderRecord
    bulk: BulkRecord
    keys: dict[str, bytes]
    folder: Path


class _File:
    """A segment as a file (``sealed.pack.SegmentFile``)."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)

    def append(self, data: bytes | bytearray | memoryview) -> None:
        """Add all of it."""
        view = memoryview(data).cast("B")
        while view:
            view = view[os.write(self._descriptor, view) :]

    def close(self, segment: Segment) -> None:
        """The segment is complete."""
        os.close(self._descriptor)


class _Pack:
    """One pack of the instance, opened when its first value comes."""

    def __init__(self, line: Line, folder: Path) -> None:
        self.line = line
        self.key = new_pack_key()
        self.id = new_id()
        self.writer = PackWriter(self.key, self.id, lambda number: _File(segment_path(folder, self.id, number)))


def segment_path(folder: Path, pack: str, number: int) -> Path:
    """Where a segment lies."""
    return folder / f"{pack}-{number}"


class InstanceSealer:
    """Cuts one dataset and seals it (``dicom.cut.CutSink``): ``feed`` it, then ``finish`` for its records."""

    def __init__(self, folder: Path, transfer_syntax: str | None = None) -> None:
        self._folder = folder
        self._cutter = Cutter(self, transfer_syntax, strict=False, instance=False)
        self._packs: dict[Line, _Pack] = {}
        self._bulks: list[Bulk] = []
        self._index: InstanceIndex | None = None
        self._message: MessageWriter | None = None
        self._line = Line.PIXEL
        self._tag = 0

    def feed(self, data: bytes | memoryview) -> None:
        """The next bytes. Raises BeeldbrugError when it is refused."""
        self._cutter.feed(data)

    def finish(self) -> list[Content]:
        """All bytes were fed; the instance's records with the grants of its packs."""
        cut = self._cutter.finish()
        records = [*self._records(cut)]
        for pack in self._packs.values():
            pack.writer.close_segment()
        grants = [GrantRecord(pack.id, pack.line, pack.key) for pack in self._packs.values()]
        return [*grants, *records]

    def abort(self) -> None:
        """Give it up and close what is open."""
        if self._message is not None:
            self._message.abort()
        for pack in self._packs.values():
            pack.writer.close_segment()

    def header_ready(self, header: bytes, index: InstanceIndex, transfer_syntax: str) -> None:
        """The header up to the pixels."""
        self._index = index

    def open_piece(self, kind: PieceKind, tag: int, declared: int | None) -> None:
        """A value begins that goes into a pack."""
        self._tag = tag
        self._line = Line.PIXEL if kind is PieceKind.PIXEL else Line.IDENTITY
        many = self._index is not None and (self._index.number_of_frames or 1) > 1
        size = RECORD_BYTES_FRAMES if self._line is Line.PIXEL and many else RECORD_BYTES_SINGLE
        self._message = self._pack(self._line).writer.begin(size)

    def write_piece(self, data: memoryview) -> None:
        """Bytes of it."""
        if self._message is not None:
            self._message.write(data)

    def close_piece(self, frames: FrameIndex | None) -> None:
        """It ended."""
        if self._message is None:
            return
        place = self._message.end()
        self._message = None
        index = b"" if frames is None else frames.to_bytes()
        frames_place = None
        if len(index) > INDEX_INLINE_BYTES:
            frames_place, index = self._put(self._line, index, RECORD_BYTES_FRAMES), b""
        self._bulks.append(Bulk(self._tag, self._line, place, frames_place, index))

    def _pack(self, line: Line) -> _Pack:
        if line not in self._packs:
            self._packs[line] = _Pack(line, self._folder)
        return self._packs[line]

    def _put(self, line: Line, data: bytes, record_size: int) -> SealedPlace:
        message = self._pack(line).writer.begin(record_size)
        message.write(data)
        return message.end()

    def _records(self, cut: Cut) -> Iterator[Content]:
        place = None
        if len(cut.header) > HEADER_INLINE_BYTES:
            place = self._put(Line.IDENTITY, cut.header, RECORD_BYTES_SINGLE)
        index, first = cut.index, cut.first_header_length
        uids = (index.study_uid, index.series_uid, index.instance_uid, index.sop_class, cut.transfer_syntax)
        yield HeaderRecord(1, *uids, cut.part10, None if place else cut.header[:first], place)
        tail = b"" if place else cut.header[first:]
        yield BulkRecord(1, tail, cut.pieces, tuple(self._bulks), cut.size, cut.hash, place)


class Wire:
    """Two made-up parties: seals records into signed parts for the receiver, and opens them there."""

    def __init__(self) -> None:
        self._signing = new_signing_key()
        self._transport: TransportKey = new_transport_key()

    def seal(self, records: Iterable[Content]) -> list[SealedPart]:
        """As few parts as the records need, chained by their envelopes."""
        parcel = new_id()
        parts: list[SealedPart] = []
        builder = self._builder(parcel, 1)
        for record in records:
            if not builder.add(record):
                parts.append(self._sealed(builder, parts))
                builder = self._builder(parcel, len(parts) + 1)
                builder.add(record)
        return [*parts, self._sealed(builder, parts)]

    def open(self, parts: Iterable[SealedPart], folder: Path) -> Opened:
        """What the receiver has. Raises BeeldbrugError for whatever does not hold."""
        keys: dict[str, bytes] = {}
        header: HeaderRecord | None = None
        bulk: BulkRecord | None = None
        for part in parts:
            envelope = read_envelope(part.token, self._signing.public_key())
            for record in open_part(part.body, [self._transport.secret], envelope).records:
                if isinstance(record, GrantRecord):
                    keys[record.pack] = record.key
                elif isinstance(record, HeaderRecord):
                    header = record
                elif isinstance(record, BulkRecord):
                    bulk = record
        if header is None or bulk is None:
            raise Malformed("capsule-incomplete", "The capsule does not hold both records of the instance.")
        return Opened(header, bulk, keys, folder)

    def _builder(self, parcel: str, number: int) -> PartBuilder:
        return PartBuilder(Preface(CAPSULE_VERSION, SENDER, RECEIVER, parcel, number, EnvelopeKind.PARCEL.value))

    def _sealed(self, builder: PartBuilder, before: list[SealedPart]) -> SealedPart:
        body = builder.seal(self._transport.recipient)
        preface = builder.preface
        envelope = Envelope(
            version=VERSION,
            kind=preface.kind,
            parcel=preface.parcel,
            part=preface.part,
            part_hash=part_hash(body),
            previous=envelope_hash(before[-1].token) if before else "",
            sender=SENDER,
            receiver=RECEIVER,
            key_id=self._transport.key_id,
            time=time.time(),
        )
        return SealedPart(sign(envelope, self._signing), body)


def read_place(opened: Opened, place: SealedPlace) -> Iterator[bytes]:
    """Plain bytes of a sealed place, checked."""

    def read(extent: Extent) -> bytes:
        descriptor = os.open(segment_path(opened.folder, place.pack, extent.segment), os.O_RDONLY)
        try:
            return os.pread(descriptor, extent.length, extent.offset)
        finally:
            os.close(descriptor)

    return open_place(opened.keys[place.pack], place, read)


def joined(opened: Opened) -> Iterator[bytes | memoryview]:
    """The original, from what was opened alone."""
    if opened.bulk.header_place is not None:
        header = b"".join(read_place(opened, opened.bulk.header_place))
    else:
        header = (opened.header.header or b"") + opened.bulk.tail
    bulks = opened.bulk.bulks
    return join(opened.bulk.pieces, header, lambda ordinal: read_place(opened, bulks[ordinal].place))


def seal_file(path: Path, folder: Path) -> list[Content]:
    """Records of a file whose bulk is sealed into ``folder``. Raises BeeldbrugError when it is refused, OSError."""
    sealer = InstanceSealer(folder)
    done = False
    try:
        with path.open("rb", buffering=0) as file:
            while data := file.read(STEP_BYTES):
                sealer.feed(data)
        records = sealer.finish()
        done = True
        return records
    finally:
        if not done:
            sealer.abort()
