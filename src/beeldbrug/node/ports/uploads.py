"""What people bring by browser: uploads, their keys and sealed chunks in the vault, and the folder that chunks lie in.

A chunk is some MiB of sealed messages (``sealed.opening.parts``) on one of the two lines. Nothing here opens anything;
what a row says of a chunk - random ids, part numbers, lengths - names nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from beeldbrug.model.dataset import Line
from beeldbrug.node.ports.carrier import Carrier, CarrierEntry


class UploadState(StrEnum):
    """OPEN takes chunks; TAKING is being read in by the worker; TAKEN and CLOSED hold nothing any more."""

    OPEN = "open"
    TAKING = "taking"
    TAKEN = "taken"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class UploadRow:
    """One upload. ``account`` brings it, or asked for it by ``request``; ``mark`` is equal for the same files chosen
    again, empty once it is kept. ``choice`` is JSON of what was told with it (identity), ``outcome`` JSON of what came
    of it. Times in POSIX seconds."""

    id: str
    organisation: str
    account: str
    recipient: str
    created: float
    expires: float
    request: str = ""
    mark: str = field(default="", repr=False)
    state: UploadState = UploadState.OPEN
    touched: float = 0.0
    choice: str = field(default="", repr=False)
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """One chunk. ``writer`` sealed it; ``contents`` are the entries of ``sealed.opening.parts``; ``size`` in bytes."""

    upload: str
    organisation: str
    writer: str
    line: Line
    number: int
    size: int
    contents: bytes = field(repr=False)
    at: float = 0.0

    @property
    def name(self) -> str:
        """Its name in the folder of its upload."""
        return f"{self.writer}-{self.line.value}-{self.number}"


class Uploads(Protocol):
    """Uploads of one vault."""

    def add(self, row: UploadRow, secret: str) -> None:
        """Begin one; ``secret`` is the private half."""

    def get(self, organisation: str, id: str) -> UploadRow | None:
        """One."""

    def secret(self, organisation: str, id: str) -> str | None:
        """The private half; None when it is gone."""

    def same(self, organisation: str, account: str, request: str, mark: str) -> UploadRow | None:
        """The open one of the same files by the same person or link, newest first."""

    def of_request(self, organisation: str, request: str) -> list[UploadRow]:
        """Of one request, oldest first."""

    def open_of(self, organisation: str, account: str) -> list[UploadRow]:
        """Brought by this person, of no request, and not taken or closed; newest first."""

    def expired(self, organisation: str, now: float, limit: int = 100) -> list[UploadRow]:
        """Open ones whose time is over."""

    def update(self, organisation: str, id: str, state: UploadState, choice: str, outcome: str) -> None:
        """What was decided and what came of it."""

    def touch(self, organisation: str, id: str, at: float, expires: float) -> None:
        """It is still in use."""

    def add_writer(self, organisation: str, upload: str, writer: str, sealed: bytes) -> None:
        """Keep a writer's content keys, sealed to the upload. Raises Conflict ``upload-writer-differs``."""

    def writers(self, organisation: str, upload: str) -> dict[str, bytes]:
        """By writer."""

    def add_chunk(self, row: ChunkRow) -> None:
        """Keep; the same again is nothing to do. Raises Conflict ``upload-chunk-differs``."""

    def chunks(self, organisation: str, upload: str) -> list[ChunkRow]:
        """In the order in which they came."""

    def weight(self, organisation: str, upload: str) -> tuple[int, int]:
        """(chunks, bytes) of it."""

    def forget(self, organisation: str, upload: str) -> None:
        """Keys and chunks go; the row stays with what came of it."""

    def ids(self, organisation: str) -> list[str]:
        """Uploads of which chunks may be here."""

    def prune(self, organisation: str, before: float) -> int:
        """Rows that ended before go for good; how many."""


class Staging(Protocol):
    """Where sealed chunks lie until they are taken or swept."""

    def put(self, upload: str, name: str, content: bytes | memoryview) -> None:
        """Keep durably; again is nothing to do. Raises Unavailable ``disk-full``."""

    def read(self, upload: str, name: str, offset: int, length: int) -> bytes:
        """Exactly this range. Raises OSError."""

    def drop(self, upload: str) -> None:
        """All of an upload; what is not there is fine."""

    def uploads(self) -> list[str]:
        """Of which something lies here."""


class UploadCarrier(Carrier, Protocol):
    """An upload that was opened."""

    def id_of(self, entry: CarrierEntry) -> str:
        """The file's id as the browser knows it."""
