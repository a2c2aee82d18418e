"""Find one value of an instance by its path and read all or a run of it (PS3.18 section 10.4.1.1.5).

A value lies in a pack, or in the header when it is short. Encapsulated pixel data is left to ``frames``. Paths are
those that ``dicom.json_model`` puts into BulkDataURIs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from beeldbrug.dicom.elements import Element, Header
from beeldbrug.dicom.json_model import Path, read_path
from beeldbrug.dicom.syntax import UNDEFINED
from beeldbrug.dicom.walk import PIXEL_TAGS
from beeldbrug.model.errors import NotFound, TooLarge
from beeldbrug.model.pack import SealedPlace
from beeldbrug.node.ports.records import InstanceRow
from beeldbrug.node.usecases.read.describe import open_header
from beeldbrug.node.usecases.read.frames import WINDOW_BYTES
from beeldbrug.node.usecases.read.places import Places, still_arriving
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.read.words import swapped, word_of

FRAGMENT_BYTES = 64 * 1024 * 1024
"""A longer fragment of a nested value is not given by itself."""

_ITEM_BYTES = 8


@dataclass(frozen=True, slots=True)
class Value:
    """One value. ``place`` is where it lies, or None with its ``inline`` bytes; ``word`` as in ``words.word_of``."""

    length: int
    inline: bytes
    place: SealedPlace | None
    places: Places
    word: int
    encapsulated: bool
    arriving: tuple[int, int] | None


def find_value(
    sources: Sources, places: Places, row: InstanceRow, path: str, arriving: tuple[int, int] | None
) -> Value:
    """The value at ``path``. Raises NotFound ``no-such-value``, or Unavailable ``still-arriving``."""
    header = open_header(sources, places, row)
    element = _element(header, read_path(path))
    word = word_of(header, element)
    if not element.gap:
        data = _inline(header, element, row, places)
        return Value(len(data), data, None, places, word, False, arriving)
    place = _place(row, places, element.ordinal)
    bulk = row.bulks[element.ordinal]
    listed = bulk.frames is not None or bulk.index != b""
    encapsulated = element.tag in PIXEL_TAGS and element.length == UNDEFINED and listed
    return Value(place.length, b"", place, places, word, encapsulated, arriving)


def read_value(value: Value, start: int, length: int) -> Iterator[bytes]:
    """Bytes ``start`` to ``start + length``, in little endian."""
    return _swapped_range(value, start, length) if value.word > 1 else _range(value, start, length)


def _range(value: Value, start: int, length: int) -> Iterator[bytes]:
    place = value.place
    if place is None:
        yield value.inline[start : start + length]
        return
    if start == 0 and length == place.length:
        # Read whole, the value is checked against its hash as well.
        yield from value.places.read(place)
        return
    for at in range(start, start + length, WINDOW_BYTES):
        yield value.places.read_range(place, at, min(WINDOW_BYTES, start + length - at))


def _swapped_range(value: Value, start: int, length: int) -> Iterator[bytes]:
    first = start - start % value.word
    end = min(-(-(start + length) // value.word) * value.word, value.length)
    # A window is a whole number of words, whatever their size.
    for at in range(first, end, WINDOW_BYTES):
        size = min(WINDOW_BYTES, end - at)
        window = swapped(b"".join(_range(value, at, size)), value.word)
        yield window[max(0, start - at) : min(size, start + length - at)]


def _place(row: InstanceRow, places: Places, ordinal: int) -> SealedPlace:
    if ordinal >= len(row.bulks) or not places.here([row.bulks[ordinal].place]):
        raise still_arriving()
    return row.bulks[ordinal].place


def _inline(header: Header, element: Element, row: InstanceRow, places: Places) -> bytes:
    """A value that stands in the header, but for long fragments of a nested one, which are put back in."""
    parts: list[bytes] = []
    start = position = element.value
    for first, length in element.fragments:
        if length >= 0:
            position = first + length
            continue
        place = _place(row, places, first)
        if place.length > FRAGMENT_BYTES:
            raise TooLarge("value-too-large", "A nested value is too large to give.", "Retrieve the whole instance.")
        position += _ITEM_BYTES
        parts += [header.data[start:position], *places.read(place)]
        start = position
    return b"".join([*parts, header.data[start : element.end]])


def _element(header: Header, path: Path) -> Element:
    elements = list(header.elements)
    for number in range(0, len(path), 2):
        found = [element for element in elements if element.tag == path[number]]
        if not found:
            break
        if number + 1 == len(path):
            if found[-1].sequence:
                break
            return found[-1]
        if path[number + 1] >= len(found[-1].items):
            break
        elements = found[-1].items[path[number + 1]]
    raise NotFound("no-such-value", "The instance has no such value.", "Use the BulkDataURI of its metadata.")
