"""Real files, made datasets and a collecting sink for the tests of the ``dicom`` room. Opens no network."""

from __future__ import annotations

import random
import struct
import warnings
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pydicom
from pydicom.data import get_charset_files, get_testdata_files
from pydicom.dataset import Dataset

from beeldbrug.dicom.cut import DEFAULT_LIMITS, Cut, CutLimits, Cutter
from beeldbrug.dicom.frames import FrameIndex
from beeldbrug.dicom.join import join
from beeldbrug.model.dataset import PieceKind
from beeldbrug.model.identity import InstanceIndex
from tests import shared_data

EXPLICIT = "1.2.840.10008.1.2.1"
IMPLICIT = "1.2.840.10008.1.2"
BIG = "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"
JPEG = "1.2.840.10008.1.2.4.50"
PRIVATE = "2.25.77777777"

STUDY, SERIES, INSTANCE, SOP_CLASS = "1.2.3.4", "1.2.3.4.5", "1.2.3.4.5.6", "1.2.840.10008.5.1.4.1.1.7"


class Collected:
    """A sink that keeps everything."""

    def __init__(self) -> None:
        self.header: bytes | None = None
        self.index: InstanceIndex | None = None
        self.opened: list[tuple[PieceKind, int, int | None]] = []
        self.pieces: list[bytearray] = []
        self.frames: list[FrameIndex | None] = []

    def header_ready(self, header: bytes, index: InstanceIndex, transfer_syntax: str) -> None:
        assert self.header is None
        self.header, self.index = header, index

    def open_piece(self, kind: PieceKind, tag: int, declared: int | None) -> None:
        assert len(self.pieces) == len(self.frames)
        assert kind is not PieceKind.PIXEL or self.header is not None
        self.opened.append((kind, tag, declared))
        self.pieces.append(bytearray())

    def write_piece(self, data: memoryview) -> None:
        self.pieces[-1] += data

    def close_piece(self, frames: FrameIndex | None) -> None:
        self.frames.append(frames)


def cut_bytes(
    data: bytes,
    syntax: str | None,
    *,
    strict: bool = False,
    seed: int | None = None,
    limits: CutLimits = DEFAULT_LIMITS,
) -> tuple[Collected, Cut]:
    """Cut ``data``; with a seed in chunks of random sizes."""
    sink = Collected()
    cutter = Cutter(sink, syntax, limits, strict)
    if seed is None:
        cutter.feed(data)
        return sink, cutter.finish()
    rnd = random.Random(seed)
    position = 0
    while position < len(data):
        step = rnd.randint(1, rnd.choice([1, 3, 9, 100, 4096, 65536, 1 << 20]))
        cutter.feed(memoryview(data)[position : position + step])
        position += step
    return sink, cutter.finish()


def joined(sink: Collected, cut: Cut) -> bytes:
    return b"".join(bytes(chunk) for chunk in join(cut.pieces, cut.header, lambda n: [bytes(sink.pieces[n])]))


def pydicom_files() -> list[Path]:
    names = [*get_testdata_files(), *get_charset_files()]
    return sorted(path for name in names if (path := Path(str(name))).is_file())


def shared_dicom() -> list[Path]:
    if not shared_data.available():
        return []
    folders = ("dicom", "deid", "wsi", "xds")
    return sorted(path for name in folders for path in (shared_data.FOLDER / name).rglob("*") if path.is_file())


def real_files() -> list[Path]:
    return pydicom_files() + shared_dicom()


def name_of(path: Path) -> str:
    return "/".join(path.parts[-2:])


def read_quietly(path: Path | BytesIO, **how: bool) -> Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pydicom.dcmread(path, force=True, **how)


def element(tag: int, vr: str, value: bytes, order: str = "<") -> bytes:
    """An explicit VR element."""
    head = struct.pack(order + "HH", tag >> 16, tag & 0xFFFF) + vr.encode()
    if vr in ("OB", "OW", "OF", "OD", "OV", "SQ", "UN", "UT", "UC"):
        return head + b"\0\0" + struct.pack(order + "I", len(value)) + value
    return head + struct.pack(order + "H", len(value)) + value


def open_element(tag: int, vr: str, content: bytes) -> bytes:
    """An explicit VR element of undefined length, delimiter included."""
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode() + b"\0\0\xff\xff\xff\xff"
    return head + content + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)


def item(content: bytes, defined: bool = True) -> bytes:
    if defined:
        return struct.pack("<HHI", 0xFFFE, 0xE000, len(content)) + content
    return struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF) + content + struct.pack("<HHI", 0xFFFE, 0xE00D, 0)


def text(tag: int, vr: str, value: str) -> bytes:
    raw = value.encode("latin_1")
    return element(tag, vr, raw + (b"\0" if vr == "UI" else b" ") * (len(raw) % 2))


def identifiers() -> dict[int, bytes]:
    return {
        0x00080016: text(0x00080016, "UI", SOP_CLASS),
        0x00080018: text(0x00080018, "UI", INSTANCE),
        0x00100020: text(0x00100020, "LO", "999990019"),
        0x0020000D: text(0x0020000D, "UI", STUDY),
        0x0020000E: text(0x0020000E, "UI", SERIES),
    }


def dataset(more: Mapping[int, bytes] | None = None) -> bytes:
    """A small explicit VR little endian dataset with identifiers and ``more`` encoded elements, in tag order."""
    elements = {**identifiers(), **(more or {})}
    return b"".join(elements[tag] for tag in sorted(elements))


def image(rows: int, columns: int, bits: int, frames: int, value: bytes, samples: int = 1) -> dict[int, bytes]:
    """Elements of an image with native pixel data."""
    return {
        0x00280002: element(0x00280002, "US", struct.pack("<H", samples)),
        0x00280004: text(0x00280004, "CS", "MONOCHROME2"),
        0x00280008: text(0x00280008, "IS", str(frames)),
        0x00280010: element(0x00280010, "US", struct.pack("<H", rows)),
        0x00280011: element(0x00280011, "US", struct.pack("<H", columns)),
        0x00280100: element(0x00280100, "US", struct.pack("<H", bits)),
        0x7FE00010: element(0x7FE00010, "OW", value),
    }
