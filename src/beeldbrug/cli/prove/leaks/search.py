"""Searches bytes for many values in all their written forms at once, and tells a text from chance.

A filter over numpy finds the few positions where any pattern can begin; those are compared exactly. Short values come
up by chance: digits in a hash, a dark grey run of pixels that reads "545545". Such a hit is counted apart, not hidden.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from beeldbrug.cli.prove.leaks.forms import LEAST_BYTES, written_forms

CHUNK_BYTES = 4 * 1024 * 1024
CHANCE_LENGTH = 10
"""Values of so many characters do not come up by chance."""

_BASE64_LENGTH = 8
_NEIGHBOURS = 6
_SLACK = 8
_CONTEXT = 64
"""Bytes on either side of a hit that tell a text from chance."""


class Haystack(Enum):
    """What is searched, which decides what chance looks like in it."""

    TEXT = "text"
    DATABASE = "database"
    SEALED = "sealed"
    PIXELS = "pixels"


@dataclass(frozen=True, slots=True)
class Hit:
    """Value number ``value``, written in ``form``, at byte ``offset``."""

    value: int
    form: str
    offset: int
    by_chance: bool


@dataclass(frozen=True, slots=True)
class _Pattern:
    value: int
    form: str
    content: bytes
    short: bool
    plain: bool


class Search:
    """Patterns of ``values``; immutable, thread-safe."""

    def __init__(self, values: Sequence[str]) -> None:
        self.values = tuple(values)
        self._by_start: dict[bytes, list[_Pattern]] = defaultdict(list)
        self._first = np.zeros(1 << 24, dtype=np.bool_)
        self._second = np.zeros(1 << 24, dtype=np.bool_)
        self.longest = LEAST_BYTES
        for number, value in enumerate(self.values):
            for form, contents in written_forms(value).items():
                for content in contents:
                    self._add(_Pattern(number, form, content, len(value) < CHANCE_LENGTH, is_plain(value)))

    def _add(self, pattern: _Pattern) -> None:
        content = pattern.content
        self._by_start[content[:LEAST_BYTES]].append(pattern)
        self._first[int.from_bytes(content[:3], "little")] = True
        self._second[int.from_bytes(content[3:6], "little")] = True
        self.longest = max(self.longest, len(content))

    def find(self, data: bytes, haystack: Haystack) -> Iterator[Hit]:
        """All hits in ``data``."""
        return self.find_in([data], haystack)

    def find_in(self, chunks: Iterable[bytes], haystack: Haystack) -> Iterator[Hit]:
        """All hits in a stream of chunks, those across their borders included."""
        margin = self.longest + 2 * _CONTEXT
        kept, base, done = b"", 0, 0
        for chunk in _pieces(chunks):
            data = kept + chunk
            edge = len(data) - margin
            if edge > 0:
                yield from self._hits(data, base, haystack, done - base, edge)
                done = base + edge
                # what stands before a hit is looked at as well
                keep = max(0, edge - _CONTEXT)
                kept, base = data[keep:], base + keep
            else:
                kept = data
        yield from self._hits(kept, base, haystack, done - base, len(kept))

    def _hits(self, data: bytes, base: int, haystack: Haystack, start: int, edge: int) -> Iterator[Hit]:
        for at in self._candidates(data):
            if not start <= at < edge:
                continue
            for pattern in self._by_start.get(data[at : at + LEAST_BYTES], ()):
                if not data.startswith(pattern.content, at):
                    continue
                if haystack is Haystack.PIXELS and pattern.plain:
                    continue
                chance = pattern.short and _by_chance(data, at, pattern, haystack)
                yield Hit(pattern.value, pattern.form, base + at, chance)

    def _candidates(self, data: bytes) -> list[int]:
        if len(data) < LEAST_BYTES:
            return []
        octets = np.frombuffer(data, dtype=np.uint8).astype(np.uint32)
        triples = octets[:-2] | octets[1:-1] << 8 | octets[2:] << 16
        begins: NDArray[np.intp] = np.flatnonzero(self._first[triples[:-3]])
        found: list[int] = begins[self._second[triples[begins + 3]]].tolist()
        return found


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), CHUNK_BYTES):
            yield chunk[start : start + CHUNK_BYTES]


def is_plain(value: str) -> bool:
    """Whether a value is too regular to be told from a picture: a run like 123456."""
    return len({ord(second) - ord(first) for first, second in pairwise(value)}) == 1


def _by_chance(data: bytes, at: int, pattern: _Pattern, haystack: Haystack) -> bool:
    if haystack is Haystack.SEALED:
        return False
    if haystack is Haystack.PIXELS:
        return _in_picture(data, at, pattern)
    return _in_code(data, at, pattern.content, haystack)


def _in_picture(data: bytes, at: int, pattern: _Pattern) -> bool:
    """Whether the samples around a hit are like it: then it is a grey that reads as text, not a text."""
    step = 2 if pattern.form == "utf-16" else 1
    high = pattern.content[:1] == b"\0"
    end = at + len(pattern.content)
    inside = _samples(data[at:end], step, high)
    around = _samples(data[max(0, at - _NEIGHBOURS * step) : at], step, high)
    around += _samples(data[end : end + _NEIGHBOURS * step], step, high)
    return bool(around) and all(min(inside) - _SLACK <= one <= max(inside) + _SLACK for one in around)


def _samples(data: bytes, step: int, high: bool) -> list[int]:
    order: Literal["big", "little"] = "big" if high else "little"
    return [int.from_bytes(data[at : at + step], order) for at in range(0, len(data) - step + 1, step)]


def _in_code(data: bytes, at: int, content: bytes, haystack: Haystack) -> bool:
    """Whether a hit lies inside a hash, a random id, a longer number, or a run of base64, which is read decoded."""
    end = at + len(content)
    if content.isdigit():
        if _run(data, at, end, b"0123456789abcdef") >= 16:
            return True
        beside = data[max(0, at - 1) : at] + data[end : end + 1]
        return haystack is Haystack.TEXT and any(chr(one).isdigit() for one in beside)
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/"
    return len(content) < _BASE64_LENGTH and _run(data, at, end, alphabet) >= 40


def _run(data: bytes, start: int, end: int, alphabet: bytes) -> int:
    """Length of the run of ``alphabet`` around a hit, as far as _CONTEXT bytes either side."""
    before = data[max(0, start - _CONTEXT) : start]
    behind = data[end : end + _CONTEXT]
    return len(before) - len(before.rstrip(alphabet)) + end - start + len(behind) - len(behind.lstrip(alphabet))
