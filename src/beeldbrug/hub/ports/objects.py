"""What use cases ask of the stores of bytes: sealed parts, whole segments, and partial segments on local disk.

Keys are made by ``usecases`` from random ids and numbers and never hold anything else. Whatever returns from ``put`` or
``keep`` is durable: synced to disk, or accepted by the object store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol


class PartStore(Protocol):
    """Small whole objects: sealed capsule parts."""

    def put(self, key: str, body: bytes) -> None:
        """Create. Raises Unavailable ``disk-full``."""

    def get(self, key: str) -> bytes:
        """All bytes. Raises NotFound."""

    def delete(self, keys: Iterable[str]) -> None:
        """Delete; what is not there is fine."""

    def strays(self, older_than: float) -> Iterator[str]:
        """Keys of all objects last written before that time (POSIX seconds)."""


class SegmentReader(Protocol):
    """One open segment; close it."""

    @property
    def path(self) -> Path | None:
        """Where it lies as a local file, if it does."""

    def chunks(self, start: int, length: int) -> Iterator[bytes]:
        """These bytes in order, in pieces of about 1 MiB; fewer only when the store breaks off."""

    def close(self) -> None:
        """Let go."""


class SegmentStore(Protocol):
    """Large whole objects: sealed segments."""

    def keep(self, key: str, partial: Path) -> None:
        """Take over a finished local file and make it durable. Raises NotFound when that is gone, Unavailable."""

    def open(self, key: str) -> SegmentReader:
        """Raises NotFound ``segment-not-here``."""

    def signed_url(self, key: str, seconds: int) -> str | None:
        """A URL from which anybody may read this object for so long; None when the store has none."""

    def delete(self, keys: Iterable[str]) -> None:
        """Delete; what is not there is fine."""

    def strays(self, older_than: float) -> Iterator[str]:
        """Keys of all objects last written before that time."""


class Partial(Protocol):
    """A segment that is coming in, open for appending by one writer."""

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def offset(self) -> int:
        """Bytes written so far."""

    def append(self, data: bytes) -> None:
        """Add to the end and to the hash. Raises Unavailable ``disk-full``."""

    def digest(self) -> str:
        """BLAKE3-256 in hex over all of it."""

    def close(self) -> None:
        """Let others write it."""


class PartialStore(Protocol):
    """Partial segments."""

    def create(self, key: str) -> Partial:
        """Start an empty one. Raises Unavailable ``disk-full``."""

    def reopen(self, key: str) -> Partial:
        """Go on with one. Raises Conflict ``upload-busy`` while another writes it, NotFound ``upload-not-here``."""

    def offset(self, key: str) -> int | None:
        """How many bytes are there; None when it is not."""

    def delete(self, keys: Iterable[str]) -> None:
        """Delete; what is not there is fine."""

    def strays(self, older_than: float) -> Iterator[str]:
        """Keys of all partials last written before that time."""
