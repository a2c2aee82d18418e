"""Folders of one partner on disk, and safe steps in them: no link is followed, and nothing outside is ever named.

Whether a file was closed properly is told by its mode, which outlives processes: ``UNFINISHED`` until then, ``WHOLE``
after. Who has a file open holds its lock (flock), which goes with the process. Changes of names and gathering exclude
each other by the lock of the place.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from beeldbrug.kit.files import make_folder, unavailable
from beeldbrug.model.errors import Conflict, Malformed, NotFound

UNFINISHED = 0o200
WHOLE = 0o600
NAME_BYTES = 255

DROP, BATCHES, GATHERING, ASIDE = "drop", "batches", "gathering", "aside"
LOCK, REASON = "lock", "reason.json"

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_LINK_ERRORS = frozenset({errno.ELOOP, errno.ENOTDIR})


class Place:
    """The folders of one partner, made where they are missing. Raises Unavailable."""

    def __init__(self, folder: Path) -> None:
        for name in (DROP, BATCHES, GATHERING, ASIDE):
            make_folder(folder / name)
        self.folder = folder
        with told():
            self.root = os.open(folder / DROP, _FOLDER)
            self._lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def close(self) -> None:
        """Let go of the folders."""
        os.close(self.root)
        os.close(self._lock)

    @contextmanager
    def locked(self, exclusive: bool = False) -> Iterator[None]:
        """Shared for who changes names, exclusive for who gathers."""
        fcntl.flock(self._lock, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        try:
            yield
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)

    @contextmanager
    def parent(self, parts: tuple[str, ...], make: bool = False) -> Iterator[tuple[int, str]]:
        """Descriptor of the folder that the name lies in, and the name. Raises NotFound."""
        *folders, name = checked(parts)
        at = os.dup(self.root)
        try:
            for folder in folders:
                inner = self._inner(at, folder, make)
                os.close(at)
                at = inner
            yield at, name
        finally:
            os.close(at)

    def _inner(self, at: int, folder: str, make: bool) -> int:
        if make:
            with suppress(FileExistsError):
                os.mkdir(folder, 0o700, dir_fd=at)
                os.fsync(at)
        return os.open(folder, _FOLDER, dir_fd=at)

    def open_folder(self, parts: tuple[str, ...]) -> int:
        """Descriptor of this folder; to be closed. Raises OSError."""
        if not parts:
            return os.dup(self.root)
        with self.parent(parts) as (at, name):
            return os.open(name, _FOLDER, dir_fd=at)


def checked(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Parts that may be names here. Raises Malformed."""
    if not parts or not all(_may_be_name(part) for part in parts):
        raise Malformed("drop-name", "This name cannot be used here.", "Use letters, digits and simple signs.")
    return parts


def _may_be_name(part: str) -> bool:
    if part in ("", ".", "..") or len(os.fsencode(part)) > NAME_BYTES:
        return False
    return not any(sign == "/" or ord(sign) < 32 or ord(sign) == 127 for sign in part)


@contextmanager
def told() -> Iterator[None]:
    """What the disk says as errors of the tree, without names."""
    try:
        yield
    except FileNotFoundError:
        raise NotFound("drop-no-such-name", "There is no such file or folder.") from None
    except (FileExistsError, IsADirectoryError):
        raise Conflict("drop-name-taken", "There is something of this name already.") from None
    except OSError as error:
        if error.errno == errno.ENOTEMPTY:
            raise Conflict("drop-not-empty", "The folder is not empty.") from None
        if error.errno in _LINK_ERRORS:
            raise NotFound("drop-no-such-name", "There is no such file or folder.") from None
        raise unavailable(error) from None


def is_whole(status: os.stat_result) -> bool:
    """Whether the file was closed properly."""
    return stat.S_IMODE(status.st_mode) == WHOLE
