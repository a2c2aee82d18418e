"""Where sealed segments lie: the spool (open, growing, local) and the store (closed, immutable, anywhere).

The spool copy of an acknowledged instance goes only after the store's durable put (guarantee 1). Everything here is
sealed already; nothing is identity. Disk full raises Unavailable ``disk-full``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol


class SpoolSegment(Protocol):
    """An open segment file; used by one writer (the caller locks)."""

    @property
    def length(self) -> int:
        """Bytes appended so far."""

    def append(self, data: bytes | memoryview) -> None:
        """Append; not durable yet."""

    def sync(self) -> None:
        """fdatasync what was appended (and, the first time, the folder)."""

    def close(self) -> None:
        """Close the file; it stays in the spool."""


class Spool(Protocol):
    """Open segments on the node's own disk."""

    def create(self, pack: str, number: int) -> SpoolSegment:
        """A new segment; Conflict when it is there."""

    def path(self, pack: str, number: int) -> Path:
        """Its file."""

    def read(self, pack: str, number: int, offset: int, length: int) -> bytes:
        """Bytes of an open or closed segment in the spool. NotFound when it is not (any more) in the spool."""

    def left_over(self) -> Iterator[tuple[str, int, int]]:
        """(pack, number, length) of all files in the spool, at start-up."""

    def cut(self, pack: str, number: int, length: int) -> None:
        """Cut an unknown tail and sync."""

    def drop(self, pack: str, number: int) -> None:
        """Delete from the spool; nothing to do when it is gone."""


class SegmentReader(Protocol):
    """Where segments can be read while they grow or until they are stored."""

    def read(self, pack: str, number: int, offset: int, length: int) -> bytes:
        """A range. NotFound ``segment-not-here``."""


class SideSpools(Protocol):
    """Spools of further processes that receive, one each, so that none meddles with another's own."""

    def open(self) -> AbstractContextManager[tuple[str, Spool]]:
        """A spool for this process and the process's name; held until the end, also against a kill."""

    def abandoned(self) -> Iterator[tuple[str, Spool]]:
        """(process, spool) of those whose process is no more; each goes after its turn, when it is empty."""

    def holds(self, pack: str, number: int) -> bool:
        """Whether one of them has this segment."""

    def read(self, pack: str, number: int, offset: int, length: int) -> bytes:
        """A range, from whichever has it. NotFound ``segment-not-here``."""


class SegmentStore(Protocol):
    """Closed segments: a folder, S3, Azure Blob or Google Cloud Storage."""

    def put_file(self, pack: str, number: int, path: Path) -> None:
        """Durably store a finished file, create-only (identical again is nothing to do, else Conflict). May move it."""

    def read(self, pack: str, number: int, offset: int, length: int) -> bytes:
        """A range. NotFound ``segment-not-here``."""

    def size(self, pack: str, number: int) -> int | None:
        """Length, or None when it is not there."""

    def delete_pack(self, pack: str) -> None:
        """Delete all segments of a pack; nothing to do when they are gone."""

    def packs(self) -> Iterator[str]:
        """Ids of all packs that have a segment (for reconciling)."""
