"""Makers of keys, envelopes, parts and packs in memory for the tests of ``sealed``. No sockets, no files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from beeldbrug.model.capsule import CAPSULE_VERSION, Preface
from beeldbrug.model.pack import Extent, SealedPlace, Segment
from beeldbrug.sealed.capsule import Content, seal_part
from beeldbrug.sealed.envelope import VERSION, Envelope, part_hash
from beeldbrug.sealed.forms import new_id
from beeldbrug.sealed.keys import new_signing_key, new_transport_key
from beeldbrug.sealed.pack import PackWriter, new_pack_key

SENDER, RECEIVER, OTHER = "90000001", "90000002", "90000003"
NOW = 1_800_000_000.0
RECEIVER_KEY = new_transport_key()
SENDER_SIGNS, OTHER_SIGNS = new_signing_key(), new_signing_key()


def an_envelope(
    sealed: bytes,
    part: int = 1,
    previous: str = "",
    parcel: str = "0" * 32,
    sender: str = SENDER,
    receiver: str = RECEIVER,
    kind: str = "parcel",
    time: float = NOW,
) -> Envelope:
    return Envelope(
        VERSION, kind, parcel, part, part_hash(sealed), previous, sender, receiver, RECEIVER_KEY.key_id, time
    )


def a_preface(part: int = 1, parcel: str = "0" * 32, sender: str = SENDER, kind: str = "parcel") -> Preface:
    return Preface(CAPSULE_VERSION, sender, RECEIVER, parcel, part, kind)


def a_part(records: Sequence[Content], part: int = 1, kind: str = "parcel") -> bytes:
    return seal_part(a_preface(part, kind=kind), records, RECEIVER_KEY.recipient)


@dataclass
class MemorySegment:
    data: bytearray = field(default_factory=bytearray)
    closed: Segment | None = None

    def append(self, data: bytes | bytearray | memoryview) -> None:
        self.data += data

    def close(self, segment: Segment) -> None:
        self.closed = segment


class MemoryPack:
    """A pack whose segments lie in memory; ``read`` gives sealed bytes as a store does."""

    def __init__(self) -> None:
        self.key = new_pack_key()
        self.segments: dict[int, MemorySegment] = {}
        self.reads: list[Extent] = []
        self.time = 0.0
        self.writer = PackWriter(self.key, new_id(), self._open, clock=lambda: self.time)

    def _open(self, number: int) -> MemorySegment:
        assert number not in self.segments
        self.segments[number] = MemorySegment()
        return self.segments[number]

    def put(self, data: bytes, record_size: int = 64) -> SealedPlace:
        message = self.writer.begin(record_size)
        message.write(data)
        return message.end()

    def read(self, extent: Extent) -> bytes:
        self.reads.append(extent)
        return bytes(self.segments[extent.segment].data[extent.offset : extent.offset + extent.length])
