"""Re-encode text when a dataset changes its Specific Character Set; everything else stays as it is.

Items with a character set of their own are left alone (PS3.3 C.12.1.1.2 lets an item override its dataset). Private
elements of unknown VR are not known to be text and are left alone too.
"""

from __future__ import annotations

from struct import pack

from beeldbrug.dicom.attributes import TEXT_VRS, standard_vr
from beeldbrug.dicom.charset import CharacterSet
from beeldbrug.dicom.elements import Element, Header, every
from beeldbrug.dicom.encode import encode_raw
from beeldbrug.dicom.syntax import UNDEFINED
from beeldbrug.model.errors import Unsupported

_CHARSET = 0x00080005


def text_vr(element: Element) -> str:
    """VR of an element that holds text of the character set, else ""."""
    vr = element.vr or standard_vr(element.tag)
    return vr if vr in TEXT_VRS and not element.sequence else ""


def _foreign(parsed: Header, element: Element) -> bool:
    """Whether this one element holds text that is not plain ASCII."""
    if element.gap:
        # A long text lies in a piece and cannot be looked at here: reckon with the worst.
        return bool(text_vr(element))
    raw = parsed.data[element.value : element.end] if text_vr(element) else b""
    return not raw.isascii() or b"\x1b" in raw


def plain_text(parsed: Header) -> bool:
    """Whether all text of the dataset is plain ASCII, the same in every character set."""
    return not any(_foreign(parsed, element) for element in every(parsed.elements))


def recode(parsed: Header, element: Element, present: CharacterSet, target: CharacterSet) -> bytes | None:
    """The element written anew in ``target``, or None when it may stay as it is.

    Raises Unsupported when its text cannot be read for certain or lies in a piece.
    """
    if element.sequence:
        return _sequence(parsed, element, present, target)
    opaque = element.vr == "SQ" and not parsed.data[element.value : element.end].isascii()
    if not opaque and not _foreign(parsed, element):
        return None
    text, good = present.decode(parsed.data[element.value : element.end])
    raw = target.encode(text) if good and not element.gap and not opaque else None
    if raw is None:
        raise Unsupported(
            "character-set", "The text of the dataset cannot be re-encoded for certain.", "Write the values in ASCII."
        )
    return encode_raw(element.tag, text_vr(element), raw + b" " * (len(raw) % 2), element.encoding)


def _sequence(parsed: Header, element: Element, present: CharacterSet, target: CharacterSet) -> bytes | None:
    """A sequence with the items that need it written anew, with undefined lengths."""
    written = [_item(parsed, item, present, target) for item in element.items]
    if all(content is None for content in written):
        return None
    inner = element.encoding
    if element.items and element.items[0]:
        inner = element.items[0][0].encoding
    header = bytearray(parsed.data[element.start : element.value])
    header[-4:] = pack(element.encoding.order + "I", UNDEFINED)
    parts = [bytes(header)]
    for item, content in zip(element.items, written, strict=True):
        body = content if content is not None else _copy(parsed, item)
        parts.append(pack(inner.order + "II", inner.item, UNDEFINED) + body)
        parts.append(pack(inner.order + "II", inner.item_end, 0))
    parts.append(pack(inner.order + "II", inner.sequence_end, 0))
    return b"".join(parts)


def _item(parsed: Header, item: list[Element], present: CharacterSet, target: CharacterSet) -> bytes | None:
    if any(element.tag == _CHARSET for element in item):
        return None
    written = [recode(parsed, element, present, target) for element in item]
    if all(content is None for content in written):
        return None
    return b"".join(
        content if content is not None else _copy(parsed, [element])
        for element, content in zip(item, written, strict=True)
    )


def _copy(parsed: Header, elements: list[Element]) -> bytes:
    if any(element.gap or any(part == -1 for _, part in element.fragments) for element in every(elements)):
        raise Unsupported(
            "character-set", "A sequence with a long value cannot be re-encoded.", "Write the values in ASCII."
        )
    return b"".join(parsed.data[element.start : element.end] for element in elements)
