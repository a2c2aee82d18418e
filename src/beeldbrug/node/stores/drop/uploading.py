"""One partner's place as he writes in it (ports.drop.Drop): within its limits, durable at each proper close."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from beeldbrug.kit.files import write_all
from beeldbrug.model.errors import Conflict, TooLarge, Unavailable
from beeldbrug.node.ports.drop import DropLimits, Parts, Placed
from beeldbrug.node.stores.drop.place import LOCK, REASON, UNFINISHED, WHOLE, Place, checked, told

_WRITE = os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_LOOKED_EVERY = 64 * 2**20
"""Bytes after which the disk is asked anew how much is free."""

NAMES_MOST = 100_000

COUNTED_EVERY = 5.0
"""Seconds from one count to the next, at least."""


class Usage:
    """What lies there against the limits; thread-safe. What was taken in counts until it is counted anew: when
    somebody logs in, or a limit seems to be reached."""

    def __init__(self, limits: DropLimits, folder: Path) -> None:
        self._limits, self._folder = limits, folder
        self._counted = 0.0
        self._lock = threading.Lock()
        self._files = self._bytes = 0
        self._unlooked = _LOOKED_EVERY

    def count(self) -> None:
        """Anew."""
        files = size = 0
        for folder, folders, names in os.walk(self._folder):
            files += len(folders) if "/drop" in folder[len(str(self._folder)) :] else 0
            for name in names:
                try:
                    size += os.lstat(os.path.join(folder, name)).st_size
                except FileNotFoundError:  # taken in meanwhile
                    continue
                files += name not in (LOCK, REASON)
        with self._lock:
            self._files, self._bytes, self._counted = files, size, time.monotonic()

    def refresh(self) -> None:
        """Count anew, unless that was done a moment ago: with many files it takes a while."""
        if time.monotonic() - self._counted > COUNTED_EVERY:
            self.count()

    def less(self, size: int) -> None:
        """A file of this length is gone."""
        with self._lock:
            self._files, self._bytes = self._files - 1, self._bytes - size

    def add(self, size: int, end: int, files: int = 0) -> None:
        """So much more, of a file that then has this length. Raises TooLarge, Unavailable ``disk-full``."""
        limits = self._limits
        if self._over(size, files):
            self.refresh()
        with self._lock:
            if self._over(size, files) or end > limits.file_bytes:
                raise TooLarge(
                    "drop-too-large", "There are more files, or more bytes, than may lie here.", "Send less at once."
                )
            self._unlooked += size
            if limits.reserve and self._unlooked >= _LOOKED_EVERY:
                if shutil.disk_usage(self._folder).free < limits.reserve + size:
                    raise Unavailable("disk-full", "The disk is full.", "Try again later.")
                self._unlooked = 0
            self._files += files
            self._bytes += size

    def _over(self, size: int, files: int) -> bool:
        return self._files + files > self._limits.files or self._bytes + size > self._limits.total_bytes


class OpenFile:
    """``ports.drop.DropFile`` over a descriptor."""

    def __init__(self, descriptor: int, parent: int, size: int, usage: Usage) -> None:
        self.size = size
        self._descriptor, self._parent, self._usage = descriptor, parent, usage
        self._synced = False
        """Whether the client had its bytes synced, and wrote none since."""

    def write(self, offset: int, data: bytes) -> None:
        """These bytes at this place."""
        end = offset + len(data)
        if end > self.size:
            self._usage.add(end - self.size, end)
            self.size = end
        self._synced = False
        with told():
            done = os.pwrite(self._descriptor, data, offset)
            if done < len(data):
                os.lseek(self._descriptor, offset + done, os.SEEK_SET)
                write_all(self._descriptor, memoryview(data)[done:])

    def cut(self, size: int) -> None:
        """Make it this long."""
        if size > self.size:
            self._usage.add(size - self.size, size)
        self._synced = False
        with told():
            os.ftruncate(self._descriptor, size)
        self.size = size

    def sync(self) -> None:
        """Bytes to the disk."""
        with told():
            os.fdatasync(self._descriptor)
        self._synced = True

    def close(self, whole: bool) -> None:
        """Bytes first, then the mark, then the name: a power cut between leaves a file that counts as unfinished."""
        try:
            if whole:
                with told():
                    if not self._synced:
                        os.fdatasync(self._descriptor)
                    os.fchmod(self._descriptor, WHOLE)
                    os.fsync(self._descriptor)
                    os.fsync(self._parent)
        finally:
            os.close(self._descriptor)
            os.close(self._parent)


class PartnerDrop:
    """``ports.drop.Drop`` on disk; the methods that change names are called from one thread."""

    def __init__(self, folder: Path, limits: DropLimits) -> None:
        self._place = Place(folder)
        self._limits = limits
        self._usage = Usage(limits, folder)

    def refresh(self) -> None:
        """Count anew, unless that was done a moment ago."""
        self._usage.refresh()

    def open(self, parts: Parts, *, create: bool, cut: bool, exclusive: bool) -> OpenFile:
        """Open for writing."""
        self._deep(parts)
        with told(), self._place.locked(), self._place.parent(parts, make=create) as (at, name):
            descriptor = self._descriptor(at, name, create, exclusive)
            try:
                status = os.fstat(descriptor)
                if not stat.S_ISREG(status.st_mode):
                    raise Conflict("drop-name-taken", "There is something of this name already.")
                _hold(descriptor)
                os.fchmod(descriptor, UNFINISHED)
                if cut:
                    os.ftruncate(descriptor, 0)
                return OpenFile(descriptor, os.dup(at), 0 if cut else status.st_size, self._usage)
            except BaseException:
                os.close(descriptor)
                raise

    def _descriptor(self, at: int, name: str, create: bool, exclusive: bool) -> int:
        if not (create and exclusive):
            try:
                return os.open(name, _WRITE, dir_fd=at)
            except FileNotFoundError:
                if not create:
                    raise
        self._usage.add(0, 0, files=1)
        descriptor = os.open(name, _WRITE | os.O_CREAT | os.O_EXCL, UNFINISHED, dir_fd=at)
        os.fchmod(descriptor, UNFINISHED)
        return descriptor

    def stat(self, parts: Parts) -> Placed:
        """What has this name."""
        if not parts:
            return Placed("", True)
        with told(), self._place.parent(parts) as (at, name):
            status = os.stat(name, dir_fd=at, follow_symlinks=False)
            if stat.S_ISLNK(status.st_mode):
                raise FileNotFoundError
            return _placed(name, status)

    def names(self, parts: Parts) -> Sequence[Placed]:
        """What lies in this folder."""
        found: list[Placed] = []
        with told():
            descriptor = self._place.open_folder(parts)
            try:
                with os.scandir(descriptor) as entries:
                    for entry in entries:
                        if len(found) >= NAMES_MOST:
                            raise TooLarge("drop-too-many-names", "There are too many names here to list.")
                        status = entry.stat(follow_symlinks=False)
                        if not stat.S_ISLNK(status.st_mode):  # nobody can make one here
                            found.append(_placed(entry.name, status))
            finally:
                os.close(descriptor)
        return sorted(found, key=lambda one: one.name)

    def make(self, parts: Parts) -> None:
        """Make a folder."""
        self._deep(parts)
        self._usage.add(0, 0, files=1)
        with told(), self._place.locked(), self._place.parent(parts) as (at, name):
            os.mkdir(name, 0o700, dir_fd=at)
            os.fsync(at)

    def remove(self, parts: Parts) -> None:
        """Remove a file."""
        with told(), self._place.locked(), self._place.parent(parts) as (at, name):
            size = os.stat(name, dir_fd=at, follow_symlinks=False).st_size
            os.unlink(name, dir_fd=at)
            self._usage.less(size)

    def remove_folder(self, parts: Parts) -> None:
        """Remove an empty folder."""
        with told(), self._place.locked(), self._place.parent(parts) as (at, name):
            os.rmdir(name, dir_fd=at)

    def rename(self, parts: Parts, to: Parts, replace: bool) -> None:
        """Give a file or folder another name, durably."""
        self._deep(to, self._height(parts))
        with told(), self._place.locked(), self._place.parent(parts) as (at, name), self._place.parent(to) as (on, new):
            if not replace and _is_there(on, new):
                raise Conflict("drop-name-taken", "There is something of this name already.")
            os.rename(name, new, src_dir_fd=at, dst_dir_fd=on)
            os.fsync(on)
            os.fsync(at)

    def _height(self, parts: Parts) -> int:
        """Folders within each other below this name."""
        top = os.path.join(self._place.folder, "drop", *checked(parts))
        return max((path.count("/") + 1 - top.count("/") for path, _, _ in os.walk(top)), default=0)

    def _deep(self, parts: Parts, below: int = 0) -> None:
        if len(parts) + below > self._limits.depth:
            raise TooLarge("drop-too-deep", "Folders lie deeper within each other than allowed.", "Use fewer folders.")


def _hold(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Conflict("drop-file-open", "This file is being written already.", "Try again in a while.") from None


def _placed(name: str, status: os.stat_result) -> Placed:
    folder = stat.S_ISDIR(status.st_mode)
    return Placed(name, folder, 0 if folder else status.st_size, status.st_mtime)


def _is_there(at: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=at, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
