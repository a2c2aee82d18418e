"""A header as a tree of elements with their places, for editing and for DICOM JSON.

Applies the same cut rule as the walk, so it knows which values lie elsewhere (``gap``) from the header alone. Slower
than the walk and complete: it goes into every sequence. Tolerant: it stops at the first element that is broken and
says so. Decodes no values. PS3.5 section 7.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from beeldbrug.dicom.part10 import read_prologue
from beeldbrug.dicom.syntax import (
    IMPLICIT_LE,
    LONG_VRS,
    SHORT_VRS,
    UNDEFINED,
    Encoding,
    layout,
    transfer_syntax,
)
from beeldbrug.dicom.walk import (
    FRAGMENTS,
    PIXEL_TAGS,
    SEQUENCE_TAGS,
    UNBOUNDED,
    content_encoding,
    content_kind,
    irregular,
    item_encoding,
)
from beeldbrug.model.capsule import VALUE_INLINE_BYTES

MAX_DEPTH: Final = 64


@dataclass(slots=True)
class Element:
    """One element. Offsets are in the header: ``start`` of the element, ``value`` of its value field, ``end`` of both.

    ``vr`` is as written, "" in implicit VR. ``length`` is as written (UNDEFINED allowed). ``gap`` is True when the
    value lies in a piece, the header holding nothing of it; ``ordinal`` is then the number (from 0) of that piece among
    those that are not HEADER. ``fragments`` are the (offset, length) of fragments in the header of a nested
    encapsulated value; length -1 stands for one that lies in a piece.
    """

    tag: int
    vr: str
    start: int
    value: int
    end: int
    length: int
    encoding: Encoding
    gap: bool = False
    ordinal: int = -1
    sequence: bool = False
    items: list[list[Element]] = field(default_factory=list)
    fragments: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Header:
    """A parsed header. ``data`` holds the bytes that offsets count in: the header, inflated where it was deflated.

    ``start`` is where the dataset begins; ``complete`` is False when the tree stops at something broken.
    """

    data: bytes
    start: int
    encoding: Encoding
    elements: tuple[Element, ...]
    complete: bool
    deflated: bool = False

    def element(self, tag: int) -> Element | None:
        """The last top-level element of this tag, as the walk takes it."""
        found = None
        for element in self.elements:
            if element.tag == tag:
                found = element
        return found

    def raw(self, tag: int) -> bytes:
        """Value field of a top-level element, b"" when absent or elsewhere."""
        element = self.element(tag)
        return b"" if element is None or element.gap else self.data[element.value : element.end]


class _Broken(Exception):
    """The element at hand cannot be read."""


class _Parser:
    """Recursive descent over header bytes. ``shift`` counts the bytes of gaps met, which ends must allow for."""

    def __init__(self, data: bytes | bytearray, gaps: bool) -> None:
        self.data = data
        self.gaps = gaps
        self.shift = 0
        self.ordinal = 0

    def dataset(self, start: int, end: int, encoding: Encoding) -> tuple[list[Element], bool]:
        elements: list[Element] = []
        position = start
        try:
            while position < end:
                element = self.element(position, UNBOUNDED, encoding, 0)
                position = element.end
                if element.tag >> 16 != 0xFFFE:
                    elements.append(element)
        except _Broken:
            return elements, False
        return elements, True

    def element(self, position: int, bound: int, encoding: Encoding, depth: int) -> Element:
        """Parse the element at ``position``; ``bound`` is where its container must have ended, before gaps."""
        data = self.data
        if position + 8 > len(data):
            raise _Broken
        key, length = encoding.plain(data, position)
        tag = encoding.tag(key)
        value, vr = position + 8, ""
        if tag >> 16 == 0xFFFE:
            return Element(tag, "", position, value, value, 0, encoding)
        if encoding.explicit:
            length, value, vr = self._explicit(position, encoding)
        element = Element(tag, vr, position, value, value, length, encoding)
        if depth == 0 and tag in PIXEL_TAGS and length and self.gaps:
            self._gap(element, 0 if length == UNDEFINED else length)
        elif length == UNDEFINED:
            self._undefined(element, bound, depth)
        elif vr == "SQ" or (not encoding.explicit and tag in SEQUENCE_TAGS):
            self._defined(element, depth)
        elif length > VALUE_INLINE_BYTES and self.gaps:
            self._gap(element, length)
        else:
            element.end = value + length
        if element.end > len(data):
            raise _Broken
        return element

    def _defined(self, element: Element, depth: int) -> None:
        """A sequence of defined length; a short one that is broken inside counts as one opaque value."""
        before, length = self.shift, element.length
        stop = element.value + length
        try:
            end = self._items(element, stop, element.encoding, depth)
            if end != stop - (self.shift - before):
                raise _Broken
            element.end, element.sequence = end, True
        except _Broken:
            if length > VALUE_INLINE_BYTES:
                raise
            element.end = stop
            element.items.clear()

    def _gap(self, element: Element, length: int) -> None:
        element.gap = True
        element.ordinal = self.ordinal
        self.ordinal += 1
        self.shift += length

    def _explicit(self, position: int, encoding: Encoding) -> tuple[int, int, str]:
        data = self.data
        code = bytes(data[position + 4 : position + 6])
        vr = code.decode("latin_1")
        if code in SHORT_VRS:
            return encoding.u16(data, position + 6)[0], position + 8, vr
        if code in LONG_VRS:
            if position + 12 > len(data):
                raise _Broken
            return encoding.u32(data, position + 8)[0], position + 12, vr
        odd = irregular(data, position, encoding)
        if odd is None:
            raise _Broken
        return *odd, vr

    def _undefined(self, element: Element, bound: int, depth: int) -> None:
        code = element.vr.encode("latin_1")
        kind = content_kind(code, element.tag)
        if kind is None:
            raise _Broken
        if kind == FRAGMENTS:
            self._fragments(element, bound)
            return
        element.sequence = True
        inner = content_encoding(code, element.encoding)
        element.end = self._items(element, bound, inner, depth)

    def _fragments(self, element: Element, bound: int) -> None:
        encoding = element.encoding
        position = element.value
        while position + 8 <= min(len(self.data), bound):
            key, length = encoding.plain(self.data, position)
            position += 8
            if key == encoding.sequence_end:
                element.end = position
                return
            if key != encoding.item or length == UNDEFINED:
                raise _Broken
            if length > VALUE_INLINE_BYTES and self.gaps:
                element.fragments.append((self.ordinal, -1))
                self.ordinal += 1
                self.shift += length
                continue
            element.fragments.append((position, length))
            position += length
        raise _Broken

    def _items(self, element: Element, bound: int, encoding: Encoding | None, depth: int) -> int:
        """Parse the items from element.value on; returns where the sequence ends in the header."""
        if depth >= MAX_DEPTH:
            raise _Broken
        before = self.shift
        position = element.value
        undefined = element.length == UNDEFINED
        while True:
            end = bound - (self.shift - before)
            if position >= end or (undefined and position == len(self.data)):
                return position
            if position + 8 > len(self.data):
                raise _Broken
            marks = encoding or IMPLICIT_LE
            key, length = marks.plain(self.data, position)
            position += 8
            if key == marks.sequence_end:
                if undefined:
                    return position
                continue
            if key == marks.item_end:
                continue
            if key != marks.item:
                raise _Broken
            inner = encoding or item_encoding(self.data, position)
            stop = end if length == UNDEFINED else position + length
            position, item = self._item(position, stop, inner, depth, length == UNDEFINED)
            element.items.append(item)

    def _item(
        self, position: int, bound: int, encoding: Encoding, depth: int, undefined: bool
    ) -> tuple[int, list[Element]]:
        before = self.shift
        item: list[Element] = []
        while position < bound - (self.shift - before) and not (undefined and position == len(self.data)):
            element = self.element(position, bound - (self.shift - before), encoding, depth + 1)
            if element.tag == 0xFFFEE00D:
                return element.end, item
            if element.tag in (0xFFFEE0DD, 0xFFFEE000):
                return element.start, item
            if not undefined and element.end > bound - (self.shift - before):
                raise _Broken
            item.append(element)
            position = element.end
        return position, item


def element_at(data: bytes | bytearray, position: int, encoding: Encoding) -> Element | None:
    """The top-level element that begins at ``position`` of a header that is not deflated; None where it is broken."""
    try:
        return _Parser(data, gaps=True).element(position, UNBOUNDED, encoding, 0)
    except _Broken:
        return None


def parse_items(data: bytes | bytearray, start: int, end: int, encoding: Encoding) -> tuple[list[list[Element]], bool]:
    """Items of a sequence whose value field is data[start:end], and whether all of it could be read."""
    parser = _Parser(data, gaps=True)
    holder = Element(0, "SQ", start, start, end, end - start, encoding)
    try:
        parser._items(holder, end, encoding, 0)
    except _Broken:
        return holder.items, False
    return holder.items, True


def parse_header(header: bytes, syntax_uid: str, part10: bool) -> Header:
    """Parse a whole header as ``dicom.cut`` made it. Never raises on what it holds: see Header.complete.

    A deflated dataset that is small enough to stand in the header whole is inflated first; its values are all there.
    """
    prologue = read_prologue(header, True) if part10 else None
    start = prologue.start if prologue else 0
    syntax = transfer_syntax(syntax_uid)
    data = header
    if syntax.deflated:
        data = header[:start] + inflate(header[start:])
    encoding = layout(syntax, data, start)
    parser = _Parser(data, gaps=not syntax.deflated)
    elements, complete = parser.dataset(start, len(data), encoding)
    return Header(data, start, encoding, tuple(elements), complete, syntax.deflated)


def inflate(body: bytes, limit: int = 64 * 1024 * 1024) -> bytes:
    """Inflate a deflated dataset that stands in a header, at most ``limit`` bytes; what is broken is left out."""
    for window in (-zlib.MAX_WBITS, zlib.MAX_WBITS):
        try:
            return zlib.decompressobj(window).decompress(body, limit)
        except zlib.error:
            continue
    return b""


def every(elements: list[Element] | tuple[Element, ...]) -> Iterator[Element]:
    """All elements in order, nested ones after the element that holds them."""
    for element in elements:
        yield element
        for item in element.items:
            yield from every(item)
