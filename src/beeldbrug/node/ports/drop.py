"""Where one partner's files lie between his upload and their being taken in. See ``stores.drop``.

The protocol names files by their parts below the partner's own root: no part is empty, ``.`` or ``..``. What a partner
writes can be named, renamed and removed by him until it is taken, and never read. Names may hold identity.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from beeldbrug.node.ports.carrier import Carrier

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DropLimits:
    """What may lie there of one partner. ``reserve``: bytes of the disk that stay free."""

    files: int = 200_000
    total_bytes: int = 2**40
    file_bytes: int = 64 * 2**30
    depth: int = 16
    reserve: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """A name: of a folder, or of a file with its size in bytes; ``changed`` in POSIX seconds."""

    name: str
    folder: bool
    size: int = 0
    changed: float = 0.0


class DropFile(Protocol):
    """A file that is open for writing; its methods may be called from any thread, one at a time."""

    size: int

    def write(self, offset: int, data: bytes) -> None:
        """These bytes at this place. Raises TooLarge, Unavailable."""

    def cut(self, size: int) -> None:
        """Make it this long. Raises TooLarge, Unavailable."""

    def sync(self) -> None:
        """Return when its bytes are on the disk. Raises Unavailable."""

    def close(self, whole: bool) -> None:
        """Let go of it: whole (then durable, and marked so on return), or left unfinished. Raises Unavailable."""


class Drop(Protocol):
    """One partner's place, as he sees it. All raise NotFound, Conflict, Malformed, TooLarge or Unavailable."""

    def refresh(self) -> None:
        """Count anew what lies there, for the limits."""

    def open(self, parts: Parts, *, create: bool, cut: bool, exclusive: bool) -> DropFile:
        """Open for writing; folders that are missing are made. Conflict where it is open already."""

    def stat(self, parts: Parts) -> Placed:
        """What has this name."""

    def names(self, parts: Parts) -> Sequence[Placed]:
        """What lies in this folder."""

    def make(self, parts: Parts) -> None:
        """Make a folder."""

    def remove(self, parts: Parts) -> None:
        """Remove a file."""

    def remove_folder(self, parts: Parts) -> None:
        """Remove an empty folder."""

    def rename(self, parts: Parts, to: Parts, replace: bool) -> None:
        """Give a file or folder another name."""


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs together among what lies there: a folder right below the root, an archive there, or all other files
    there. ``state`` changes as long as it is being written; ``unfinished`` counts files that were not closed, or have a
    name that says so."""

    key: str
    state: tuple[int, int, int]
    unfinished: int = 0
    newest: float = 0.0


@dataclass(frozen=True, slots=True)
class Batch:
    """What was gathered to be taken in as one; out of the partner's sight. ``label`` is the sender's name for it."""

    id: str
    label: str = ""
    unfinished: int = 0


@dataclass(frozen=True, slots=True)
class Aside:
    """A batch that was put aside, with the code of why, and when."""

    batch: Batch
    code: str
    at: float
    files: int
    bytes: int


class Batches(Protocol):
    """The same place, as taking in sees it. Raises Unavailable ``drop-failed``."""

    def groups(self) -> Sequence[Group]:
        """What lies there."""

    def gather(self, group: Group) -> bool:
        """Out of the partner's hands, if nothing of it has changed and nobody has it open."""

    def batches(self) -> Sequence[Batch]:
        """What was gathered and waits."""

    def open(self, batch: Batch) -> AbstractContextManager[Carrier]:
        """Its files but the unfinished. Raises Malformed, TooLarge, Unsupported, Unavailable."""

    def done(self, batch: Batch) -> None:
        """It was taken in: gone."""

    def put_aside(self, batch: Batch, code: str, taken: Sequence[str]) -> None:
        """To where it waits for somebody, but what was ``taken``, by name."""

    def aside(self) -> Sequence[Aside]:
        """What waits for somebody, oldest first."""

    def open_aside(self, batch: Batch) -> AbstractContextManager[Carrier]:
        """As ``open``, of what lies aside. Raises NotFound."""

    def throw_away(self, batch: Batch) -> None:
        """From aside, for good. Raises NotFound."""
