"""The spool: segments that still grow, on the node's own disk (ports.segments.Spool; DESIGN guarantee 1).

``SPOOL/<pack>/<number>``. What ``sync`` returned for survives a power cut, folder entries included. An append is whole
or not at all. A new segment is refused while the disk has less than the reserve free, so that open ones can still be
closed and the database can still commit; that is looked at anew every second, so work resumes by itself. One process
owns a spool. What a segment holds is sealed; this file never looks into it.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from beeldbrug.kit.files import (
    disk_errors,
    make_folder,
    read_range,
    start_write_back,
    sync_folder,
    unavailable,
    write_all,
)
from beeldbrug.model.errors import Conflict, NotFound, Unavailable
from beeldbrug.sealed import forms

RESERVE_BYTES = 512 * 1024 * 1024
"""Free space that the spool leaves to the database and to what is open already."""

_LOOK_SECONDS = 1.0

_WORTH_BYTES = 64 * 1024
"""From this length on an append is written back at once: an instance is synced soon after its last byte."""

_TRIES = 5


class SpoolFile:
    """ports.segments.SpoolSegment; one writer."""

    __slots__ = ("_broken", "_descriptor", "_folder", "_length", "_named")

    def __init__(self, descriptor: int, folder: Path) -> None:
        self._descriptor = descriptor
        self._folder = folder
        self._length = 0
        self._named = False
        self._broken = False

    @property
    def length(self) -> int:
        """Bytes appended so far."""
        return self._length

    def append(self, data: bytes | bytearray | memoryview) -> None:
        """Append all of it; on failure nothing of it stays. Raises Unavailable ``disk-full``, ``disk-failed``."""
        try:
            write_all(self._descriptor, data)
        except OSError as error:
            with disk_errors():
                os.ftruncate(self._descriptor, self._length)
                os.lseek(self._descriptor, self._length, os.SEEK_SET)
            raise unavailable(error) from None
        count = memoryview(data).nbytes
        if count >= _WORTH_BYTES:
            start_write_back(self._descriptor, self._length, count)
        self._length += count

    def sync(self) -> None:
        """fdatasync; the first time the folder too. After a failure every later call fails: the kernel forgets."""
        if self._broken:
            raise Unavailable("disk-failed", "The disk lost data of this segment before.", "Check the data disk.")
        try:
            with disk_errors():
                os.fdatasync(self._descriptor)
                if not self._named:
                    sync_folder(self._folder)
                    self._named = True
        except Unavailable:
            self._broken = True
            raise

    def close(self) -> None:
        """Close; the file stays."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class FileSpool:
    """ports.segments.Spool in a folder; thread-safe."""

    def __init__(self, folder: Path, reserve: int = RESERVE_BYTES) -> None:
        make_folder(folder)
        self._folder = folder
        self._reserve = reserve
        self._lock = threading.Lock()
        self._looked = -_LOOK_SECONDS
        self._room = True

    def create(self, pack: str, number: int) -> SpoolFile:
        """A new segment. Raises Conflict ``segment-is-here``, Unavailable ``disk-full``, ``disk-failed``."""
        self._check_room()
        path = self.path(pack, number)
        for _ in range(_TRIES):
            make_folder(path.parent)
            with suppress(FileNotFoundError):  # the pack's folder was empty and just went with another segment
                return SpoolFile(_create(path), path.parent)
        raise Unavailable("disk-failed", "A folder of the spool does not stay.", "Check who else writes in the spool.")

    def path(self, pack: str, number: int) -> Path:
        """Its file. Raises Malformed ``pack-id-malformed``."""
        return self._folder / forms.check(pack, forms.ID, "pack-id-malformed") / f"{number:d}"

    def read(self, pack: str, number: int, offset: int, length: int) -> bytes:
        """Exactly this range. Raises NotFound ``segment-not-here``, Malformed ``file-short``."""
        try:
            return read_range(self.path(pack, number), offset, length)
        except NotFound:
            raise NotFound("segment-not-here", "The segment is not in the spool.", "Read it from the store.") from None

    def left_over(self) -> Iterator[tuple[str, int, int]]:
        """(pack, number, length) of all files, by pack and number; other names are not the spool's and are left."""
        for folder in sorted(path for path in self._folder.iterdir() if forms.ID.fullmatch(path.name)):
            numbers = sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal())
            for number in numbers:
                yield folder.name, number, (folder / str(number)).stat().st_size

    def cut(self, pack: str, number: int, length: int) -> None:
        """Cut what is behind ``length`` and sync. Raises NotFound ``file-missing``, Conflict ``spool-too-short``."""
        with disk_errors():
            descriptor = os.open(self.path(pack, number), os.O_RDWR | os.O_CLOEXEC)
            try:
                if os.fstat(descriptor).st_size < length:
                    raise Conflict(
                        "spool-too-short",
                        "A segment in the spool is shorter than what was acknowledged: the disk lost data.",
                        "Check the data disk, and ask the sender to send again.",
                    )
                os.ftruncate(descriptor, length)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def drop(self, pack: str, number: int) -> None:
        """Delete; not synced, for a copy that comes back after a power cut is dropped again at start-up."""
        path = self.path(pack, number)
        with disk_errors():
            path.unlink(missing_ok=True)
        with suppress(OSError):  # other segments of the pack are still there
            path.parent.rmdir()

    def free(self) -> int:
        """Bytes free on the spool's disk."""
        with disk_errors():
            disk = os.statvfs(self._folder)
        return disk.f_bavail * disk.f_frsize

    def _check_room(self) -> None:
        with self._lock:
            now = time.monotonic()
            if now - self._looked >= _LOOK_SECONDS:
                self._looked, self._room = now, self.free() >= self._reserve
            if not self._room:
                raise Unavailable(
                    "disk-full", "The disk is nearly full.", "Free some space on the data disk; work resumes by itself."
                )


class FileSideSpools:
    """ports.segments.SideSpools: ``FOLDER/<process>/`` beside ``FOLDER/<process>.lock``, which its process locks."""

    def __init__(self, folder: Path, reserve: int = RESERVE_BYTES) -> None:
        self._folder = folder
        self._reserve = reserve

    @contextmanager
    def open(self) -> Iterator[tuple[str, FileSpool]]:
        """A spool for this process; the kernel lets go of the lock whatever ends the process."""
        make_folder(self._folder)
        with disk_errors():
            sync_folder(self._folder.parent)  # another process may just have made it
        process = f"side-{secrets.token_hex(8)}"
        # the lock comes first: a spool without one would look abandoned
        lock = self._locked(process)
        if lock is None:
            raise Conflict("spool-taken", "The spool is in use by another process.", "Try again.")
        try:
            yield process, FileSpool(self._folder / process, self._reserve)
            self._remove(process)
        finally:
            os.close(lock)

    def abandoned(self) -> Iterator[tuple[str, FileSpool]]:
        """Each is held while it is looked after."""
        if not self._folder.is_dir():
            return
        # after a power cut a spool may be there without the lock file, which is never synced
        for process in sorted({path.stem for path in self._folder.glob("side-*")}):
            lock = self._locked(process)
            if lock is None:
                continue
            try:
                if (self._folder / process).is_dir():
                    yield process, FileSpool(self._folder / process, self._reserve)
                self._remove(process)
            finally:
                os.close(lock)

    def holds(self, pack: str, number: int) -> bool:
        """Whether one of them has this segment."""
        return self._find(pack, number) is not None

    def read(self, pack: str, number: int, offset: int, length: int) -> bytes:
        """Exactly this range, from whichever has it. Raises NotFound ``segment-not-here``, Malformed ``file-short``."""
        path = self._find(pack, number)
        if path is not None:
            with suppress(NotFound):  # it went into the store a moment ago
                return read_range(path, offset, length)
        raise NotFound("segment-not-here", "The segment is not in a spool.", "Read it from the store.")

    def _find(self, pack: str, number: int) -> Path | None:
        forms.check(pack, forms.ID, "pack-id-malformed")
        return next(self._folder.glob(f"side-*/{pack}/{number:d}"), None)

    def _locked(self, process: str) -> int | None:
        with disk_errors():
            descriptor = os.open(self._folder / f"{process}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return None
        if not _is_at(descriptor, self._folder / f"{process}.lock"):  # removed as abandoned before we had it
            os.close(descriptor)
            return None
        return descriptor

    def _remove(self, process: str) -> None:
        """Folder and lock of an empty spool; one that still holds segments stays for the next turn."""
        folder = self._folder / process
        with suppress(OSError):
            for empty in folder.iterdir() if folder.is_dir() else ():
                empty.rmdir()
            if folder.is_dir():
                folder.rmdir()
            (self._folder / f"{process}.lock").unlink(missing_ok=True)


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether the open file still has this name."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    return (there.st_dev, there.st_ino) == (os.fstat(descriptor).st_dev, os.fstat(descriptor).st_ino)


def _create(path: Path) -> int:
    """Descriptor of the new file. Raises FileNotFoundError when the folder is gone."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        raise Conflict("segment-is-here", "A segment of this number is in the spool already.") from None
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unavailable(error) from None
