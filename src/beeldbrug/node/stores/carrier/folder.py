"""A folder, a mounted disc or USB stick as a carrier (ports.carrier): regular files below it, and nothing else.

Each step of a path is opened without following links, from the folder's own descriptor on: whoever swaps a name for a
link meanwhile leads nowhere. Devices, sockets and pipes are not opened.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from beeldbrug.model.errors import TooLarge, Unavailable
from beeldbrug.node.ports.carrier import LINK, UNREADABLE, CarrierEntry, CarrierLimits

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


class FolderCarrier:
    """``ports.carrier.Carrier`` over a folder."""

    def __init__(self, folder: Path, limits: CarrierLimits) -> None:
        try:
            self._root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise unreadable(error) from None
        self._limits = limits

    def close(self) -> None:
        """Let go of the folder."""
        os.close(self._root)

    def entries(self) -> Iterator[CarrierEntry]:
        """Files by path. Raises TooLarge."""
        counted = Counted(self._limits)
        for entry in self._below("", 0):
            counted.add(entry)
            yield entry

    @contextmanager
    def open(self, entry: CarrierEntry) -> Iterator[OsFile]:
        """Read one. Raises OSError."""
        *folders, name = entry.name.split("/")
        descriptor = self._step(folders, name)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError("no regular file any more")
            yield OsFile(descriptor)
        finally:
            os.close(descriptor)

    def _step(self, folders: list[str], name: str) -> int:
        at = os.dup(self._root)
        try:
            for folder in folders:
                inner = os.open(folder, _FLAGS | os.O_DIRECTORY, dir_fd=at)
                os.close(at)
                at = inner
            return os.open(name, _FLAGS, dir_fd=at)
        finally:
            os.close(at)

    def _below(self, path: str, depth: int) -> Iterator[CarrierEntry]:
        if depth > self._limits.depth:
            raise too_deep()
        folders = path.split("/") if path else []
        try:
            descriptor = self._step(folders, ".")
            try:
                with os.scandir(descriptor) as found:
                    seen = sorted((entry.name, *_kind(entry)) for entry in found)
            finally:
                os.close(descriptor)
        except OSError:
            yield CarrierEntry(path, 0, UNREADABLE)
            return
        for name, kind, size in seen:
            below = f"{path}/{name}" if path else name
            if kind == "folder":
                yield from self._below(below, depth + 1)
            else:
                yield CarrierEntry(below, size, kind)


class OsFile:
    """``ports.carrier.CarrierFile`` over a descriptor."""

    __slots__ = ("_descriptor",)

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def read(self, size: int) -> bytes:
        """The next bytes. Raises OSError."""
        return os.read(self._descriptor, size)


class Counted:
    """What was met so far, against the limits."""

    __slots__ = ("_bytes", "_files", "_limits")

    def __init__(self, limits: CarrierLimits) -> None:
        self._limits = limits
        self._files = 0
        self._bytes = 0

    def add(self, entry: CarrierEntry) -> None:
        """One more. Raises TooLarge ``carrier-too-large``."""
        self._files += 1
        self._bytes += entry.size
        over = self._files > self._limits.files or self._bytes > self._limits.total_bytes
        if over or entry.size > self._limits.file_bytes:
            raise TooLarge(
                "carrier-too-large",
                "There are more files, or more bytes, than one carrier may hold.",
                "Read its folders in one by one.",
            )


def too_deep() -> TooLarge:
    """Folders within folders beyond the limit."""
    return TooLarge(
        "carrier-too-deep", "Its folders lie deeper within each other than allowed.", "Read one of them in."
    )


def unreadable(error: OSError) -> Unavailable:
    """The carrier as a whole cannot be read."""
    return Unavailable(
        "carrier-unreadable",
        f"The disc, folder or file cannot be read ({type(error).__name__}).",
        "Check its path and rights, or whether the disc is in the drive; clean the disc.",
    )


def _kind(entry: os.DirEntry[str]) -> tuple[str, int]:
    """What it is, and its size in bytes."""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return UNREADABLE, 0
    if stat.S_ISDIR(status.st_mode):
        return "folder", 0
    if stat.S_ISREG(status.st_mode):
        return "", status.st_size
    return LINK if stat.S_ISLNK(status.st_mode) else UNREADABLE, 0
