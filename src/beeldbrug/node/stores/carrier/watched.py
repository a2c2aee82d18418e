"""The watched folder on disk (ports.watched): ``done/`` and ``refused/`` lie in it, so that moving is one rename.

Names that begin with a dot are left alone: programs that copy use such names until a file is whole.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from beeldbrug.kit.files import sync_folder
from beeldbrug.model.errors import Unavailable, Unsupported
from beeldbrug.node.ports.carrier import Carrier
from beeldbrug.node.ports.watched import WatchedItem
from beeldbrug.node.stores.carrier.open import open_carrier

DONE, REFUSED = "done", "refused"
REASON = ".reason.txt"


class WatchedOnDisk:
    """``ports.watched.WatchedFolder``; ``keep``: what was read in stays in ``done/``, else it is removed."""

    def __init__(self, folder: Path, keep: bool) -> None:
        self._folder = folder
        self._keep = keep

    def items(self) -> Sequence[WatchedItem]:
        """By name. Raises Unavailable."""
        with _told():
            for name in (DONE, REFUSED):
                (self._folder / name).mkdir(exist_ok=True)
            with os.scandir(self._folder) as found:
                names = sorted(one.name for one in found if one.name[0] != "." and one.name not in (DONE, REFUSED))
            return [WatchedItem(name, _state(self._folder / name)) for name in names]

    def open(self, item: WatchedItem) -> AbstractContextManager[Carrier]:
        """Read it. Raises Unsupported, Malformed, TooLarge, Unavailable."""
        path = self._folder / item.name
        if path.is_symlink():
            raise Unsupported("carrier-unknown", "This is a link.", "Put the folder or file itself there.")
        return open_carrier(path)

    def done(self, item: WatchedItem) -> None:
        """Out of the way. Raises Unavailable."""
        path = self._folder / item.name
        with _told():
            if self._keep:
                self._move(item, DONE)
            elif path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def refuse(self, item: WatchedItem, reason: str) -> None:
        """Aside, the reason first. Raises Unavailable."""
        with _told():
            target = _free(self._folder / REFUSED / item.name)
            target.with_name(target.name + REASON).write_text(reason, encoding="utf-8")
            os.rename(self._folder / item.name, target)
            sync_folder(target.parent)

    def refused(self) -> int:
        """How many lie aside. Raises Unavailable."""
        with _told():
            return sum(1 for name in os.listdir(self._folder / REFUSED) if not name.endswith(REASON))

    def _move(self, item: WatchedItem, to: str) -> None:
        target = _free(self._folder / to / item.name)
        os.rename(self._folder / item.name, target)
        sync_folder(target.parent)


@contextmanager
def _told() -> Iterator[None]:
    """What the disk says, without names."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            "intake-folder-failed",
            f"The watched folder cannot be read or written ({type(error).__name__}).",
            "Check [intake] folder in the settings, and its rights and free space.",
        ) from None


def _free(path: Path) -> Path:
    """The path, or the first with a number behind it that is not taken."""
    found, number = path, 1
    while found.exists() or found.is_symlink():
        number += 1
        found = path.with_name(f"{path.name} ({number})")
    return found


def _state(path: Path) -> tuple[int, int, int]:
    """(files, bytes, newest change) of it and everything below; links are not followed. Raises OSError."""
    status = path.lstat()
    files, size, newest = 1, status.st_size, status.st_mtime_ns
    if path.is_dir() and not path.is_symlink():
        for folder, _, names in os.walk(path):
            for name in names:
                below = os.lstat(os.path.join(folder, name))
                files, size, newest = files + 1, size + below.st_size, max(newest, below.st_mtime_ns)
    return files, size, newest
