"""A ZIP file as a carrier (ports.carrier; APPNOTE 6.3): each file is unpacked while it is read, piece by piece.

A ZIP within a ZIP is a file like any other and is never opened, so nothing swells twice. What needs a password, what
swells more than any image does, links, and names that point outside are told and not read.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from beeldbrug.model.errors import Malformed, TooLarge
from beeldbrug.node.ports.carrier import (
    ENCRYPTED,
    LINK,
    NAME_OUTSIDE,
    SUSPICIOUS,
    UNREADABLE,
    CarrierEntry,
    CarrierFile,
    CarrierLimits,
)
from beeldbrug.node.stores.carrier.folder import Counted, unreadable

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, struct.error)
"""What ``zipfile`` raises on content that is damaged or hostile."""

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_TAIL = 65_536 + _END.size
_NO_32 = 0xFFFFFFFF
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})


class ZipCarrier:
    """``ports.carrier.Carrier`` over a ZIP file."""

    def __init__(self, path: Path, limits: CarrierLimits) -> None:
        self._limits = limits
        try:
            if _directory_bytes(path) > limits.directory:
                raise TooLarge(
                    "carrier-too-large", "The ZIP file lists more files than one may hold.", "Make several of it."
                )
            self._zip = zipfile.ZipFile(path)
        except OSError as error:
            raise unreadable(error) from None
        except _BROKEN:
            raise _no_zip() from None
        self._members = self._zip.infolist()

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def entries(self) -> Iterator[CarrierEntry]:
        """Files in the order in which they lie. Raises TooLarge."""
        counted = Counted(self._limits)
        for place in sorted(range(len(self._members)), key=lambda one: self._members[one].header_offset):
            member = self._members[place]
            if member.is_dir():
                continue
            entry = CarrierEntry(member.filename, member.file_size, self._refused(member), place)
            counted.add(entry if not entry.refused else CarrierEntry("", 0))
            yield entry

    @contextmanager
    def open(self, entry: CarrierEntry) -> Iterator[CarrierFile]:
        """Read one. Raises OSError."""
        try:
            file = self._zip.open(self._members[entry.place])
        except _BROKEN as error:
            raise OSError(type(error).__name__) from None
        with file:
            yield _Member(file, entry.size)

    def _refused(self, member: zipfile.ZipInfo) -> str:
        if points_outside(member.filename):
            return NAME_OUTSIDE
        mode = member.external_attr >> 16
        if stat.S_ISLNK(mode):
            return LINK
        if member.flag_bits & 0x1:
            return ENCRYPTED
        if member.compress_type not in _METHODS:
            return UNREADABLE
        swollen = member.file_size > self._limits.ratio * max(1, member.compress_size)
        return SUSPICIOUS if swollen and member.file_size > self._limits.ratio_from else ""


class _Member:
    """``ports.carrier.CarrierFile``: no more than the ZIP states, and damage told as what the disk would say."""

    __slots__ = ("_file", "_left")

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self._left = size

    def read(self, size: int) -> bytes:
        """The next bytes. Raises OSError."""
        try:
            data = self._file.read(size)
        except _BROKEN as error:
            raise OSError(type(error).__name__) from None
        self._left -= len(data)
        if self._left < 0:
            raise OSError("longer than stated")
        return data


def points_outside(name: str) -> bool:
    """Whether a name leads out of the carrier, on any system."""
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or "\0" in name or (len(name) > 1 and name[1] == ":")


def _directory_bytes(path: Path) -> int:
    """Length of the table of contents as the end of the file states it. Raises OSError."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL))
        tail = file.read(_TAIL)
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or at + _END.size > len(tail):
            return 0
        length = int(_END.unpack_from(tail, at)[5])
        if length != _NO_32 or at < _LOCATOR.size:
            return length
        magic, _, offset, _ = _LOCATOR.unpack_from(tail, at - _LOCATOR.size)
        file.seek(min(offset, size))
        end = file.read(_END_64.size)
        if magic != b"PK\x06\x07" or len(end) < _END_64.size:
            return length
        return int(_END_64.unpack(end)[8])


def _no_zip() -> Malformed:
    return Malformed(
        "carrier-damaged", "This is no ZIP file, or it is damaged.", "Copy or download it again; ask for a new one."
    )
