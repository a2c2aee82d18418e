"""Closed segments in a local folder (ports.segments.SegmentStore): the default store of one machine.

``PACKS/ab/cd/<pack>/<number>``, the first four digits of the random pack id spreading the folders. Put: file synced,
linked to its name (which never replaces), folder synced; over another file system copied first. All of it is sealed.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from beeldbrug.kit.files import (
    TEMPORARY_PREFIX,
    disk_errors,
    make_folder,
    read_range,
    sync_folder,
    unavailable,
    write_new,
)
from beeldbrug.model.errors import Conflict, NotFound
from beeldbrug.sealed import forms

_CHUNK = 1024 * 1024
_TRIES = 5


class FolderStore:
    """Segments in a folder; thread-safe, and safe among processes."""

    def __init__(self, folder: Path) -> None:
        make_folder(folder)
        self._folder = folder

    def put_file(self, pack: str, number: int, path: Path) -> None:
        """Link the file in, durably; the file itself stays where it is for the caller to drop.

        Identical again is nothing to do. Raises Conflict ``segment-differs``, Unavailable ``disk-full``.
        """
        target = self._path(pack, number)
        _sync(path)
        for _ in range(_TRIES):
            make_folder(target.parent)
            try:
                _link(path, target)
            except FileNotFoundError:
                continue  # the pack was deleted between the two; if the file itself is gone, the sync said so
            except (FileExistsError, Conflict):
                _check_same(path, target)
            self._sync_names(target.parent)
            return
        raise NotFound("segment-not-here", "The pack was deleted while a segment of it was stored.")

    def _sync_names(self, folder: Path) -> None:
        """Up to the store's own folder: another process may have made one in between, and not have synced it yet."""
        with disk_errors():
            while folder != self._folder:
                sync_folder(folder)
                folder = folder.parent
            sync_folder(folder)

    def read(self, pack: str, number: int, offset: int, length: int) -> bytes:
        """Exactly this range. Raises NotFound ``segment-not-here``, Malformed ``file-short``."""
        try:
            return read_range(self._path(pack, number), offset, length)
        except NotFound:
            raise NotFound("segment-not-here", "The segment is not in the store.", "Fetch it again.") from None

    def size(self, pack: str, number: int) -> int | None:
        """Length, or None when it is not there."""
        try:
            return self._path(pack, number).stat().st_size
        except FileNotFoundError:
            return None

    def delete_pack(self, pack: str) -> None:
        """Delete all segments of a pack, durably."""
        folder = self._path(pack, 0).parent
        with disk_errors(), suppress(FileNotFoundError):
            for path in list(folder.iterdir()):
                path.unlink(missing_ok=True)
            with suppress(OSError):  # somebody just put a segment: reconciling finds it
                folder.rmdir()
            sync_folder(folder.parent)

    def packs(self) -> Iterator[str]:
        """Ids of all packs that have a segment, sorted."""
        for path in sorted(self._folder.glob("??/??/*")):
            if forms.ID.fullmatch(path.name) and any(_is_segment(name) for name in os.listdir(path)):
                yield path.name

    def _path(self, pack: str, number: int) -> Path:
        forms.check(pack, forms.ID, "pack-id-malformed")
        return self._folder / pack[:2] / pack[2:4] / pack / f"{number:d}"


def _is_segment(name: str) -> bool:
    return not name.startswith(TEMPORARY_PREFIX)


def _sync(path: Path) -> None:
    with disk_errors():
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)


def _link(path: Path, target: Path) -> None:
    """Give the file its name in the store. Raises FileExistsError or Conflict, FileNotFoundError."""
    try:
        os.link(path, target)
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP):
            raise unavailable(error) from None
        write_new(target, _content(path))


def _content(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _check_same(path: Path, target: Path) -> None:
    with disk_errors():
        same = path.stat().st_size == target.stat().st_size and all(
            ours == theirs for ours, theirs in zip(_content(path), _content(target), strict=True)
        )
    if not same:
        raise Conflict("segment-differs", "Another segment of this number is in the store.", "Make the pack anew.")
