"""The folders of a UDF volume, its files as stretches of the image (ECMA-167; OSTA UDF 1.02 to 2.01).

One volume with plain partitions, as discs and disc images have that were written at once. Virtual, sparable and
metadata partitions (CD-R in packets, CD-RW, Blu-ray from 2.50 on) are refused by name. Everything read is bounded, and
checked to be what it should be; what is damaged below the root is told, and the rest is read.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from beeldbrug.model.errors import BeeldbrugError, Malformed, Unsupported
from beeldbrug.node.ports.carrier import LINK, UNREADABLE
from beeldbrug.node.stores.carrier.folder import too_deep

Read = Callable[[int, int], bytes]
"""Bytes of the image from a place on, fewer at its end."""

SECTORS = (2048, 512, 4096)
"""Sizes of a sector in bytes, the most likely first."""

FOLDER_BYTES = 64 * 2**20
DESCRIPTORS = 256
CONTINUATIONS = 1000

_ANCHOR, _PARTITION, _LOGICAL_VOLUME, _END = 2, 5, 6, 8
_FILE_SET, _NAME, _FILE, _EXTENDED_FILE, _ALLOCATION = 256, 257, 261, 266, 258
_FOLDER_TYPE, _LINK_TYPE = 4, 12
_DELETED, _PARENT = 4, 8
_SHORT, _LONG, _INSIDE = 0, 1, 3
_RECORDED, _CONTINUES = 0, 3


@dataclass(frozen=True, slots=True)
class Extent:
    """A stretch of the image; ``at`` None: zeros that were never written."""

    at: int | None
    size: int


@dataclass(frozen=True, slots=True)
class UdfFile:
    """A regular file; ``refused`` says why it is none, or cannot be read (``ports.carrier``)."""

    name: str
    size: int
    extents: tuple[Extent, ...]
    refused: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """A stretch of a partition (long_ad, ECMA-167 4/14.14.2)."""

    size: int
    block: int
    partition: int


class UdfVolume:
    """A volume. Raises Malformed ``carrier-damaged``, Unsupported ``carrier-udf``."""

    def __init__(self, read: Read, size: int, depth: int) -> None:
        self._read, self._size, self._depth = read, size, depth
        self._partitions: list[int] = []
        try:
            self._sector, anchor = self._anchor()
            self._block = self._sector
            main, reserve = struct.unpack_from("<II", anchor, 16), struct.unpack_from("<II", anchor, 24)
            place = self._volume(*main) or self._volume(*reserve)
            if place is None:
                raise _damaged()
            content = self._blocks(place)
            _tagged(content, _FILE_SET)
            self._root = _long(content, 400)
        except (struct.error, IndexError):
            raise _damaged() from None

    def files(self) -> Iterator[UdfFile]:
        """All files below the root. Raises TooLarge, Malformed, Unsupported."""
        try:
            yield from self._below(self._root, "", 0, set())
        except (struct.error, IndexError):
            raise _damaged() from None

    def _anchor(self) -> tuple[int, bytes]:
        """The size of a sector, and the Anchor Volume Descriptor Pointer (ECMA-167 3/8.4.2.1)."""
        for sector in SECTORS:
            last = self._size // sector - 1
            for number in (256, last - 256, last):
                content = self._read(number * sector, 512) if number > 0 else b""
                if _is(content, _ANCHOR) and struct.unpack_from("<I", content, 12)[0] == number:
                    return sector, content
        raise _damaged()

    def _volume(self, size: int, start: int) -> _Place | None:
        """Where the file set is, from a volume descriptor sequence."""
        partitions: dict[int, int] = {}
        logical = b""
        for number in range(min(size // self._sector, DESCRIPTORS)):
            content = self._read((start + number) * self._sector, self._sector)
            if _is(content, _PARTITION):
                partitions[struct.unpack_from("<H", content, 22)[0]] = struct.unpack_from("<I", content, 188)[0]
            elif _is(content, _LOGICAL_VOLUME):
                logical = content
            elif _is(content, _END) or not any(content[:16]):
                break
        if not logical or not partitions:
            return None
        self._block = struct.unpack_from("<I", logical, 212)[0]
        if self._block not in SECTORS:
            return None
        self._partitions = [partitions.get(number, -1) for number in _maps(logical)]
        return _long(logical, 248) if self._partitions and -1 not in self._partitions else None

    def _at(self, place: _Place) -> int:
        """Where a stretch begins in the image, in bytes."""
        return self._partitions[place.partition] * self._sector + place.block * self._block

    def _blocks(self, place: _Place) -> bytes:
        return self._read(self._at(place), self._block)

    def _below(self, place: _Place, path: str, depth: int, seen: set[int]) -> Iterator[UdfFile]:
        if depth > self._depth:
            raise too_deep()
        if self._at(place) in seen:
            raise _damaged()
        seen.add(self._at(place))
        kind, size, extents = self._entry(place)
        if kind != _FOLDER_TYPE or size > FOLDER_BYTES:
            raise _damaged()
        for name, inner in _names(self._content(extents, size)):
            whole = f"{path}/{name}" if path else name
            try:
                kind, size, parts = self._entry(inner)
                if kind == _FOLDER_TYPE:
                    yield from self._below(inner, whole, depth + 1, seen)
                else:
                    yield UdfFile(whole, size, parts, LINK if kind == _LINK_TYPE else "")
            except (Malformed, struct.error, IndexError):
                yield UdfFile(whole, 0, (), UNREADABLE)

    def _entry(self, place: _Place) -> tuple[int, int, tuple[Extent, ...]]:
        """Type, size and extents of a file (ECMA-167 4/14.9 and 4/14.17)."""
        content = self._blocks(place)
        extended = _is(content, _EXTENDED_FILE)
        if not extended:
            _tagged(content, _FILE)
        kind, flags = content[27], struct.unpack_from("<H", content, 34)[0] & 7
        (size,) = struct.unpack_from("<Q", content, 56)
        head = 216 if extended else 176
        attributes, length = struct.unpack_from("<II", content, head - 8)
        start = head + attributes
        if start + length > len(content):
            raise _damaged()
        if flags == _INSIDE:
            return kind, size, (Extent(self._at(place) + start, min(size, length)),)
        if flags not in (_SHORT, _LONG):
            raise _form()
        return kind, size, tuple(self._extents(content[start : start + length], flags, place.partition, size))

    def _extents(self, content: bytes, form: int, partition: int, left: int) -> Iterator[Extent]:
        """Those of a file of ``left`` bytes; the list may go on elsewhere (ECMA-167 4/12)."""
        step = 8 if form == _SHORT else 16
        for _ in range(CONTINUATIONS):
            further: _Place | None = None
            for at in range(0, len(content) - step + 1, step):
                said, block = struct.unpack_from("<II", content, at)
                place = _Place(
                    said & 0x3FFFFFFF,
                    block,
                    partition if form == _SHORT else struct.unpack_from("<H", content, at + 8)[0],
                )
                if place.size == 0 or left <= 0:
                    return
                if said >> 30 == _CONTINUES:
                    further = place
                    break
                size = min(place.size, left)
                left -= size
                yield Extent(self._at(place) if said >> 30 == _RECORDED else None, size)
            if further is None:
                return
            content = self._blocks(further)
            _tagged(content, _ALLOCATION)
            content = content[24 : 24 + struct.unpack_from("<I", content, 20)[0]]
        raise _damaged()

    def _content(self, extents: tuple[Extent, ...], size: int) -> bytes:
        parts = (bytes(one.size) if one.at is None else self._read(one.at, one.size) for one in extents)
        content = b"".join(parts)
        if len(content) < size:
            raise _damaged()
        return content[:size]


def _is(content: bytes, kind: int) -> bool:
    """Whether a descriptor is of this kind, by its tag and that one's checksum (ECMA-167 3/7.2)."""
    if len(content) < 16 or struct.unpack_from("<H", content)[0] != kind:
        return False
    return (sum(content[:16]) - content[4]) & 0xFF == content[4]


def _tagged(content: bytes, kind: int) -> None:
    if not _is(content, kind):
        raise _damaged()


def _long(content: bytes, at: int) -> _Place:
    size, block, partition = struct.unpack_from("<IIH", content, at)
    return _Place(size & 0x3FFFFFFF, block, partition)


def _maps(logical: bytes) -> Iterator[int]:
    """Numbers of the partitions, in the order in which they are named (ECMA-167 3/10.7)."""
    count, at = struct.unpack_from("<I", logical, 268)[0], 440
    for _ in range(min(count, 16)):
        if logical[at] != 1:
            raise _form()
        yield struct.unpack_from("<H", logical, at + 4)[0]
        at += max(logical[at + 1], 6)


def _names(content: bytes) -> Iterator[tuple[str, _Place]]:
    """Names in a folder and where their entries are (ECMA-167 4/14.4)."""
    at = 0
    while at + 38 <= len(content):
        if not _is(content[at:], _NAME):
            raise _damaged()
        flags, length = content[at + 18], content[at + 19]
        (used,) = struct.unpack_from("<H", content, at + 36)
        raw = content[at + 38 + used : at + 38 + used + length]
        if not flags & (_DELETED | _PARENT):
            yield _text(raw), _long(content, at + 20)
        at += (38 + used + length + 3) & ~3


def _text(raw: bytes) -> str:
    """OSTA Compressed Unicode (UDF 2.1.1)."""
    if raw[:1] in (b"\x10", b"\xff"):
        return raw[1:].decode("utf-16-be", "replace")
    return raw[1:].decode("latin-1")


def _damaged() -> BeeldbrugError:
    return Malformed("carrier-damaged", "This is no disc image, or it is damaged.", "Copy it again; ask for a new one.")


def _form() -> BeeldbrugError:
    return Unsupported(
        "carrier-udf",
        "The disc image has a form of UDF that is not read here (rewritable, or Blu-ray).",
        "Open it on a computer, and read in its folder.",
    )
