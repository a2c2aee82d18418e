"""Sealed parts and segments as files below the hub's data folder: names are random ids and numbers, nothing else.

What returns is synced, bytes and name. Folders fan out by the first hex digits of the id; a pack's go with its last
segment. Partial segments lie apart (``partials``).
DESIGN section 6.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from beeldbrug.kit.files import disk_errors, make_folder, read_range, sync_folder, write_all
from beeldbrug.model.errors import NotFound, Unavailable

CHUNK_BYTES = 1024 * 1024
ATTEMPTS = 5


class FolderParts:
    """Implements ``ports.objects.PartStore``."""

    def __init__(self, folder: Path) -> None:
        make_folder(folder)
        self._folder = folder

    def put(self, key: str, body: bytes) -> None:
        """Create, synced. A file that a crash cut short has no row and is removed as a stray."""
        path = self._folder / key

        def write() -> None:
            with disk_errors():
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
                try:
                    write_all(descriptor, body)
                finally:
                    os.close(descriptor)
                _sync(path)

        _in_folder(path, write)

    def get(self, key: str) -> bytes:
        """All bytes. Raises NotFound."""
        path = self._folder / key
        with disk_errors():
            length = path.stat().st_size
        return read_range(path, 0, length)

    def delete(self, keys: Iterable[str]) -> None:
        """Delete; what is not there is fine. The 256 folders stay."""
        with disk_errors():
            for key in keys:
                (self._folder / key).unlink(missing_ok=True)

    def strays(self, older_than: float) -> Iterator[str]:
        """Keys of all objects last written before that time."""
        return _older(self._folder, older_than)


class FileReader:
    """Implements ``ports.objects.SegmentReader`` by reading at offsets."""

    def __init__(self, path: Path) -> None:
        try:
            self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise NotFound("segment-not-here", "This segment is not here.", "Ask again later.") from None
        self.path: Path | None = path

    def chunks(self, start: int, length: int) -> Iterator[bytes]:
        """These bytes in order."""
        end = start + length
        while start < end and (piece := os.pread(self._descriptor, min(CHUNK_BYTES, end - start), start)):
            start += len(piece)
            yield piece

    def close(self) -> None:
        """Let go."""
        os.close(self._descriptor)


class FolderSegments:
    """Implements ``ports.objects.SegmentStore``. The partials must lie on the same disk."""

    def __init__(self, folder: Path) -> None:
        make_folder(folder)
        self._folder = folder

    def keep(self, key: str, partial: Path) -> None:
        """Take over a finished local file: give it its place, then sync the file and the folder.

        Its row is written after that, and a file without a row is nothing; so it may have its name before it is synced,
        which costs one journal commit instead of two.
        """
        path = self._folder / key

        def move() -> None:
            with disk_errors():
                # keys are random and used once, so nothing is ever replaced
                partial.rename(path)
                _sync(path)

        _in_folder(path, move)

    def open(self, key: str) -> FileReader:
        """Raises NotFound ``segment-not-here``."""
        return FileReader(self._folder / key)

    def signed_url(self, key: str, seconds: int) -> str | None:
        """A folder has none."""
        return None

    def delete(self, keys: Iterable[str]) -> None:
        """Delete; what is not there is fine."""
        _delete(self._folder, keys)

    def strays(self, older_than: float) -> Iterator[str]:
        """Keys of all objects last written before that time."""
        return _older(self._folder, older_than)


def _in_folder(path: Path, write: Callable[[], object]) -> None:
    """Write below a folder that another thread may remove at this moment because it was empty."""
    for _ in range(ATTEMPTS):
        try:
            if not path.parent.is_dir():
                make_folder(path.parent)
            write()
        except NotFound:
            if path.parent.is_dir():
                raise
            continue
        return
    raise Unavailable("disk-failed", "A folder of the store cannot be made.", "Check the data disk and its rights.")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync_folder(path.parent)


def _delete(root: Path, keys: Iterable[str]) -> None:
    with disk_errors():
        for key in keys:
            path = root / key
            path.unlink(missing_ok=True)
            with suppress(OSError):  # a folder that is not empty stays
                for folder in path.parents:
                    if folder == root:
                        break
                    folder.rmdir()


def _older(root: Path, older_than: float) -> Iterator[str]:
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            with suppress(FileNotFoundError):  # deleted meanwhile
                if path.stat().st_mtime < older_than:
                    yield path.relative_to(root).as_posix()
