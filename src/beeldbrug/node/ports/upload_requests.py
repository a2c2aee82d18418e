"""Requests to somebody outside to upload, and the passes that a right code gives. Of codes and tokens: hashes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request. ``words`` is JSON of what is asked, of whom, for which patient (identity). ``token`` is the SHA-256
    of what the link holds. ``most`` uploads; ``tries`` wrong codes since the last right one; until ``locked`` none is
    looked at. Times in POSIX seconds."""

    id: str
    organisation: str
    account: str
    token: bytes = field(repr=False)
    words: str = field(repr=False)
    created: float
    expires: float
    most: int
    closed: float | None = None
    opened: float | None = None
    tries: int = 0
    locked: float = 0.0


class UploadRequests(Protocol):
    """Requests of one vault."""

    def add(self, row: RequestRow, code: str) -> None:
        """Keep a new one."""

    def get(self, organisation: str, id: str) -> RequestRow | None:
        """One."""

    def by_token(self, organisation: str, token: bytes) -> RequestRow | None:
        """That of a link."""

    def is_code(self, organisation: str, id: str, code: str) -> bool:
        """Whether this is its code."""

    def all(self, organisation: str, since: float) -> list[RequestRow]:
        """Those that did not end before, newest first."""

    def tried(self, organisation: str, id: str, tries: int, locked: float, opened: float | None) -> None:
        """Somebody gave a code."""

    def change(self, organisation: str, id: str, expires: float, closed: float | None) -> None:
        """It is extended or closed; closing ends its passes."""

    def add_pass(self, organisation: str, request: str, token: bytes, expires: float) -> None:
        """Who gave the right code may upload until then."""

    def of_pass(self, organisation: str, token: bytes, now: float) -> RequestRow | None:
        """The request of a live pass."""

    def sweep(self, organisation: str, now: float, before: float) -> int:
        """Passes that are over go, and requests that ended before; how many of these."""
