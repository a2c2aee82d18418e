"""Frame parts of a multipart/related answer (RFC 2387, RFC 2046 section 5.1, PS3.18 section 8.6.1.2).

All sizes are known beforehand, so that an answer has a Content-Length and one that breaks off is noticed. It does not
know what the parts hold.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PartHead:
    """What is said of one part before its ``length`` bytes."""

    content_type: str
    length: int


class Multipart:
    """One answer of several parts of one media type."""

    def __init__(self, media_type: str, heads: Sequence[PartHead]) -> None:
        self._boundary = secrets.token_hex(16)
        self._heads = heads
        self.content_type = f'multipart/related; type="{media_type}"; boundary={self._boundary}'

    @property
    def length(self) -> int:
        """Bytes of the whole body."""
        return sum(len(self.opening(n)) + head.length for n, head in enumerate(self._heads)) + len(self.closing())

    def opening(self, number: int) -> bytes:
        """Boundary and headers of part ``number`` (from 0)."""
        head = self._heads[number]
        start = "" if number == 0 else "\r\n"
        return (
            f"{start}--{self._boundary}\r\nContent-Type: {head.content_type}\r\nContent-Length: {head.length}\r\n\r\n"
        ).encode("ascii")

    def closing(self) -> bytes:
        """What stands after the last part."""
        return f"\r\n--{self._boundary}--\r\n".encode("ascii")

    def whole(self, bodies: Sequence[bytes]) -> bytes:
        """The body when all parts are at hand."""
        parts = [piece for n, body in enumerate(bodies) for piece in (self.opening(n), body)]
        return b"".join([*parts, self.closing()])

    def stream(self, bodies: Iterator[Iterator[bytes]]) -> Iterator[bytes]:
        """The body in chunks; every part is asked for when the one before has gone out."""
        for number, chunks in enumerate(bodies):
            opening = self.opening(number)
            for chunk in chunks:
                yield opening + chunk if opening else chunk
                opening = b""
            if opening:
                yield opening
        yield self.closing()
