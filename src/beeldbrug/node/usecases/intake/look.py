"""Look at one file of a carrier: is it an instance, and what does its header say? No pixel is read.

PS3.10 section 7. By preamble and prefix, or a dataset that begins as one must; never by its name. What is no DICOM is
told apart only so far as people want to know: PDF, JPEG, other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from beeldbrug.dicom.cut import Cutter
from beeldbrug.dicom.frames import FrameIndex
from beeldbrug.model.dataset import PieceKind
from beeldbrug.model.errors import BeeldbrugError, Unsupported
from beeldbrug.model.identity import InstanceIndex
from beeldbrug.node.ports.carrier import CarrierFile

FIRST_BYTES = 16 * 1024
MORE_BYTES = 256 * 1024

_PREFIX = b"DICM"
_BEGINNINGS = (b"\x08\x00", b"\x02\x00", b"\x00\x08")
"""Group 0008 or 0002, little or big endian: how a dataset without preamble begins."""


class Kind(StrEnum):
    """What a file is."""

    INSTANCE = "instance"
    DICOMDIR = "dicomdir"
    PDF = "pdf"
    JPEG = "jpeg"
    OTHER = "other"
    EMPTY = "empty"
    BROKEN = "broken"
    TRUNCATED = "truncated"


@dataclass(frozen=True, slots=True)
class Look:
    """What one file is; ``index`` of an instance, and of one that is cut off after its header."""

    kind: Kind
    index: InstanceIndex | None = None


class _Enough(Exception):
    """The header was read."""


class _Header:
    """``dicom.cut.CutSink`` that wants the header alone."""

    def __init__(self) -> None:
        self.index: InstanceIndex | None = None
        self.least = 0
        """Bytes that the file has at least, by what it says itself."""
        self._passed = 0

    def header_ready(self, header: bytes, index: InstanceIndex, transfer_syntax: str) -> None:
        """All that is wanted."""
        self.index = index
        self._passed += len(header)

    def open_piece(self, kind: PieceKind, tag: int, declared: int | None) -> None:
        """Pixels: enough."""
        if kind is PieceKind.PIXEL:
            self.least = self._passed + (declared or 0)
            raise _Enough

    def write_piece(self, data: memoryview) -> None:
        """A long value before the pixels."""
        self._passed += len(data)

    def close_piece(self, frames: FrameIndex | None) -> None:
        """Nothing to note."""


def look(file: CarrierFile, size: int) -> Look:
    """What it is; ``size`` in bytes as the carrier states it. Raises OSError."""
    first = file.read(FIRST_BYTES)
    if not first:
        if size:
            raise OSError("nothing can be read of it")
        return Look(Kind.EMPTY)
    if not _may_be_dicom(first):
        return Look(_other(first))
    return _headed(file, first, size)


def _headed(file: CarrierFile, first: bytes, size: int) -> Look:
    certain = _PREFIX in (first[128:132], first[:4])
    header = _Header()
    cutter = Cutter(header, None)
    read = len(first)
    try:
        cutter.feed(first)
        while data := file.read(MORE_BYTES):
            cutter.feed(data)
            read += len(data)
        if read < size:
            return Look(Kind.TRUNCATED, header.index)
        return Look(Kind.INSTANCE, cutter.finish().index)
    except _Enough:
        cut_off = header.least > size
        return Look(Kind.TRUNCATED if cut_off else Kind.INSTANCE, header.index)
    except Unsupported as error:
        return Look(Kind.DICOMDIR if error.code == "dicomdir" else Kind.BROKEN)
    except BeeldbrugError as error:
        if error.code == "dataset-truncated":
            return Look(Kind.TRUNCATED, header.index)
        return Look(Kind.BROKEN if certain else Kind.OTHER)


def _may_be_dicom(first: bytes) -> bool:
    return _PREFIX in (first[128:132], first[:4]) or first[:2] in _BEGINNINGS


def _other(first: bytes) -> Kind:
    if first.startswith(b"%PDF"):
        return Kind.PDF
    return Kind.JPEG if first.startswith(b"\xff\xd8\xff") else Kind.OTHER
