"""Deflated datasets: inflate on the side, within bounds, as the deflated bytes stream by (PS3.5 annex A.5).

Does not keep what it inflates: it hands it on in small chunks. Accepts raw deflate as the standard says and, as met in
the wild, deflate inside a zlib wrapper. ``inflate_dataset`` is for those who need the plain dataset, to edit it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator

from beeldbrug.model.errors import BeeldbrugError, Malformed, TooLarge

_CHUNK = 256 * 1024
_FREE = 16 * 1024 * 1024
_BROKEN = Malformed("deflate-broken", "The deflated dataset cannot be inflated.", "Send the instance again.")


class Inflater:
    """Inflates what it is fed and hands it to ``take``. ``limit`` bounds the bytes, ``ratio`` their growth past 16 MiB.

    It stops by itself, without raising, on bad data, over a limit, or when ``take`` raises a BeeldbrugError; ``error``
    then says why.
    """

    __slots__ = ("_in", "_inflate", "_limit", "_out", "_ratio", "_take", "done", "error")

    def __init__(self, take: Callable[[bytes], None], limit: int, ratio: int) -> None:
        self._take = take
        self._limit = limit
        self._ratio = ratio
        self._inflate: zlib._Decompress | None = None
        self._in = 0
        self._out = 0
        self.done = False
        self.error: BeeldbrugError | None = None

    def feed(self, view: memoryview) -> None:
        """Take deflated bytes."""
        if self._inflate is None and len(view):
            self._inflate = zlib.decompressobj(zlib.MAX_WBITS if view[0] == 0x78 else -zlib.MAX_WBITS)
        self._in += len(view)
        pending: bytes | memoryview = view
        try:
            while self._inflate is not None and len(pending) and not self.done and not self.error:
                plain = self._inflate.decompress(pending, _CHUNK)
                pending = self._inflate.unconsumed_tail
                self.done = self._inflate.eof
                self._out += len(plain)
                self._check()
                self._take(plain)
            while self._inflate is not None and not self.done and not self.error:
                plain = self._inflate.decompress(b"", _CHUNK)
                if not plain:
                    break
                self._out += len(plain)
                self._check()
                self._take(plain)
        except zlib.error:
            self.error = _BROKEN
        except BeeldbrugError as error:
            self.error = error

    def _check(self) -> None:
        if self._out > self._limit or self._out > _FREE + self._in * self._ratio:
            raise TooLarge("inflates-too-large", "A deflated dataset grows beyond the limit.", "Send it uncompressed.")


def inflate_dataset(chunks: Iterable[bytes | memoryview], limit: int) -> Iterator[bytes]:
    """Inflate the body of a deflated dataset. Raises Malformed when broken or cut short, TooLarge over ``limit``."""
    plain: list[bytes] = []
    inflater = Inflater(plain.append, limit, limit)
    for chunk in chunks:
        inflater.feed(memoryview(chunk))
        if inflater.error:
            raise inflater.error
        yield from plain
        plain.clear()
    if not inflater.done:
        raise _BROKEN
