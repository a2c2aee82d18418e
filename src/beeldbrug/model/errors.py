"""The one error tree, by kind. Every protocol maps a kind to its own wire status in one table.

A text never holds identity (no name, number, UID, file name or header value): it says what is wrong in general terms,
and ``remedy`` says what to do about it. ``code`` is stable and may be relied on by scripts.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    """What sort of failure it is; the key of every protocol's status table."""

    MALFORMED = "malformed"
    DENIED = "denied"
    NOT_FOUND = "not found"
    CONFLICT = "conflict"
    UNSUPPORTED = "unsupported"
    UNAVAILABLE = "unavailable"
    TOO_LARGE = "too large"


class BeeldbrugError(Exception):
    """Base of all errors of the project; raise one of its children."""

    kind: ClassVar[Kind]

    def __init__(self, code: str, text: str, remedy: str = "") -> None:
        super().__init__(code, text, remedy)
        self.code = code
        self.text = text
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.code}: {self.text}" + (f" Remedy: {self.remedy}" if self.remedy else "")


class Malformed(BeeldbrugError):
    """What came in breaks its own format."""

    kind = Kind.MALFORMED


class Denied(BeeldbrugError):
    """Not allowed for this caller, or a seal or signature does not hold."""

    kind = Kind.DENIED


class NotFound(BeeldbrugError):
    """No such thing within the caller's scope."""

    kind = Kind.NOT_FOUND


class Conflict(BeeldbrugError):
    """It contradicts what is there already."""

    kind = Kind.CONFLICT


class Unsupported(BeeldbrugError):
    """Understood, but this program does not do it."""

    kind = Kind.UNSUPPORTED


class Unavailable(BeeldbrugError):
    """Cannot be done now (disk full, peer down); trying again later may succeed."""

    kind = Kind.UNAVAILABLE


class TooLarge(BeeldbrugError):
    """Over a limit on size, depth, count or time."""

    kind = Kind.TOO_LARGE
