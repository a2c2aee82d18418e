"""A partner's place as STOW-RS writes in it (ports.storing): files that are not whole lie apart, out of all sight.

A file gets its name in one step when its bytes are on the disk, so that taking in never meets half of one. What a
killed process left is removed when the place is next opened.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from beeldbrug.kit.files import make_folder, sync_folder, write_all
from beeldbrug.node.ports.drop import DropLimits
from beeldbrug.node.stores.drop.place import DROP, UNFINISHED, WHOLE, Place, checked, told
from beeldbrug.node.stores.drop.uploading import Usage

INCOMING = "incoming"

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class StoredFile:
    """``ports.storing.PlacedFile``: written from its beginning to its end."""

    def __init__(self, place: Place, path: Path, usage: Usage) -> None:
        self.size = 0
        self._place, self._path, self._usage = place, path, usage
        with told():
            self._descriptor = os.open(path, _NEW, UNFINISHED)
            os.fchmod(self._descriptor, UNFINISHED)

    def write(self, data: memoryview) -> None:
        """The next bytes. Raises TooLarge, Unavailable."""
        self._usage.add(len(data), self.size + len(data))
        self.size += len(data)
        with told():
            write_all(self._descriptor, data)

    def keep(self, parts: Sequence[str]) -> None:
        """Bytes and mark to the disk first, then the name, then what holds the name."""
        folder, name = checked(tuple(parts))
        at = self._place.folder / DROP / folder
        try:
            with told():
                os.fchmod(self._descriptor, WHOLE)
                os.fsync(self._descriptor)
                with self._place.locked():
                    at.mkdir(mode=0o700, exist_ok=True)
                    os.rename(self._path, at / name)
                    sync_folder(at)
                    sync_folder(at.parent)
        except BaseException:
            self.discard()
            raise
        os.close(self._descriptor)

    def discard(self) -> None:
        """Gone, as if it had never been."""
        os.close(self._descriptor)
        with suppress(FileNotFoundError):
            self._path.unlink()
        self._usage.less(self.size)


class StoredPlace:
    """``ports.storing.PartnerPlace`` on disk; one for a process. Raises Unavailable."""

    def __init__(self, folder: Path, limits: DropLimits) -> None:
        self._place = Place(folder)
        self._incoming = folder / INCOMING
        self._usage = Usage(limits, folder)
        make_folder(self._incoming)
        for left in self._incoming.iterdir():
            left.unlink(missing_ok=True)

    def begin(self) -> StoredFile:
        """A new file."""
        self._usage.add(0, 0, files=1)
        return StoredFile(self._place, self._incoming / uuid4().hex, self._usage)

    def close(self) -> None:
        """Let go of the folders."""
        self._place.close()
