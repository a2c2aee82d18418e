"""Durable files: what returns has reached the disk (DESIGN guarantee 1).

Writes go to a temporary file beside the target, are synced, then get their name, then the folder is synced; a crash
leaves the whole file or none. Error texts never hold a path. Nothing here knows what the bytes are. POSIX ``fsync``,
``link`` and ``rename``.
"""

from __future__ import annotations

import ctypes
import errno
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from beeldbrug.model.errors import Conflict, Malformed, NotFound, Unavailable

TEMPORARY_PREFIX = ".tmp-"
"""Names of files that were never finished; ``remove_temporary`` clears them at start."""

Chunk = bytes | bytearray | memoryview

_WRITE = 2
"""SYNC_FILE_RANGE_WRITE of sync_file_range(2)."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def _find_sync_file_range() -> Callable[[int, int, int, int], int] | None:
    """sync_file_range of the C library, which Python does not offer; None elsewhere than on Linux."""
    function: Any = getattr(ctypes.CDLL(None), "sync_file_range", None)
    if function is not None:
        function.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)
    return cast("Callable[[int, int, int, int], int] | None", function)


_sync_file_range = _find_sync_file_range()


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn OSError into ``disk-full``, ``disk-failed`` (Unavailable), ``file-missing``, ``file-exists``."""
    try:
        yield
    except FileNotFoundError:
        raise NotFound("file-missing", "A file that was asked for is not on disk.") from None
    except FileExistsError:
        raise Conflict("file-exists", "A file of this name is on disk already.") from None
    except OSError as error:
        raise unavailable(error) from None


def unavailable(error: OSError) -> Unavailable:
    """The error of the tree for a failed disk operation; its text holds the reason's name, no path."""
    if error.errno in _FULL:
        return Unavailable("disk-full", "The disk is full.", "Free some space on the data disk; work then resumes.")
    name = errno.errorcode.get(error.errno or 0, "unknown")
    return Unavailable("disk-failed", f"The disk refused an operation ({name}).", "Check the data disk and its rights.")


def write_new(path: Path, content: Chunk | Iterable[Chunk]) -> int:
    """Create the file durably and return its length; Conflict ``file-exists`` leaves the present one untouched."""
    with disk_errors():
        temporary, length = _written(path.parent, content)
        try:
            # link, unlike rename, never replaces: the name is given once
            os.link(temporary, path)
        finally:
            temporary.unlink()
        sync_folder(path.parent)
    return length


def write_over(path: Path, content: Chunk | Iterable[Chunk]) -> int:
    """Create or replace the file durably; readers see the old or the new one whole. Returns its length."""
    with disk_errors():
        temporary, length = _written(path.parent, content)
        temporary.replace(path)
        sync_folder(path.parent)
    return length


def move_new(temporary: Path, path: Path) -> None:
    """Give a finished, synced file on the same disk its name, durably; Conflict ``file-exists`` if that is taken."""
    with disk_errors():
        os.link(temporary, path)
        temporary.unlink()
        sync_folder(path.parent)


def remove(path: Path) -> None:
    """Delete the file durably; a file that is not there is fine."""
    with disk_errors(), suppress(FileNotFoundError):
        path.unlink()
        sync_folder(path.parent)


def make_folder(path: Path) -> None:
    """Make the folder and its parents, readable by this user only, so that they survive a power cut."""
    with disk_errors():
        missing = [folder for folder in (path, *path.parents) if not folder.is_dir()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
            sync_folder(folder.parent)


def sync_folder(path: Path) -> None:
    """Make the names in this folder durable. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def temporary_path(folder: Path) -> Path:
    """An unused temporary name in this folder."""
    return folder / f"{TEMPORARY_PREFIX}{secrets.token_hex(16)}"


def remove_temporary(folder: Path) -> int:
    """Remove unfinished files in this folder and below; returns how many. Call it before anybody writes."""
    with disk_errors():
        left = [path for path in folder.rglob(f"{TEMPORARY_PREFIX}*") if path.is_file()]
        for path in left:
            path.unlink(missing_ok=True)
    return len(left)


def write_all(descriptor: int, data: Chunk) -> None:
    """Write every byte at the descriptor's position. Raises OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def start_write_back(descriptor: int, offset: int, length: int) -> None:
    """Let the disk begin with these bytes, so that a later sync has little left to wait for.

    A hint that promises nothing: where there is no sync_file_range(2), or it fails, the sync does all the work.
    """
    if _sync_file_range is not None:
        _sync_file_range(descriptor, offset, length, _WRITE)


def pread_exact(descriptor: int, offset: int, length: int) -> bytes:
    """Exactly ``length`` bytes from ``offset``; Malformed ``file-short`` when the file ends before."""
    with disk_errors():
        data = os.pread(descriptor, length, offset)
        while len(data) < length:
            more = os.pread(descriptor, length - len(data), offset + len(data))
            if not more:
                raise Malformed("file-short", "A file is shorter than it must be.", "Restore it from a backup.")
            data += more
    return data


def read_range(path: Path, offset: int, length: int) -> bytes:
    """As ``pread_exact``, of the file at ``path``; NotFound ``file-missing``."""
    with disk_errors():
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return pread_exact(descriptor, offset, length)
    finally:
        os.close(descriptor)


def _written(folder: Path, content: Chunk | Iterable[Chunk]) -> tuple[Path, int]:
    """A synced temporary file with this content; it is gone again when writing fails."""
    temporary = temporary_path(folder)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        length = 0
        for chunk in [content] if isinstance(content, bytes | bytearray | memoryview) else content:
            write_all(descriptor, chunk)
            length += memoryview(chunk).nbytes
        os.fsync(descriptor)
    except BaseException:
        temporary.unlink()
        raise
    finally:
        os.close(descriptor)
    return temporary, length
