"""Put instances into a vault for tests: cut, seal into packs, add rows, as receiving and arriving do.

Small on purpose: one pack a line, no rules, no policy, no audit. ``MemorySpool`` and ``MemoryStore`` are for disks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_hex
from typing import Any

from beeldbrug.dicom.cut import Cut, Cutter
from beeldbrug.dicom.frames import FrameIndex
from beeldbrug.kit.clock import ManualClock
from beeldbrug.model.capsule import INDEX_INLINE_BYTES, Bulk
from beeldbrug.model.dataset import Line, PieceKind
from beeldbrug.model.errors import NotFound
from beeldbrug.model.exchange import Direction, Ground, Party, Purpose, State, Terms, Urgency
from beeldbrug.model.identity import InstanceIndex
from beeldbrug.model.pack import RECORD_BYTES_FRAMES, RECORD_BYTES_SINGLE, SealedPlace, Segment
from beeldbrug.node.ports.records import (
    OWN,
    InstanceState,
    NewExchange,
    NewInstance,
    NewPack,
    SegmentRow,
    SegmentState,
    TokenRow,
)
from beeldbrug.node.ports.segments import SegmentStore, Spool, SpoolSegment
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.node.usecases.read.reading import Reading
from beeldbrug.node.usecases.read.scope import Scope, hash_token
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.sealed.opening.vault import VaultRoot, new_root
from beeldbrug.sealed.pack import PackWriter, new_pack_key
from tests.vaults import fresh_vault

NOW = 1_700_000_000.0
HOME = "00000020"
AWAY = "00000030"


@dataclass
class MemorySpoolSegment:
    """An open segment in memory."""

    data: bytearray = field(default_factory=bytearray)

    @property
    def length(self) -> int:
        return len(self.data)

    def append(self, data: bytes | memoryview) -> None:
        self.data += data

    def sync(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to do."""


@dataclass
class MemorySpool:
    """Spool and, in ``reads``, a log of what was read from it."""

    held: dict[tuple[str, int], MemorySpoolSegment] = field(default_factory=dict)
    reads: list[tuple[str, int, int, int]] = field(default_factory=list)

    def create(self, pack: str, number: int) -> SpoolSegment:
        return self.held.setdefault((pack, number), MemorySpoolSegment())

    def path(self, pack: str, number: int) -> Path:
        raise NotImplementedError

    def read(self, pack: str, number: int, offset: int, length: int) -> bytes:
        self.reads.append((pack, number, offset, length))
        if (pack, number) not in self.held:
            raise NotFound("segment-not-here", "Not in the spool.")
        return bytes(self.held[pack, number].data[offset : offset + length])

    def left_over(self) -> Iterator[tuple[str, int, int]]:
        return iter([])

    def cut(self, pack: str, number: int, length: int) -> None:
        raise NotImplementedError

    def drop(self, pack: str, number: int) -> None:
        self.held.pop((pack, number), None)


@dataclass
class MemoryStore:
    """Segment store in memory; ``put`` takes bytes, because there are no files."""

    held: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def put(self, pack: str, number: int, data: bytes) -> None:
        self.held[pack, number] = data

    def put_file(self, pack: str, number: int, path: Path) -> None:
        self.put(pack, number, path.read_bytes())

    def read(self, pack: str, number: int, offset: int, length: int) -> bytes:
        if (pack, number) not in self.held:
            raise NotFound("segment-not-here", "Not in the store.")
        return self.held[pack, number][offset : offset + length]

    def size(self, pack: str, number: int) -> int | None:
        found = self.held.get((pack, number))
        return None if found is None else len(found)

    def delete_pack(self, pack: str) -> None:
        for key in [key for key in self.held if key[0] == pack]:
            del self.held[key]

    def packs(self) -> Iterator[str]:
        return iter({pack for pack, _ in self.held})


class _File:
    """A segment of a pack being written to the spool."""

    def __init__(self, file: SpoolSegment) -> None:
        self.file = file

    def append(self, data: bytes | bytearray | memoryview) -> None:
        self.file.append(memoryview(data))

    def close(self, segment: Segment) -> None:
        self.file.sync()
        self.file.close()


class _Pack:
    """One pack of one line, and its segments so far."""

    def __init__(self, spool: Spool, line: Line) -> None:
        self.line = line
        self.id = token_hex(16)
        self.key = new_pack_key()
        self.closed: list[Segment] = []
        self.current = 0
        self._spool = spool
        self.writer = PackWriter(self.key, self.id, self._open)

    def _open(self, number: int) -> _File:
        self.current = number
        pack = self

        class File(_File):
            def close(self, segment: Segment) -> None:
                super().close(segment)
                pack.closed.append(segment)

        return File(self._spool.create(self.id, number))

    def message(self, record_size: int, data: bytes) -> SealedPlace:
        writer = self.writer.begin(record_size)
        writer.write(data)
        return writer.end()


class _Sink:
    """Seals the pieces of one instance."""

    def __init__(self, packs: dict[Line, _Pack]) -> None:
        self._packs = packs
        self.header = b""
        self.index: InstanceIndex | None = None
        self.bulks: list[Bulk] = []

    def header_ready(self, header: bytes, index: InstanceIndex, transfer_syntax: str) -> None:
        self.header, self.index = header, index

    def open_piece(self, kind: PieceKind, tag: int, declared: int | None) -> None:
        self._line = Line.PIXEL if kind is PieceKind.PIXEL else Line.IDENTITY
        self._tag = tag
        frames = self.index.number_of_frames if self.index else None
        self._message = self._packs[self._line].writer.begin(
            RECORD_BYTES_FRAMES if (frames or 1) > 1 else RECORD_BYTES_SINGLE
        )

    def write_piece(self, data: memoryview) -> None:
        self._message.write(data)

    def close_piece(self, frames: FrameIndex | None) -> None:
        place = self._message.end()
        index, listed = b"" if frames is None else frames.to_bytes(), None
        if len(index) > INDEX_INLINE_BYTES:
            listed, index = self._packs[self._line].message(RECORD_BYTES_FRAMES, index), b""
        self.bulks.append(Bulk(self._tag, self._line, place, listed, index))


class Ingest:
    """Adds instances to a vault under one organisation and origin."""

    def __init__(
        self, database: Database, spool: Spool, store: SegmentStore, organisation: str, origin: str = OWN
    ) -> None:
        self._database = database
        self._spool = spool
        self._store = store
        self._organisation = organisation
        self._origin = origin
        self._packs = {line: _Pack(spool, line) for line in Line}
        self._added: set[Line] = set()
        self.ids: list[int] = []

    def add(self, data: bytes, transfer_syntax: str | None = None, received: float = NOW, **changes: Any) -> Cut:
        """Cut, seal and keep one instance: a file, or with a transfer syntax a bare dataset. ``changes`` of its row."""
        cut, new = self._new(data, transfer_syntax, received)
        new = replace(new, **changes)
        with self._database.write() as transaction:
            self._note_packs(transaction)
            self.ids.append(transaction.instances.add(new))
        return cut

    def add_header(self, data: bytes, received: float = NOW) -> tuple[Cut, NewInstance, int]:
        """Keep only the header record of an instance; give what ``complete`` needs later, with the row id."""
        cut, new = self._new(data, None, received)
        first = NewInstance(
            organisation=new.organisation,
            origin=new.origin,
            index=new.index,
            part10=new.part10,
            header=(new.header or b"")[: cut.first_header_length],
            header_place=None,
            first_header_length=cut.first_header_length,
            pieces=(),
            bulks=(),
            size=0,
            hash=cut.hash,
            state=InstanceState.HEADER,
            received=received,
        )
        with self._database.write() as transaction:
            self._note_packs(transaction)
            self.ids.append(transaction.instances.add(first))
        return cut, new, self.ids[-1]

    def close(self, state: SegmentState = SegmentState.STORED) -> None:
        """Close the open segments; STORED moves all to the store, WANTED takes their bytes away."""
        for pack in self._packs.values():
            pack.writer.close_segment()
            for segment in pack.closed:
                self._finish(segment, state)

    def _finish(self, segment: Segment, state: SegmentState) -> None:
        data = self._spool.read(segment.pack, segment.number, 0, segment.padded)
        if state is SegmentState.STORED:
            put: Any = getattr(self._store, "put", None)
            if put is not None:
                put(segment.pack, segment.number, data)
            else:
                self._store.put_file(segment.pack, segment.number, self._spool.path(segment.pack, segment.number))
        if state is not SegmentState.CLOSED:
            self._spool.drop(segment.pack, segment.number)
        with self._database.write() as transaction:
            transaction.packs.put_segment(
                SegmentRow(
                    self._organisation,
                    segment.pack,
                    segment.number,
                    state,
                    segment.length,
                    segment.padded,
                    segment.hash,
                )
            )

    def _new(self, data: bytes, transfer_syntax: str | None, received: float) -> tuple[Cut, NewInstance]:
        sink = _Sink(self._packs)
        cutter = Cutter(sink, transfer_syntax, strict=False)
        cutter.feed(data)
        cut = cutter.finish()
        return cut, NewInstance(
            organisation=self._organisation,
            origin=self._origin,
            index=cut.index,
            part10=cut.part10,
            header=cut.header,
            header_place=None,
            first_header_length=cut.first_header_length,
            pieces=cut.pieces,
            bulks=tuple(sink.bulks),
            size=cut.size,
            hash=cut.hash,
            state=InstanceState.COMPLETE,
            received=received,
        )

    def _note_packs(self, transaction: Any) -> None:
        for line, pack in self._packs.items():
            if not pack.current:
                continue
            if line not in self._added:
                transaction.packs.add(NewPack(self._organisation, pack.id, self._origin, line, pack.key))
                self._added.add(line)
            for number in range(1, pack.current + 1):
                length = next((s.length for s in pack.closed if s.number == number), pack.writer.pending)
                transaction.packs.grow_segment(self._organisation, pack.id, number, length)


def add_token(database: Database, token: str, organisation: str, **changes: Any) -> None:
    """A bearer token for reading."""
    row: dict[str, Any] = {"user": "radiologist", "role": "01.015", "purpose": "TREAT", "expires": NOW + 3600.0}
    with database.write() as transaction:
        transaction.tokens.add(hash_token(token), TokenRow(organisation=organisation, **(row | changes)))


def add_exchange(database: Database, id: str, organisation: str, study_uid: str, state: State) -> None:
    """A received exchange."""
    terms = Terms(
        Party("00000010", "Sender"),
        Party(organisation, "Receiver"),
        Purpose.TREATMENT,
        Ground.REFERRAL,
        Urgency.ROUTINE,
    )
    with database.write() as transaction:
        transaction.exchanges.add(
            NewExchange(id, organisation, Direction.IN, "00000010", terms, study_uid, state, NOW, NOW + 86_400.0)
        )


@dataclass
class Bench:
    """A node's reading half for tests: the vault, memory for disks, a clock to move, and a token that may read all."""

    vault: Vault
    spool: MemorySpool
    store: MemoryStore
    clock: ManualClock
    reading: Reading

    def ingest(self, origin: str = OWN, organisation: str = HOME) -> Ingest:
        return Ingest(self.vault, self.spool, self.store, organisation, origin)

    def scope(self, **changes: Any) -> Scope:
        """Scope of a fresh token."""
        token = token_hex(16)
        add_token(self.vault, token, **({"organisation": HOME} | changes))
        return self.reading.authorise(token)


@contextmanager
def bench_in(folder: Path) -> Iterator[Bench]:
    """A fresh vault in this folder."""
    vault = Vault(fresh_vault(folder / "vault.db"), VaultRoot(new_root()))
    spool, store, clock = MemorySpool(), MemoryStore(), ManualClock(NOW)
    try:
        yield Bench(vault, spool, store, clock, Reading(Sources(vault, (spool,), store, clock)))
    finally:
        vault.close()
