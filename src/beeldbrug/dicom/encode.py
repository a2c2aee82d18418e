"""Encode single elements from plain values, sequences included (PS3.5 sections 6.2 and 7).

Writes what it is given in the right form; does not check values against the rules of their VR beyond length.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from struct import error as StructError
from struct import pack

from beeldbrug.dicom.attributes import NUMBER_CODES, TEXT_VRS, choose_vr, standard_vr
from beeldbrug.dicom.charset import CharacterSet
from beeldbrug.dicom.syntax import LONG_VRS, Encoding
from beeldbrug.model.errors import Malformed, TooLarge, Unsupported

Value = str | bytes | int | tuple[int, ...] | Sequence[Mapping[int, "Value"]]
"""Text (backslash between values), raw value field, numbers, or the items of a sequence as tag -> value."""

_SHORT_LIMIT = 0xFFFE


def vr_of(tag: int) -> str:
    """VR to write a standard attribute with."""
    return choose_vr(standard_vr(tag), 2, False)


def encode_raw(tag: int, vr: str, value: bytes, encoding: Encoding) -> bytes:
    """Element from an encoded value field of even length."""
    order = encoding.order
    key = pack(order + "I", encoding.key(tag))
    if not encoding.explicit:
        return key + pack(order + "I", len(value)) + value
    code = vr.encode("ascii")
    if code in LONG_VRS:
        return key + code + b"\0\0" + pack(order + "I", len(value)) + value
    if len(value) > _SHORT_LIMIT:
        raise TooLarge("value-too-long", "A value is longer than its VR can hold.", "Shorten the value.")
    return key + code + pack(order + "H", len(value)) + value


def encode_element(tag: int, value: Value, encoding: Encoding, charset: CharacterSet, vr: str = "") -> bytes:
    """Element from a plain value; ``vr`` defaults to the standard's for this tag.

    Raises Unsupported when ``charset`` cannot hold the text, Malformed when the value does not fit its VR.
    """
    vr = vr or vr_of(tag)
    if isinstance(value, str):
        return encode_raw(tag, vr, _text(value, vr, charset), encoding)
    if isinstance(value, bytes):
        return encode_raw(tag, vr, value + bytes(len(value) % 2), encoding)
    if isinstance(value, int | tuple):
        return encode_raw(tag, vr, _numbers(value, vr, encoding), encoding)
    items = b"".join(_item(item, encoding, charset) for item in value)
    return encode_raw(tag, "SQ", items, encoding)


def _item(item: Mapping[int, Value], encoding: Encoding, charset: CharacterSet) -> bytes:
    content = b"".join(encode_element(tag, item[tag], encoding, charset) for tag in sorted(item))
    return pack(encoding.order + "II", encoding.item, len(content)) + content


def _text(value: str, vr: str, charset: CharacterSet) -> bytes:
    raw = charset.encode(value) if vr in TEXT_VRS else _ascii(value)
    if raw is None:
        raise Unsupported("character-set", "The dataset's character set cannot hold the text.", "Use another set.")
    if len(raw) % 2:
        raw += b"\0" if vr == "UI" else b" "
    return raw


def _ascii(value: str) -> bytes | None:
    return value.encode("ascii") if value.isascii() else None


def _numbers(value: int | tuple[int, ...], vr: str, encoding: Encoding) -> bytes:
    numbers = (value,) if isinstance(value, int) else value
    if vr in ("IS", "DS"):
        return _text("\\".join(str(number) for number in numbers), vr, CharacterSet(("",), ("ascii",)))
    try:
        return pack(f"{encoding.order}{len(numbers)}{NUMBER_CODES[vr]}", *numbers)
    except (KeyError, StructError):
        raise Malformed("value-wrong", "A number does not fit the VR of its attribute.", "Correct the value.") from None


def texts(tag: int, value: Value) -> Iterator[str]:
    """All texts in ``value`` that the character set must hold."""
    if isinstance(value, str):
        if vr_of(tag) in TEXT_VRS:
            yield value
    elif not isinstance(value, bytes | int | tuple):
        for item in value:
            for nested, each in item.items():
                yield from texts(nested, each)
