"""One instance coming in: cut while it streams, sealed while it streams, kept in one transaction at the end.

A large or slow one is announced while it streams, so that its header and its closed segments travel meanwhile. Memory
is the header and a few records, whatever the size of the instance. PS3.7 section 9.1.1 (C-STORE), DESIGN sections 3, 4
and 7.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from beeldbrug.dicom.cut import Cut, Cutter
from beeldbrug.dicom.frames import FrameIndex
from beeldbrug.model.capsule import HEADER_INLINE_BYTES, INDEX_INLINE_BYTES, Bulk
from beeldbrug.model.dataset import Line, PieceKind
from beeldbrug.model.errors import BeeldbrugError, Malformed
from beeldbrug.model.identity import InstanceIndex
from beeldbrug.model.pack import RECORD_BYTES_FRAMES, RECORD_BYTES_SINGLE, SealedPlace
from beeldbrug.node.ports.reception import StoreRequest
from beeldbrug.node.ports.records import OWN, InstanceState, NewInstance
from beeldbrug.node.usecases.receive.early import EARLY_BYTES, EARLY_SECONDS, no_hash
from beeldbrug.node.usecases.receive.packing import OpenPack


class Keeper(Protocol):
    """What an arrival asks of its association: packs to write to, a clock, and keeping."""

    organisation: str

    def now(self) -> float:
        """POSIX seconds."""

    def pack_for(self, line: Line, index: InstanceIndex | None) -> OpenPack:
        """The pack that values of this line go to."""

    def announce(self, early: NewInstance, packs: Sequence[OpenPack]) -> None:
        """Make an instance known whose bulk is still coming in, if that can be done at once. Never raises."""

    def check(self, index: InstanceIndex) -> None:
        """Whether it may come in, by what its header says. Raises Denied."""

    def keep(self, new: NewInstance, packs: Sequence[OpenPack], early: NewInstance | None) -> None:
        """Sync what was sealed, commit the instance; returns when both are durable. Raises Unavailable."""

    def forget(self, early: NewInstance) -> None:
        """What was announced will not come in whole. Never raises."""

    def refused(self, error: BeeldbrugError) -> None:
        """Count a refusal."""


class InstanceArrival:
    """``ports.reception.Arrival`` and ``dicom.cut.CutSink`` in one: wire bytes in, sealed bytes and a row out."""

    def __init__(self, session: Keeper, request: StoreRequest | None) -> None:
        """``request`` None: a file (PS3.10), which declares nothing from outside."""
        self._session = session
        self._request = request
        self._cutter = Cutter(self, None if request is None else request.transfer_syntax)
        self._index: InstanceIndex | None = None
        self._pack: OpenPack | None = None
        self._used: list[OpenPack] = []
        self._bulks: list[Bulk] = []
        self._tag = 0
        self._ended = False
        self._early: NewInstance | None = None
        self._held: bytes | None = None
        """The header, until the instance is announced."""
        self._header_at = 0.0
        self._passed = 0

    @property
    def index(self) -> InstanceIndex | None:
        """What the instance says of itself, once its header was read."""
        return self._index

    def write(self, data: memoryview) -> None:
        """Take the next bytes."""
        try:
            self._cutter.feed(data)
        except BeeldbrugError as error:
            self._refuse(error)
            raise

    def commit(self) -> None:
        """Finish the cut, make sealed bytes and row durable; then the sender may forget it."""
        try:
            cut = self._cutter.finish()
            self._check(cut.index)
            new = self._described(cut)
            self._session.keep(new, self._used, self._early)
        except BeeldbrugError as error:
            self._refuse(error)
            raise
        self._ended = True

    def abort(self) -> None:
        """Give it up; sealed bytes without a reference stay unreadable and go with their segment."""
        if not self._ended:
            self._ended = True
            self._give_up()

    def header_ready(self, header: bytes, index: InstanceIndex, transfer_syntax: str) -> None:
        """The header up to the pixels is known."""
        self._check(index)
        self._index = index
        self._session.check(index)
        self._held, self._header_at = header, self._session.now()

    def open_piece(self, kind: PieceKind, tag: int, declared: int | None) -> None:
        """A value begins that goes into a pack of its line."""
        self._tag = tag
        line = Line.PIXEL if kind is PieceKind.PIXEL else Line.IDENTITY
        self._pack = self._use(line)
        self._pack.begin(self._record_size(line))

    def write_piece(self, data: memoryview) -> None:
        """Bytes of that value."""
        if self._pack is None:
            raise AssertionError("no piece was opened")
        self._pack.write(data)
        if self._held is not None and self._pack.row.line is Line.PIXEL:
            self._passed += len(data)
            if self._passed >= EARLY_BYTES or self._session.now() - self._header_at >= EARLY_SECONDS:
                self._announce(self._held)

    def close_piece(self, frames: FrameIndex | None) -> None:
        """The value ended; a long frame index is sealed behind it."""
        if self._pack is None:
            raise AssertionError("no piece was opened")
        place = self._pack.end()
        index = b"" if frames is None else frames.to_bytes()
        frames_place = None
        if len(index) > INDEX_INLINE_BYTES:
            frames_place, index = self._pack.put(index, RECORD_BYTES_FRAMES), b""
        self._bulks.append(Bulk(self._tag, self._pack.row.line, place, frames_place, index))
        self._pack = None

    def _announce(self, header: bytes) -> None:
        """Once; the pixel piece is open, so the identity pack is free to take a long header."""
        self._held = None
        index = self._index
        if index is None:
            raise AssertionError("no header was read")
        long = len(header) > HEADER_INLINE_BYTES
        self._early = NewInstance(
            organisation=self._session.organisation,
            origin=OWN,
            index=index,
            part10=self._cutter.part10,
            header=None if long else header,
            header_place=self._use(Line.IDENTITY).put(header, RECORD_BYTES_SINGLE) if long else None,
            first_header_length=len(header),
            pieces=(),
            bulks=(),
            size=0,
            hash=no_hash(),
            state=InstanceState.HEADER,
            received=self._session.now(),
        )
        self._session.announce(self._early, self._used)

    def _check(self, index: InstanceIndex) -> None:
        if self._request is None:
            return
        if index.instance_uid != self._request.instance_uid or index.sop_class != self._request.sop_class:
            raise Malformed(
                "dataset-does-not-match",
                "SOP class or instance UID of the dataset differs from what the request says.",
                "Send it again from the source; report it to the sending system's vendor if it comes back.",
            )

    def _use(self, line: Line) -> OpenPack:
        pack = self._session.pack_for(line, self._index)
        if pack not in self._used:
            self._used.append(pack)
        return pack

    def _record_size(self, line: Line) -> int:
        many = self._index is not None and (self._index.number_of_frames or 1) > 1
        return RECORD_BYTES_FRAMES if line is Line.PIXEL and many else RECORD_BYTES_SINGLE

    def _described(self, cut: Cut) -> NewInstance:
        self._index = cut.index
        header: bytes | None = cut.header
        place: SealedPlace | None = None
        if len(cut.header) > HEADER_INLINE_BYTES:
            place, header = self._header_place(cut), None
        return NewInstance(
            organisation=self._session.organisation,
            origin=OWN,
            index=cut.index,
            part10=cut.part10,
            header=header,
            header_place=place,
            first_header_length=cut.first_header_length,
            pieces=cut.pieces,
            bulks=tuple(self._bulks),
            size=cut.size,
            hash=cut.hash,
            state=InstanceState.COMPLETE,
            received=self._session.now(),
        )

    def _header_place(self, cut: Cut) -> SealedPlace:
        """Where a long header lies: sealed when it was announced, unless more of it came behind the pixels."""
        early = self._early
        if early is not None and early.header_place is not None and early.first_header_length == len(cut.header):
            return early.header_place
        return self._use(Line.IDENTITY).put(cut.header, RECORD_BYTES_SINGLE)

    def _refuse(self, error: BeeldbrugError) -> None:
        if not self._ended:
            self._ended = True
            self._give_up()
            self._session.refused(error)

    def _give_up(self) -> None:
        self._held = None
        if self._pack is not None:
            self._pack.abort()
        if self._early is not None:
            self._session.forget(self._early)
