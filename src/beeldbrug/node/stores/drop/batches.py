"""One partner's place as taking in sees it (ports.drop.Batches): groups that have settled become batches, by renaming.

A batch is a folder with ``files`` and ``unfinished``; an archive is a batch of its own, wherever it lay. Each step of
gathering can be killed: what was moved waits in ``gathering`` and is finished at the next look.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from beeldbrug.kit.files import sync_folder, write_over
from beeldbrug.model.errors import BeeldbrugError, NotFound, Unavailable
from beeldbrug.node.ports.carrier import Carrier
from beeldbrug.node.ports.drop import Aside, Batch, Group
from beeldbrug.node.stores.drop.place import ASIDE, BATCHES, DROP, GATHERING, REASON, Place, is_whole

FILES, UNFINISHED = "files", "unfinished"

ARCHIVES = (".zip", ".iso")

UNFINISHED_NAMES = (".part", ".filepart", ".tmp", ".partial", ".crdownload", ".!ut")
"""How names of files end that a client gives their own name when they are whole."""

UNWANTED = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
"""Files of file managers, which nobody meant to send."""

LOOSE = "loose"


class PartnerBatches:
    """``ports.drop.Batches`` on disk."""

    def __init__(self, folder: Path, carriers: Callable[[Path], AbstractContextManager[Carrier]]) -> None:
        """``carriers`` opens a folder or an archive."""
        self._place = Place(folder)
        self._folder = folder
        self._carriers = carriers

    def close(self) -> None:
        """Let go of the folders."""
        self._place.close()

    def groups(self) -> Sequence[Group]:
        """What lies there, by name."""
        with _told():
            return sorted(self._groups(), key=lambda one: one.key)

    def _groups(self) -> Iterator[Group]:
        drop, found = self._folder / DROP, dict[str, list[tuple[str, os.stat_result]]]()
        for name in os.listdir(drop):
            with suppress(FileNotFoundError):
                status = os.lstat(drop / name)
                if stat.S_ISDIR(status.st_mode):
                    found[f"folder/{name}"] = [*_below(drop / name)]
                elif stat.S_ISREG(status.st_mode):
                    found.setdefault(f"archive/{name}" if _is_archive(name) else LOOSE, []).append((name, status))
        found.setdefault(LOOSE, []).extend(_below(self._folder / GATHERING / FILES))
        yield from (_group(key, files) for key, files in found.items() if files)

    def gather(self, group: Group) -> bool:
        """Out of the partner's hands."""
        with _told(), self._place.locked(exclusive=True):
            now = next((one for one in self._groups() if one.key == group.key), None)
            if now != group or (group.unfinished and self._is_open(group)):
                return False
            gathering = self._folder / GATHERING / FILES
            gathering.mkdir(parents=True, exist_ok=True, mode=0o700)
            for name in self._names(group):
                self._take_along(name, gathering)
            self._finish()
        return True

    def _names(self, group: Group) -> list[str]:
        if group.key != LOOSE:
            return [group.key.partition("/")[2]]
        with os.scandir(self._folder / DROP) as found:
            return [one.name for one in found if not one.is_dir(follow_symlinks=False) and not _is_archive(one.name)]

    def _take_along(self, name: str, gathering: Path) -> None:
        if (gathering / name).exists():  # gathered before a kill, and sent once more since
            self._finish()
            gathering.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.rename(self._folder / DROP / name, gathering / name)

    def _finish(self) -> None:
        """What was gathered becomes a batch, in one step."""
        gathering = self._folder / GATHERING
        sync_folder(gathering / FILES)
        os.rename(gathering, self._folder / BATCHES / uuid4().hex)
        gathering.mkdir(mode=0o700)
        sync_folder(self._folder / BATCHES)
        sync_folder(self._folder)

    def _is_open(self, group: Group) -> bool:
        """Whether somebody writes in an unfinished file of it right now."""
        drop = self._folder / DROP
        names = self._names(group)
        paths = [path for name in names for path in ([drop / name, *(drop / name).rglob("*")])]
        return any(_is_held(path) for path in paths if path.is_file())

    def batches(self) -> Sequence[Batch]:
        """What waits; each archive that lies in another batch becomes one of its own first."""
        with _told():
            for path in sorted((self._folder / BATCHES).iterdir()):
                self._sort(path)
            return [_batch(path) for path in sorted((self._folder / BATCHES).iterdir())]

    def _sort(self, path: Path) -> None:
        """Unfinished files apart, archives on their own. Repeatable."""
        files = path / FILES
        if not files.is_dir():
            shutil.rmtree(path)  # killed while it was removed
            return
        found = [*_below(files)]
        only = len(found) == 1
        for name, status in found:
            if not is_whole(status) or _is_unfinished(name):
                _move(files / name, path / UNFINISHED / name)
            elif _is_archive(name) and not only:
                made = self._folder / BATCHES / f"{path.name}-{uuid4().hex}"
                _move(files / name, made / FILES / Path(name).name)
            elif Path(name).name.lower() in UNWANTED:
                (files / name).unlink()

    def open(self, batch: Batch) -> AbstractContextManager[Carrier]:
        """Its whole files."""
        return self._opened(self._folder / BATCHES / batch.id / FILES)

    def done(self, batch: Batch) -> None:
        """Gone; its files last, so that what a kill leaves is a batch yet, or nothing."""
        with _told():
            self._remove(self._folder / BATCHES / batch.id)

    def _remove(self, path: Path) -> None:
        shutil.rmtree(path / UNFINISHED, ignore_errors=True)
        shutil.rmtree(path)
        sync_folder(path.parent)

    def put_aside(self, batch: Batch, code: str, taken: Sequence[str]) -> None:
        """To where it waits for somebody."""
        path = self._folder / BATCHES / batch.id
        with _told():
            if not _is_archive(batch.label):
                for name in taken:
                    (path / FILES / name).unlink(missing_ok=True)
            write_over(path / REASON, json.dumps({"code": code}).encode())
            os.rename(path, self._folder / ASIDE / batch.id)
            sync_folder(self._folder / ASIDE)
            sync_folder(self._folder / BATCHES)

    def aside(self) -> Sequence[Aside]:
        """What waits for somebody."""
        with _told():
            found = [_aside(path) for path in (self._folder / ASIDE).iterdir()]
        return sorted(found, key=lambda one: one.at)

    def open_aside(self, batch: Batch) -> AbstractContextManager[Carrier]:
        """As ``open``, of what lies aside."""
        return self._opened(self._aside_of(batch) / FILES)

    def throw_away(self, batch: Batch) -> None:
        """For good."""
        with _told():
            self._remove(self._aside_of(batch))

    @contextmanager
    def _opened(self, files: Path) -> Iterator[Carrier]:
        found = [name for name, _ in _below(files)]
        archive = len(found) == 1 and _is_archive(found[0])
        files.mkdir(exist_ok=True)  # where only unfinished files were
        with self._carriers(files / found[0] if archive else files) as carrier:
            yield carrier

    def _aside_of(self, batch: Batch) -> Path:
        path = self._folder / ASIDE / batch.id
        if "/" in batch.id or not path.is_dir():
            raise NotFound("drop-not-aside", "Nothing of this id lies aside.", "See `beeldbrug sftp list`.")
        return path


def _group(key: str, files: Sequence[tuple[str, os.stat_result]]) -> Group:
    newest = max(max(status.st_mtime_ns, status.st_ctime_ns) for _, status in files)
    unfinished = sum(not is_whole(status) or _is_unfinished(name) for name, status in files)
    return Group(key, (len(files), sum(status.st_size for _, status in files), newest), unfinished, newest / 1e9)


def _below(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Regular files below, by their path from there."""
    for path, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            at = os.path.join(path, name)
            try:
                status = os.lstat(at)
            except FileNotFoundError:  # its owner gave it another name, or removed it
                continue
            if stat.S_ISREG(status.st_mode):
                yield os.path.relpath(at, folder), status


def _is_archive(name: str) -> bool:
    return name.lower().endswith(ARCHIVES)


def _is_unfinished(name: str) -> bool:
    return name.lower().endswith(UNFINISHED_NAMES)


def _is_held(path: Path) -> bool:
    descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _move(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.rename(path, to)
    sync_folder(to.parent)


def _batch(path: Path) -> Batch:
    files = path / FILES
    names = sorted(os.listdir(files)) if files.is_dir() else []
    unfinished = sum(1 for _ in _below(path / UNFINISHED))
    return Batch(path.name, names[0] if len(names) == 1 else "", unfinished)


def _aside(path: Path) -> Aside:
    try:
        code = str(json.loads((path / REASON).read_bytes())["code"])
    except (OSError, ValueError, KeyError):
        code = ""
    found = [status.st_size for part in (FILES, UNFINISHED) for _, status in _below(path / part)]
    return Aside(_batch(path), code, path.stat().st_mtime, len(found), sum(found))


class _told(AbstractContextManager[None]):
    """What the disk says, without names."""

    def __exit__(self, kind: object, error: BaseException | None, at: object) -> None:
        if isinstance(error, OSError) and not isinstance(error, BeeldbrugError):
            raise Unavailable(
                "drop-failed",
                f"The folder of the SFTP server cannot be read or written ({type(error).__name__}).",
                "Check the data disk, its rights and free space.",
            ) from None
