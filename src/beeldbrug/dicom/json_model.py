"""DICOM JSON Model from raw header bytes (PS3.18 annex F), for QIDO-RS and WADO-RS metadata.

Text becomes UTF-8 whatever the dataset's character set; values that lie in pieces, and long binary ones, become
BulkDataURI, short binary ones InlineBinary. File meta information and group lengths are left out. Never raises on what
a header holds: a value that cannot be read as its VR says is given as binary, a broken tail is left out.
"""

from __future__ import annotations

import math
import re
import sys
from array import array
from base64 import b64encode
from collections.abc import Callable
from struct import unpack_from
from typing import Any, Final

from beeldbrug.dicom.attributes import (
    BINARY_VRS,
    NUMBER_CODES,
    SINGLE_TEXT_VRS,
    WORD_BYTES,
    choose_vr,
    private_vr,
    standard_vr,
)
from beeldbrug.dicom.charset import CharacterSet, character_set
from beeldbrug.dicom.elements import Element, Header, parse_header
from beeldbrug.dicom.syntax import KNOWN_VRS
from beeldbrug.dicom.walk import PIXEL_TAGS
from beeldbrug.model.errors import NotFound

Path = tuple[int, ...]
"""Way to an attribute: tag, or tag, item number (from 0), tag and so on."""

INLINE_BYTES: Final = 1024
CHARSET_TAG: Final = 0x00080005
SIGNED_TAG: Final = 0x00280103
_GROUPS: Final = ("Alphabetic", "Ideographic", "Phonetic")
_INTEGER: Final = re.compile(r"([+-]?[0-9]{1,12})(\.0*)?")
_DECIMAL: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


def to_json(
    header: bytes,
    transfer_syntax: str,
    part10: bool,
    bulk_uri: Callable[[Path], str],
    inline_bytes: int = INLINE_BYTES,
    only: frozenset[int] | None = None,
) -> dict[str, Any]:
    """The dataset of ``header`` as a DICOM JSON object. ``bulk_uri`` names the place of a value by its path; ``only``:
    of its standard attributes these alone."""
    parsed = parse_header(header, transfer_syntax, part10)
    elements = [one for one in parsed.elements if only is None or one.tag in only]
    return _writer(parsed, bulk_uri, inline_bytes).elements(elements, character_set(parsed.raw(CHARSET_TAG)), ())


def bulk_value(header: bytes, transfer_syntax: str, part10: bool, path: Path) -> bytes | int:
    """What a BulkDataURI of ``to_json`` stands for: the bytes (little endian), or the ordinal of the piece they are.

    Raises NotFound when there is no such attribute.
    """
    parsed = parse_header(header, transfer_syntax, part10)
    element = _follow(parsed, path)
    if element.gap:
        return element.ordinal
    writer = _writer(parsed, lambda _: "", 0)
    return writer.little(element, writer.vr(element, {}))


def path_text(path: Path) -> str:
    """A path for use in a URL: hexadecimal tags and item numbers between slashes."""
    return "/".join(f"{part:08X}" if number % 2 == 0 else str(part) for number, part in enumerate(path))


def read_path(text: str) -> Path:
    """The inverse of ``path_text``. Raises NotFound when ``text`` is no path."""
    parts = text.split("/")
    good = len(parts) % 2 == 1 and len(parts) < 128
    for number, part in enumerate(parts):
        shape = r"[0-9A-Fa-f]{8}" if number % 2 == 0 else r"[0-9]{1,7}"
        good = good and re.fullmatch(shape, part) is not None
    if not good:
        raise _not_found()
    return tuple(int(part, 16) if number % 2 == 0 else int(part) for number, part in enumerate(parts))


def _not_found() -> NotFound:
    return NotFound("attribute-not-found", "The instance has no such attribute.", "Read the metadata again.")


def _follow(parsed: Header, path: Path) -> Element:
    elements = list(parsed.elements)
    for number in range(0, len(path), 2):
        found = [element for element in elements if element.tag == path[number]]
        if not found:
            raise _not_found()
        if number + 1 == len(path):
            return found[-1]
        if path[number + 1] >= len(found[-1].items):
            raise _not_found()
        elements = found[-1].items[path[number + 1]]
    raise _not_found()


def _writer(parsed: Header, bulk_uri: Callable[[Path], str], inline_bytes: int) -> Writer:
    return Writer(parsed.data, is_signed(parsed.raw(SIGNED_TAG)), bulk_uri, inline_bytes)


def is_signed(raw: bytes) -> bool:
    """Whether this value of Pixel Representation says that pixels have a sign."""
    return raw.strip(b"\0") == b"\x01"


def is_left_out(tag: int) -> bool:
    """Whether an element is none of the DICOM JSON Model: a group length, file meta information."""
    return tag & 0xFFFF == 0 or tag >> 16 == 0x0002


def is_creator(tag: int) -> bool:
    """Whether an element names who uses a block of private elements (PS3.5 section 7.8.1)."""
    return bool(tag >> 16 & 1) and 0x10 <= tag & 0xFFFF <= 0xFF


def creator_of(tag: int) -> int:
    """Tag of the element that names the creator of a private element."""
    return tag & 0xFFFF0000 | tag >> 8 & 0xFF


class Writer:
    """Turns elements of one header to JSON. ``data`` is what their offsets count in; ``signed`` says how values that
    are one or the other are read."""

    def __init__(self, data: bytes, signed: bool, bulk_uri: Callable[[Path], str], inline_bytes: int) -> None:
        self._data = data
        self._bulk_uri = bulk_uri
        self._inline = inline_bytes
        self._signed = signed

    def elements(self, elements: list[Element], charset: CharacterSet, path: Path) -> dict[str, Any]:
        """The JSON object of a dataset, or of an item at this path."""
        creators: dict[int, str] = {}
        result: dict[str, Any] = {}
        for element in elements:
            tag = element.tag
            if is_left_out(tag):
                continue
            if tag == CHARSET_TAG and path:
                charset = character_set(self._raw(element))
            if is_creator(tag):
                creators[tag] = self.creator(element, charset)
            result[f"{tag:08X}"] = self.attribute(element, self.vr(element, creators), charset, (*path, tag))
        return {tag: result[tag] for tag in sorted(result)}

    def creator(self, element: Element, charset: CharacterSet) -> str:
        """Name that a private creator element holds."""
        return charset.decode(self._raw(element))[0].strip(" \0")

    def _raw(self, element: Element) -> bytes:
        return b"" if element.gap else self._data[element.value : element.end]

    def vr(self, element: Element, creators: dict[int, str]) -> str:
        """VR to show an element with: as written when PS3.5 has it, else by the dictionaries."""
        if element.sequence:
            return "SQ"
        if element.vr and element.vr != "UN" and element.vr.encode("latin_1") in KNOWN_VRS:
            return element.vr
        tag = element.tag
        vr = standard_vr(tag)
        if tag >> 16 & 1 and vr == "UN":
            creator = creators.get(creator_of(tag), "")
            vr = private_vr(tag, creator) if creator else "UN"
        vr = choose_vr(vr, element.length, self._signed)
        return "UN" if vr == "SQ" or vr.encode("ascii") not in KNOWN_VRS else vr

    def attribute(self, element: Element, vr: str, charset: CharacterSet, path: Path) -> dict[str, Any]:
        """The JSON of one attribute."""
        if vr == "SQ":
            items = [self.elements(item, charset, (*path, number)) for number, item in enumerate(element.items)]
            return {"vr": vr, "Value": items} if items else {"vr": vr}
        outside = element.gap or bool(element.fragments) or (len(path) == 1 and element.tag in PIXEL_TAGS)
        if outside and element.length:
            return {"vr": vr, "BulkDataURI": self._bulk_uri(path)}
        if element.end == element.value:
            return {"vr": vr}
        if element.tag == CHARSET_TAG:
            return {"vr": "CS", "Value": ["ISO_IR 192"]}
        if vr in BINARY_VRS:
            return self._binary(element, vr, path)
        values = self.values(self._raw(element), vr, element.encoding.order, charset)
        return {"vr": vr, "Value": values} if values else {"vr": vr}

    def _binary(self, element: Element, vr: str, path: Path) -> dict[str, Any]:
        if element.end - element.value > self._inline:
            return {"vr": vr, "BulkDataURI": self._bulk_uri(path)}
        return {"vr": vr, "InlineBinary": b64encode(self.little(element, vr)).decode("ascii")}

    def little(self, element: Element, vr: str) -> bytes:
        """Value field in little endian, as PS3.18 wants bulk data."""
        raw = self._raw(element)
        size = WORD_BYTES.get(vr, 0)
        if element.encoding.little or not size or len(raw) % size:
            return raw
        words = array({2: "H", 4: "I", 8: "Q"}[size], raw)
        words.byteswap()
        return words.tobytes()

    def values(self, raw: bytes, vr: str, order: str, charset: CharacterSet) -> list[Any]:
        """The values of a field that is neither binary nor a sequence."""
        if vr in NUMBER_CODES:
            return self._numbers(raw, NUMBER_CODES[vr], order)
        if vr == "AT":
            words = self._numbers(raw[: len(raw) // 4 * 4], "H", order)
            return [f"{group:04X}{number:04X}" for group, number in zip(words[::2], words[1::2], strict=True)]
        # Other VRs are ASCII by the standard; where a sender wrote text in them it meant its character set.
        text = charset.decode(raw)[0]
        if vr in SINGLE_TEXT_VRS:
            text = text.rstrip(" \0")
            return [text] if text else []
        return self._texts(text, vr)

    def _texts(self, text: str, vr: str) -> list[Any]:
        values = [value.strip(" \0") for value in text.rstrip(" \0").split("\\")]
        if values == [""]:
            return []
        if vr == "PN":
            return [_person_name(value) for value in values]
        if vr in ("IS", "DS"):
            return [_number(value, vr) for value in values]
        return [value or None for value in values]

    def _numbers(self, raw: bytes, code: str, order: str) -> list[Any]:
        size = {"H": 2, "h": 2, "I": 4, "i": 4, "f": 4}.get(code, 8)
        numbers = unpack_from(f"{order}{len(raw) // size}{code}", raw)
        if code in "fd":
            return [_finite(number) for number in numbers]
        return list(numbers)


def _finite(number: float) -> float | str:
    """JSON has no infinity and no NaN: these go as strings."""
    return number if math.isfinite(number) else str(number)


def _person_name(value: str) -> dict[str, str] | None:
    groups = [group.strip(" ") for group in value.split("=")[:3]]
    return {name: group for name, group in zip(_GROUPS, groups, strict=False) if group} or None


def _number(value: str, vr: str) -> int | float | str | None:
    """IS and DS as numbers; what is none stays the string it is (PS3.18 F.2.3 allows both)."""
    if not value:
        return None
    if vr == "IS":
        match = _INTEGER.fullmatch(value)
        return int(match.group(1)) if match else value
    if not _DECIMAL.fullmatch(value):
        return value
    number = float(value)
    return number if abs(number) <= sys.float_info.max else value
