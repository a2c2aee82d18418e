"""A disc image as a carrier (ports.carrier): ISO 9660 with Joliet or Rock Ridge names by ``pycdlib``, and UDF.

PS3.12 annexes F, G and J. The files are read where they lie, by several threads at once. Of an image that has both,
that with more files counts: some have ISO 9660 only to say that they are UDF. A place beyond the end of the image is
told as unreadable.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pycdlib import PyCdlib
from pycdlib.pycdlibexception import PyCdlibException

from beeldbrug.model.errors import BeeldbrugError, Malformed
from beeldbrug.node.ports.carrier import LINK, NAME_OUTSIDE, UNREADABLE, CarrierEntry, CarrierFile, CarrierLimits
from beeldbrug.node.stores.carrier.folder import Counted, too_deep, unreadable
from beeldbrug.node.stores.carrier.udf import Extent, UdfFile, UdfVolume
from beeldbrug.node.stores.carrier.zip_file import points_outside

_BROKEN = (
    PyCdlibException,
    struct.error,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What ``pycdlib`` raises on an image that is damaged or hostile."""


_RECOGNISED = 64
"""Structures of the volume recognition sequence that are looked at (ECMA-167 2/8.3)."""

_UDF_MARKS = frozenset({b"NSR02", b"NSR03"})


class ImageCarrier:
    """``ports.carrier.Carrier`` over an ISO file."""

    def __init__(self, path: Path, limits: CarrierLimits) -> None:
        self._limits = limits
        self._extents: dict[int, tuple[Extent, ...]] = {}
        try:
            self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise unreadable(error) from None
        try:
            self._size = os.fstat(self._descriptor).st_size
            self._found = self._all(path)
        except OSError as error:
            os.close(self._descriptor)
            raise unreadable(error) from None
        except BaseException:
            os.close(self._descriptor)
            raise

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def entries(self) -> Iterator[CarrierEntry]:
        """Files in the order in which they lie. Raises TooLarge."""
        counted = Counted(self._limits)
        for entry in self._found:
            counted.add(entry)
            yield entry

    @contextmanager
    def open(self, entry: CarrierEntry) -> Iterator[CarrierFile]:
        """Read one."""
        yield _Stretches(self._descriptor, self._extents.get(entry.place, (Extent(entry.place, entry.size),)))

    def _all(self, path: Path) -> list[CarrierEntry]:
        """By ISO 9660, or by UDF where that has more."""
        marks = [os.pread(self._descriptor, 5, (16 + number) * 2048 + 1) for number in range(_RECOGNISED)]
        found = self._read(path) if b"CD001" in marks or not set(marks) & _UDF_MARKS else []
        if not set(marks) & _UDF_MARKS:
            return found
        try:
            more = self._of_udf()
        except BeeldbrugError:
            if not found:
                raise
            return found
        return more if len(more) > len(found) else found

    def _of_udf(self) -> list[CarrierEntry]:
        volume = UdfVolume(lambda at, size: os.pread(self._descriptor, size, at), self._size, self._limits.depth)
        counted = Counted(self._limits)
        found: list[CarrierEntry] = []
        for file in volume.files():
            entry = self._udf_entry(file, len(found))
            counted.add(entry)
            found.append(entry)
        return sorted(found, key=lambda entry: self._extents[entry.place][0].at or 0)

    def _udf_entry(self, file: UdfFile, number: int) -> CarrierEntry:
        place = -1 - number  # no place in the image, where ISO 9660 has them
        self._extents[place] = file.extents or (Extent(0, 0),)
        if file.refused:
            return CarrierEntry(file.name, 0, file.refused, place)
        if points_outside(file.name):
            return CarrierEntry(file.name, file.size, NAME_OUTSIDE, place)
        whole = sum(one.size for one in file.extents) == file.size
        inside = all(one.at is None or one.at + one.size <= self._size for one in file.extents)
        return CarrierEntry(file.name, file.size, "" if whole and inside else UNREADABLE, place)

    def _read(self, path: Path) -> list[CarrierEntry]:
        image = PyCdlib()
        try:
            image.open(str(path))
            try:
                block = image.logical_block_size
                found = [self._entry(name, one, block) for name, one in self._tree(image)]
            finally:
                image.close()
        except _BROKEN:
            raise Malformed(
                "carrier-damaged", "This is no disc image, or it is damaged.", "Copy it again; ask for a new one."
            ) from None
        return sorted(found, key=lambda entry: entry.place)

    def _tree(self, image: PyCdlib) -> Iterator[tuple[str, Any]]:
        """(path, record) of files: by the names that people gave them, where the image has those."""
        joliet = image.has_joliet()
        root = image.get_record(joliet_path="/") if joliet else image.get_record(iso_path="/")
        found = list(self._below(root, "", 0, joliet))
        return iter(found)

    def _below(self, record: Any, path: str, depth: int, joliet: bool) -> Iterator[tuple[str, Any]]:
        if depth > self._limits.depth:
            raise too_deep()
        goes_on = {id(child.data_continuation) for child in record.children if child.data_continuation is not None}
        for child in record.children:
            if child.is_dot() or child.is_dotdot() or id(child) in goes_on:
                continue
            name = f"{path}/{_name(child, joliet)}" if path else _name(child, joliet)
            if child.is_dir():
                yield from self._below(child, name, depth + 1, joliet)
            else:
                yield name, child

    def _entry(self, name: str, record: Any, block: int) -> CarrierEntry:
        if record.is_symlink():
            return CarrierEntry(name, 0, LINK)
        inode = record.inode
        size = int(record.get_data_length())
        if inode is None or size < 0:  # what begins behind the end of the image gets a length below zero
            return CarrierEntry(name, max(0, size), UNREADABLE if size else "")
        place = int(inode.orig_extent_loc or 0) * block
        if getattr(record, "data_continuation", None) is not None:
            together = _in_a_row(record, place, block)
            if together is None:
                return CarrierEntry(name, size, UNREADABLE)
            size = together
        if points_outside(name):
            return CarrierEntry(name, size, NAME_OUTSIDE, place)
        return CarrierEntry(name, size, "" if place + size <= self._size else UNREADABLE, place)


class _Stretches:
    """``ports.carrier.CarrierFile`` over stretches of the image, one after the other."""

    __slots__ = ("_at", "_descriptor", "_left")

    def __init__(self, descriptor: int, extents: tuple[Extent, ...]) -> None:
        self._descriptor = descriptor
        self._left = [one for one in reversed(extents) if one.size]
        self._at = 0

    def read(self, size: int) -> bytes:
        """The next bytes. Raises OSError."""
        if not self._left or size <= 0:
            return b""
        extent = self._left[-1]
        wanted = min(size, extent.size - self._at)
        data = bytes(wanted) if extent.at is None else os.pread(self._descriptor, wanted, extent.at + self._at)
        if not data:
            raise OSError("the image ends before the file does")
        self._at += len(data)
        if self._at == extent.size:
            self._left.pop()
            self._at = 0
        return data


def _in_a_row(record: Any, place: int, block: int) -> int | None:
    """Bytes of a file of several extents, such as one of 4 GB and more, when they lie side by side, as everybody lays
    them (ECMA-119 section 6.4.2); None where they do not."""
    size = 0
    while record is not None:
        if record.inode is None or int(record.inode.orig_extent_loc or 0) * block != place + size:
            return None
        size += int(record.data_length)
        record = record.data_continuation
    return size


def _name(record: Any, joliet: bool) -> str:
    """Its name: Joliet, else Rock Ridge, else that of ISO 9660 without its version."""
    raw: bytes = record.file_identifier()
    if joliet:
        name = raw.decode("utf-16-be", "replace")
    elif record.rock_ridge is not None and record.rock_ridge.name():
        name = record.rock_ridge.name().decode("utf-8", "replace")
    else:
        name = raw.decode("ascii", "replace")
    return name.partition(";")[0]
