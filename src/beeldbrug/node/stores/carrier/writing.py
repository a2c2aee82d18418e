"""Write files as a folder, as one file, or as an ISO 9660 image (PS3.12 annexes F and V: level 1, names 8.3).

Nothing has its final name before it is whole. An image is written as it is read; no file of it is in memory.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, cast

from pycdlib import PyCdlib

from beeldbrug.kit.files import disk_errors, sync_folder, write_new
from beeldbrug.model.errors import Conflict, TooLarge

File = tuple[str, int, Callable[[], Iterator[bytes]]]
"""Name with parts joined by ``/``, bytes, and how to read it."""

LARGEST: Final = 4 * 1024**3 - 2048
"""Bytes of one file that ISO 9660 level 1 holds."""

VOLUME: Final = "BEELDBRUG"


def write_folder(path: Path, files: Iterable[File]) -> None:
    """A new folder, or an empty one. Raises Conflict ``file-exists``, Unavailable."""
    with disk_errors():
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise Conflict("file-exists", "The folder is not empty.", "Choose an empty folder.")
    for name, _, read in files:
        target = path / name
        with disk_errors():
            target.parent.mkdir(parents=True, exist_ok=True)
        write_new(target, read())


def write_file(path: Path, chunks: Iterable[bytes]) -> int:
    """A new file; its bytes. Raises Conflict ``file-exists``, Unavailable."""
    return write_new(path, chunks)


def write_image(path: Path, files: Iterable[File]) -> int:
    """A new ISO 9660 image; its bytes. Raises Conflict ``file-exists``, TooLarge, Unavailable."""
    if path.exists():
        raise Conflict("file-exists", "A file of this name is on disk already.", "Choose another name.")
    image = PyCdlib()
    image.new(interchange_level=1, vol_ident=VOLUME, sys_ident="", app_ident_str=VOLUME)
    made: set[str] = set()
    for name, length, read in files:
        if length > LARGEST:
            raise TooLarge("disc-file-too-large", "A file is too large for a disc image.", "Make a ZIP or a folder.")
        folder = ""
        for step in name.split("/")[:-1]:
            folder += f"/{step}"
            if folder not in made:
                image.add_directory(folder)
                made.add(folder)
        last = name if "." in name else f"{name}."
        image.add_fp(cast(BinaryIO, _Reading(read)), length, f"/{last};1")
    part = path.with_name(path.name + ".part")
    try:
        with disk_errors(), part.open("w+b") as out:
            image.write_fp(out)
            out.flush()
            os.fsync(out.fileno())
            size = out.seek(0, os.SEEK_END)
        with disk_errors():
            part.rename(path)
            sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)
        image.close()
    return size


class _Reading(io.RawIOBase):
    """A file that is made while it is read, from its beginning to its end and once over."""

    def __init__(self, read: Callable[[], Iterator[bytes]]) -> None:
        self._read = read
        self._chunks: Iterator[bytes] = iter(())
        self._held = b""

    def readable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """To the beginning only, which begins anew."""
        if offset or whence != os.SEEK_SET:
            raise io.UnsupportedOperation("seek")
        self._chunks, self._held = self._read(), b""
        return 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        parts, left = [], size
        while left:
            if not self._held:
                self._held = next(self._chunks, b"")
                if not self._held:
                    break
            taken = self._held if left < 0 else self._held[:left]
            self._held = self._held[len(taken) :]
            parts.append(taken)
            left -= len(taken) if left > 0 else 0
        return b"".join(parts)
