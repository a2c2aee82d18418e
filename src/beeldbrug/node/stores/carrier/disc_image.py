"""An ISO file as a carrier (ports.carrier): ISO 9660 with Joliet or Rock Ridge names, and UDF, by ``pycdlib``.

PS3.12 annexes F, G and J. ``pycdlib`` reads the folders; the files are read where they lie, by several threads at once.
A place beyond the end of the image is told as unreadable.
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

from beeldbrug.model.errors import Malformed
from beeldbrug.node.ports.carrier import LINK, NAME_OUTSIDE, UNREADABLE, CarrierEntry, CarrierFile, CarrierLimits
from beeldbrug.node.stores.carrier.folder import Counted, too_deep, unreadable
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


class ImageCarrier:
    """``ports.carrier.Carrier`` over an ISO file."""

    def __init__(self, path: Path, limits: CarrierLimits) -> None:
        self._limits = limits
        try:
            self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            self._size = os.fstat(self._descriptor).st_size
            self._found = self._read(path)
        except OSError as error:
            raise unreadable(error) from None

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
        yield _Extent(self._descriptor, entry.place, entry.size)

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
        if not found and image.has_udf():
            found = list(self._below_udf(image.get_record(udf_path="/"), "", 0))
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

    def _below_udf(self, entry: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
        if depth > self._limits.depth:
            raise too_deep()
        for child in entry.fi_descs:
            if child.is_parent() or child.file_entry is None:
                continue
            own = child.fi.decode(child.encoding, "replace")
            name = f"{path}/{own}" if path else own
            if child.file_entry.is_dir():
                yield from self._below_udf(child.file_entry, name, depth + 1)
            else:
                yield name, child.file_entry

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


class _Extent:
    """``ports.carrier.CarrierFile`` over a stretch of the image."""

    __slots__ = ("_at", "_descriptor", "_end")

    def __init__(self, descriptor: int, at: int, size: int) -> None:
        self._descriptor = descriptor
        self._at = at
        self._end = at + size

    def read(self, size: int) -> bytes:
        """The next bytes. Raises OSError."""
        wanted = min(size, self._end - self._at)
        data = os.pread(self._descriptor, wanted, self._at) if wanted > 0 else b""
        if wanted > 0 and not data:
            raise OSError("the image ends before the file does")
        self._at += len(data)
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
