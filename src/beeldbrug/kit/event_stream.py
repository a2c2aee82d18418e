"""Server-sent events out of the bytes of a stream, bounded. WHATWG HTML standard, section 9.2.6.

It does no network work and keeps no state between streams; ``retry`` fields are ignored, waiting is the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from beeldbrug.model.errors import TooLarge


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``id`` is the last one seen in the stream; ``name`` is ``message`` where the server gave none."""

    id: str
    name: str
    data: str


@dataclass(frozen=True, slots=True)
class EventLimits:
    """Bytes in one line, and characters in the data of one event."""

    line: int = 64 * 1024
    data: int = 1024 * 1024


def read_events(pieces: Iterable[bytes], limits: EventLimits) -> Iterator[Event]:
    """Events as they complete; comments and unfinished events are dropped. Raises TooLarge ``event-too-large``."""
    last_id, name, size = "", "", 0
    data: list[str] = []
    for line in _lines(pieces, limits.line):
        if not line:
            if data:
                yield Event(last_id, name or "message", "\n".join(data))
            name, data, size = "", [], 0
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            size += len(value) + 1
            if size > limits.data:
                raise _too_large()
            data.append(value)
        elif field == "event":
            name = value
        elif field == "id" and "\0" not in value:
            last_id = value


def _lines(pieces: Iterable[bytes], limit: int) -> Iterator[str]:
    """Lines ended by LF, CR LF or CR; a CR at the end of a piece waits for a possible LF."""
    rest = b""
    first = True
    for piece in pieces:
        rest += piece
        if first and len(rest) >= 3:
            rest, first = rest.removeprefix(b"\xef\xbb\xbf"), False
        held = rest.endswith(b"\r")
        ready = rest[:-1] if held else rest
        *lines, open_line = ready.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        rest = open_line + b"\r" if held else open_line
        if len(rest) > limit or any(len(line) > limit for line in lines):
            raise _too_large()
        for line in lines:
            yield line.decode("utf-8", "replace")


def _too_large() -> TooLarge:
    return TooLarge("event-too-large", "The other end sent an event over the limit.", "Check its version.")
