"""Slots that several processes share: so many at once of one kind, and none is lost when a process is killed.

A slot is a byte of a lock file, locked through an open file description of its own (fcntl(2), F_OFD_SETLK): the kernel
lets go of it when the file is closed or the process ends. Linux only. It keeps no queue: what is full is full.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import struct
from pathlib import Path

from beeldbrug.kit.files import disk_errors

_FLOCK = struct.Struct("@hhqqi4x")
"""struct flock of 64-bit Linux: type, whence, start, length, pid (0 for such a lock)."""

_KIND_BITS = 46
_MOST = 1 << 16


class Slots:
    """Slots in one lock file; thread-safe."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def take(self, kind: str, most: int) -> Slot | None:
        """A free slot of this kind, or None when ``most`` (up to 65536) are taken. Raises Unavailable (disk)."""
        with disk_errors():
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        first = _first(kind)
        for number in range(min(most, _MOST)):
            if _lock(descriptor, first + number):
                return Slot(descriptor)
        os.close(descriptor)
        return None


class Slot:
    """One slot, held until ``release``."""

    __slots__ = ("_descriptor",)

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go; once more is nothing to do."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _first(kind: str) -> int:
    """Where the slots of a kind begin; that two kinds meet is as likely as two equal hashes of 46 bits."""
    digest = hashlib.sha256(kind.encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> (64 - _KIND_BITS)) * _MOST


def _lock(descriptor: int, start: int) -> bool:
    try:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, start, 1, 0))
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            return False
        raise
    return True
