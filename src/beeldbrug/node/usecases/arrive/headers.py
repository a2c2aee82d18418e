"""Index attributes of what arrived, from its header alone: search and screens work before the pixels are here.

The header is walked as the cutter walks it, with zeros where a value lies elsewhere; what a value held elsewhere says
is read once it is there (``usecases.arrive.verify``). What cannot be read leaves the record's own identifiers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from beeldbrug.dicom.cut import Cutter
from beeldbrug.dicom.frames import FrameIndex
from beeldbrug.model.capsule import HeaderRecord
from beeldbrug.model.dataset import Piece, PieceKind
from beeldbrug.model.errors import BeeldbrugError, Malformed
from beeldbrug.model.identity import InstanceIndex

_ZEROS = bytes(256 * 1024)


class _Ignore:
    """A cut sink that keeps the index only."""

    def __init__(self) -> None:
        self.index: InstanceIndex | None = None

    def header_ready(self, header: bytes, index: InstanceIndex, transfer_syntax: str) -> None:
        self.index = index

    def open_piece(self, kind: PieceKind, tag: int, declared: int | None) -> None:
        """Not needed here."""

    def write_piece(self, data: memoryview) -> None:
        """Not needed here."""

    def close_piece(self, frames: FrameIndex | None) -> None:
        """Not needed here."""


def index_of(record: HeaderRecord, pieces: Sequence[Piece] = ()) -> InstanceIndex:
    """Index of an instance whose header (as far as ``record`` has it) and pieces are known."""
    return index_from(record, _filled(record.header or b"", pieces))


def index_from(record: HeaderRecord, chunks: Iterable[bytes | memoryview]) -> InstanceIndex:
    """Index read from the bytes of a dataset; identifiers are always those of the record.

    Raises Malformed ``header-differs`` when the dataset says that it is another: a PACS believes the dataset, and what
    was checked under one identifier must not come in under another.
    """
    sink = _Ignore()
    cutter = Cutter(sink, None if record.part10 else record.transfer_syntax, strict=False)
    try:
        for chunk in chunks:
            cutter.feed(chunk)
        cutter.finish()
    except BeeldbrugError:
        pass  # the identifiers below remain; a sender's oddity is no reason to lose the instance
    found = sink.index or InstanceIndex("", "", "", "", "")
    check_identifiers(record, found)
    return replace(
        found,
        study_uid=record.study_uid,
        series_uid=record.series_uid,
        instance_uid=record.instance_uid,
        sop_class=record.sop_class,
        transfer_syntax=record.transfer_syntax,
    )


def check_identifiers(record: HeaderRecord, found: InstanceIndex) -> None:
    """Refuse a dataset that names other identifiers than its record; what it does not name agrees. Raises Malformed."""
    for name in ("study_uid", "series_uid", "instance_uid", "sop_class"):
        said = getattr(found, name)
        if said and said != getattr(record, name):
            raise Malformed(
                "header-differs",
                "A dataset is of another instance than its sender stated.",
                "Tell the sender: its node or its PACS sends what it does not say.",
            )


def _filled(header: bytes, pieces: Sequence[Piece]) -> Iterable[bytes]:
    """Header bytes up to the first pixel piece, with zeros for values that lie elsewhere."""
    if not pieces:
        yield header
        return
    position = 0
    for piece in pieces:
        if piece.kind is PieceKind.PIXEL:
            return
        if piece.kind is PieceKind.HEADER:
            yield header[position : position + piece.length]
            position += piece.length
        else:
            left = piece.length
            while left > 0:
                yield _ZEROS[: min(left, len(_ZEROS))]
                left -= len(_ZEROS)
