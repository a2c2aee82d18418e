"""What a disk may hold after the power went: rebuilt from the recorder's log, unsynced work dropped at random.

The model is stricter than most file systems. Of a file only what was synced is sure; every later write may be there,
torn, or not. Of a folder's names only those given before the folder was last synced are sure; later ones may be there,
in the order in which they were given. A synced file whose name was not synced is lost. Nothing here knows what the
files are, but for SQLite's WAL index (``-shm``), a memory map that no crash keeps.
"""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

_HEAD = struct.Struct("<BQqIHH")
_SOURCE = Path(__file__).with_name("recorder.c")
_SECTOR = 512


def build_recorder(folder: Path) -> Path:
    """The compiled library; skips the test where there is no C compiler or no dynamic linker to preload it."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler for the recorder: apt-get install gcc libc6-dev")
    library = folder / "recorder.so"
    command = [compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(_SOURCE), "-ldl"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        pytest.skip(f"the recorder cannot be compiled here: {done.stderr.strip().splitlines()[-1:]}")
    return library


def recording(library: Path, root: Path, log: Path) -> Mapping[str, str]:
    """Environment of a process whose work below ``root`` is recorded in ``log``."""
    return {"LD_PRELOAD": str(library), "POWER_ROOT": str(root), "POWER_LOG": str(log)}


@dataclass(frozen=True)
class Op:
    """One record; ``end`` is where it ends in the log."""

    kind: str
    inode: int
    at: int
    first: str
    second: str
    data: bytes
    end: int


def read_log(log: Path) -> Iterator[Op]:
    """All whole records in order."""
    data = log.read_bytes()
    at = 0
    while at + _HEAD.size <= len(data):
        kind, inode, offset, length, first, second = _HEAD.unpack_from(data, at)
        start = at + _HEAD.size
        end = start + first + second + length
        if end > len(data):
            return
        one = data[start : start + first].decode()
        other = data[start + first : start + first + second].decode()
        yield Op(chr(kind), inode, offset, one, other, data[end - length : end], end)
        at = end


@dataclass(eq=False)
class _File:
    """A file: what is sure, and what came after that."""

    sure: bytearray = field(default_factory=bytearray)
    later: list[Op] = field(default_factory=list)

    def sync(self) -> None:
        for op in self.later:
            _apply(self.sure, op)
        self.later.clear()

    def found(self, fate: Fate) -> bytes:
        content = bytearray(self.sure)
        for op in self.later:
            fate.apply(content, op)
        return bytes(content)


@dataclass(frozen=True)
class _Change:
    """A name given (``entry`` is a file or "folder") or taken (None) in a folder."""

    name: str
    entry: _File | str | None


@dataclass
class _Folder:
    sure: dict[str, _File | str] = field(default_factory=dict)
    later: list[_Change] = field(default_factory=list)

    def sync(self) -> None:
        self.take(len(self.later), self.sure)
        self.later.clear()

    def take(self, count: int, entries: dict[str, _File | str]) -> None:
        for change in self.later[:count]:
            if change.entry is None:
                entries.pop(change.name, None)
            else:
                entries[change.name] = change.entry


@dataclass
class Fate:
    """Luck of one power cut: how likely an unsynced write, and an unsynced name, is there afterwards."""

    chance: random.Random
    writes: float
    names: float

    def apply(self, content: bytearray, op: Op) -> None:
        """Perhaps apply a write, or only the first sectors of it."""
        if self.chance.random() >= self.writes:
            return
        if op.kind == "W" and len(op.data) > _SECTOR and self.chance.random() < 0.3 and self.writes < 1.0:
            cut = self.chance.randrange(0, len(op.data), _SECTOR)
            op = Op("W", op.inode, op.at, "", "", op.data[:cut], op.end)
        _apply(content, op)

    def count(self, waiting: int) -> int:
        """How many of a folder's waiting changes are there."""
        if self.names in (0.0, 1.0):
            return int(self.names * waiting)
        return self.chance.randint(0, waiting)


class Disk:
    """The state of a folder as a disk with a cache has it. While ``honest`` is False, syncs do nothing."""

    def __init__(self, root: Path) -> None:
        self._root, self.honest = str(root.resolve()), True
        self._files: dict[int, _File] = {}
        self._folders: dict[str, _Folder] = {}
        self.unknown = 0
        for folder, folders, names in os.walk(self._root):
            entries: dict[str, _File | str] = dict.fromkeys(folders, "folder")
            for name in names:
                path = Path(folder) / name
                entries[name] = self._files.setdefault(path.stat().st_ino, _File(bytearray(path.read_bytes())))
            self._folders[folder] = _Folder(entries)

    def take(self, op: Op) -> None:
        """The next recorded call."""
        if op.kind in "WT":
            self._file(op.inode).later.append(op)
        elif op.kind == "S" and self.honest:
            self._file(op.inode).sync()
        elif op.kind == "D" and self.honest:
            self._folders.setdefault(op.first, _Folder()).sync()
        elif op.kind == "C":
            self._files[op.inode] = _File()  # the number may have been another file's before
            self._change(op.first, self._files[op.inode])
        elif op.kind == "M":
            self._folders[op.first] = _Folder()
            self._change(op.first, "folder")
        elif op.kind == "U":
            self._change(op.first, None)
        elif op.kind == "L":
            self._change(op.second, self._file(op.inode))
        elif op.kind == "R":
            self._change(op.second, self._file(op.inode))
            self._change(op.first, None)
        elif op.kind == "X":
            self.unknown += 1

    def after_cut(self, target: Path, fate: Fate) -> None:
        """Write what may be found after a power cut now into ``target``, which must not exist."""
        target.mkdir(parents=True)
        self._write(self._root, target, fate, {})

    def _write(self, folder: str, target: Path, fate: Fate, written: dict[_File, Path]) -> None:
        state = self._folders.get(folder)
        if state is None:
            return
        entries = dict(state.sure)
        state.take(fate.count(len(state.later)), entries)
        for name, entry in entries.items():
            if isinstance(entry, str):
                (target / name).mkdir(mode=0o700, exist_ok=True)
                self._write(f"{folder}/{name}", target / name, fate, written)
            elif entry in written:  # two names of one file
                os.link(written[entry], target / name)
            elif not name.endswith("-shm"):
                (target / name).write_bytes(entry.found(fate))
                written[entry] = target / name

    def _file(self, inode: int) -> _File:
        return self._files.setdefault(inode, _File())

    def _change(self, path: str, entry: _File | str | None) -> None:
        folder, _, name = path.rpartition("/")
        self._folders.setdefault(folder, _Folder()).later.append(_Change(name, entry))


def _apply(content: bytearray, op: Op) -> None:
    if op.kind == "T":
        del content[op.at :]
        content.extend(bytes(op.at - len(content)))
        return
    if op.at > len(content):
        content.extend(bytes(op.at - len(content)))
    content[op.at : op.at + len(op.data)] = op.data
