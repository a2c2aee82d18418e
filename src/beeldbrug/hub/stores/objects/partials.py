"""Segments that are still coming in: files that one writer at a time appends to, hashed as they grow.

Whole segments lie elsewhere. A partial survives a broken connection and, up to what had reached the disk, a crash; its
hash is checked over all bytes before it counts, so a torn tail cannot become a segment. The lock is flock(2), which the
kernel drops with its process.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from blake3 import blake3

from beeldbrug.kit.files import disk_errors, make_folder, write_all
from beeldbrug.model.errors import Conflict, NotFound

SUFFIX = ".partial"


class FilePartial:
    """Implements ``ports.objects.Partial``."""

    def __init__(self, path: Path, flags: int) -> None:
        self.path = path
        self._descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | flags, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._descriptor)
            raise
        self.offset = os.fstat(self._descriptor).st_size
        self._hash = blake3()
        if self.offset:
            self._hash.update_mmap(path)

    def append(self, data: bytes) -> None:
        """Add to the end and to the hash."""
        with disk_errors():
            write_all(self._descriptor, data)
        self._hash.update(data)
        self.offset += len(data)

    def digest(self) -> str:
        """BLAKE3-256 in hex over all of it."""
        return self._hash.hexdigest()

    def close(self) -> None:
        """Let others write it."""
        os.close(self._descriptor)


class FilePartials:
    """Implements ``ports.objects.PartialStore``."""

    def __init__(self, folder: Path) -> None:
        make_folder(folder)
        self._folder = folder

    def create(self, key: str) -> FilePartial:
        """Start an empty one."""
        with disk_errors():
            return FilePartial(self._path(key), os.O_CREAT | os.O_EXCL)

    def reopen(self, key: str) -> FilePartial:
        """Go on with one."""
        try:
            with disk_errors():
                return self._unlocked(key)
        except NotFound:
            raise NotFound("upload-not-here", "No upload of this segment is under way.", "Start it with PUT.") from None

    def offset(self, key: str) -> int | None:
        """How many bytes are there; None when it is not."""
        with suppress(FileNotFoundError):
            return self._path(key).stat().st_size
        return None

    def delete(self, keys: Iterable[str]) -> None:
        """Delete; what is not there is fine."""
        with disk_errors():
            for key in keys:
                self._path(key).unlink(missing_ok=True)

    def strays(self, older_than: float) -> Iterator[str]:
        """Keys of all partials last written before that time."""
        for path in self._folder.glob(f"*{SUFFIX}"):
            with suppress(FileNotFoundError):  # finished or deleted meanwhile
                if path.stat().st_mtime < older_than:
                    yield _key(path.name)

    def _path(self, key: str) -> Path:
        return self._folder / (key.rpartition("/")[0].rpartition("/")[2] + "." + key.rpartition("/")[2] + SUFFIX)

    def _unlocked(self, key: str) -> FilePartial:
        try:
            return FilePartial(self._path(key), 0)
        except BlockingIOError:
            raise Conflict(
                "upload-busy",
                "Another request is writing this segment.",
                "Wait for it to end, or start again with PUT.",
            ) from None


def _key(name: str) -> str:
    pack, _, rest = name.removesuffix(SUFFIX).partition(".")
    return f"{pack[:2]}/{pack[2:4]}/{pack}/{rest}"
