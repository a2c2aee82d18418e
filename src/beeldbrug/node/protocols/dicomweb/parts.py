"""Take the parts of a multipart/related body out of the stream (RFC 2046 section 5.1, RFC 2387, PS3.18 section 8.6.1).

A push parser: chunks of any size in, parts out, of which it holds no more than one chunk and one boundary. A boundary
counts where a line begins with it and nothing but spaces stands behind it; whatever else looks like one is content.
It knows nothing of what the parts hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, Protocol

from beeldbrug.model.errors import Malformed, TooLarge

BOUNDARY_CHARACTERS: Final = 200
"""RFC 2046 section 5.1.1 allows 70; Orthanc's DICOMweb plugin sends 73."""

PADDING_BYTES: Final = 256
"""Most spaces behind a boundary."""

_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]*[0-9A-Za-z'()+_,./:=?-]")
_BEHIND = re.compile(rb"--|[ \t]*\r\n")
_MAY_BE = re.compile(rb"-?|[ \t]*\r?")
_PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;"\s]*)\s*')


@dataclass(frozen=True, slots=True)
class PartLimits:
    """Bytes before the first boundary and after the last, bytes of one part's headers, and parts of one body."""

    around_bytes: int = 64 * 1024
    head_bytes: int = 16 * 1024
    parts: int = 100_000


class PartHandler(Protocol):
    """Takes the parts in order. Views are valid during the call only."""

    def begin(self, headers: Mapping[str, str]) -> None:
        """A part begins; names of headers are in small letters."""

    def data(self, piece: memoryview) -> None:
        """The next bytes of it."""

    def end(self) -> None:
        """It is whole."""


class _State(Enum):
    BEFORE = auto()
    HEAD = auto()
    PART = auto()
    AFTER = auto()


class PartReader:
    """Feed it, then ``finish``. Of no use after an error."""

    def __init__(self, boundary: str, handler: PartHandler, limits: PartLimits) -> None:
        self._delimiter = b"\r\n--" + boundary.encode("ascii")
        self._handler = handler
        self._limits = limits
        self._held = bytearray(b"\r\n")  # the first boundary has no line before it
        self._state = _State.BEFORE
        self._around = 0
        self._parts = 0
        self._skip = 0

    @property
    def closed(self) -> bool:
        """Whether the last boundary has come."""
        return self._state is _State.AFTER

    def feed(self, data: bytes) -> None:
        """Take the next bytes. Raises Malformed ``multipart-malformed``, TooLarge ``multipart-too-many``; and what the
        handler raises."""
        if self._state is _State.AFTER:
            self._count_around(len(data))
            return
        self._held += data
        while self._step():
            pass

    def finish(self) -> None:
        """The body has ended. Raises Malformed ``multipart-truncated`` when its last boundary has not come."""
        if not self.closed:
            raise Malformed(
                "multipart-truncated",
                "The body ended before its last boundary.",
                "Send it again; what was answered for as stored need not be.",
            )

    def _step(self) -> bool:
        """Use up what can be; whether there may be more."""
        if self._state is _State.HEAD:
            return self._head()
        if self._state is _State.AFTER:
            self._count_around(len(self._held))
            self._held.clear()
            return False
        return self._content()

    def _content(self) -> bool:
        """Bytes up to the next boundary, or as many as are surely none of it."""
        start = 0
        while (at := self._held.find(self._delimiter, start)) >= 0:
            behind = bytes(self._held[at + len(self._delimiter) :][: PADDING_BYTES + 2])
            found = _BEHIND.match(behind)
            if found is not None:
                self._emit(at)
                self._boundary(len(self._delimiter), found.group())
                return True
            if len(behind) <= PADDING_BYTES and _MAY_BE.fullmatch(behind):
                self._emit(at)  # what it is, the next bytes say
                return False
            start = at + 2
        self._emit(max(len(self._held) - len(self._delimiter) + 1, 0))
        return False

    def _boundary(self, length: int, behind: bytes) -> None:
        if self._state is _State.PART:
            self._handler.end()
        self._skip = 0
        last = behind == b"--"
        del self._held[: length + (2 if last else len(behind) - 2)]  # the line's end begins the headers
        self._state = _State.AFTER if last else _State.HEAD

    def _head(self) -> bool:
        at = self._held.find(b"\r\n\r\n")
        if at > self._limits.head_bytes or (at < 0 and len(self._held) > self._limits.head_bytes):
            raise _malformed()
        if at < 0:
            return False
        headers = _headers(bytes(self._held[2:at]))
        del self._held[: at + 2]
        self._skip = 2  # the empty line, whose end may be that before a boundary too: then the part is empty
        self._parts += 1
        if self._parts > self._limits.parts:
            raise TooLarge(
                "multipart-too-many",
                "There are more instances in one request than are taken.",
                "Send the study in several requests; what was stored need not be sent again.",
            )
        self._state = _State.PART
        self._handler.begin(headers)
        return True

    def _emit(self, length: int) -> None:
        if not length:
            return
        skipped = min(self._skip, length)
        self._skip -= skipped
        if self._state is not _State.PART:
            self._count_around(length)
        elif length > skipped:
            with memoryview(self._held) as view, view[skipped:length] as piece:
                self._handler.data(piece)
        del self._held[:length]

    def _count_around(self, length: int) -> None:
        self._around += length
        if self._around > self._limits.around_bytes:
            raise _malformed()


def boundary_of(content_type: str) -> tuple[str, str]:
    """(type of the parts, boundary) of a multipart/related Content-Type; the type in small letters, or empty. Raises
    Malformed ``multipart-malformed`` when no boundary can be read."""
    parameters = {name.lower(): _unquoted(value) for name, value in _PARAMETER.findall(content_type)}
    boundary = parameters.get("boundary", "")
    if len(boundary) > BOUNDARY_CHARACTERS or _BOUNDARY.fullmatch(boundary) is None:
        raise _malformed()
    return parameters.get("type", "").lower(), boundary


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def _headers(block: bytes) -> dict[str, str]:
    """Header fields of a part, folded lines joined (RFC 5322 section 2.2.3)."""
    found: dict[str, str] = {}
    for line in re.sub(rb"\r\n[ \t]+", b" ", block).split(b"\r\n"):
        if not line:
            continue
        name, colon, value = line.partition(b":")
        if not colon:
            raise _malformed()
        found.setdefault(name.strip().decode("latin-1").lower(), value.strip().decode("latin-1"))
    return found


def _malformed() -> Malformed:
    return Malformed(
        "multipart-malformed",
        "The body is no multipart/related that can be read.",
        'Send multipart/related; type="application/dicom"; boundary=..., as PS3.18 section 10.5 says.',
    )
