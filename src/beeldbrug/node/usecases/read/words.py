"""Turn native big endian words to little endian, the form in which octets are given out (PS3.5 section 7.3, annex D).

Only explicit VR big endian needs it. It changes the order of bytes and nothing else.
"""

from __future__ import annotations

from beeldbrug.dicom.elements import Element, Header, parse_header
from beeldbrug.dicom.syntax import EXPLICIT_BE_UID
from beeldbrug.dicom.walk import PIXEL_TAGS
from beeldbrug.model.errors import Unsupported
from beeldbrug.node.ports.records import InstanceRow
from beeldbrug.node.usecases.read.part10 import read_header
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources

_BITS_ALLOCATED = 0x00280100
_WORDS = {"OW": 2, "US": 2, "SS": 2, "OF": 4, "OL": 4, "FL": 4, "SL": 4, "UL": 4, "OD": 8, "OV": 8, "FD": 8}


def word_of(header: Header, element: Element) -> int:
    """Bytes of one word of this value; 1 where the order of bytes is the same in both."""
    if header.encoding.little:
        return 1
    if element.tag in PIXEL_TAGS and element.vr == "OW":
        allocated = int.from_bytes(header.raw(_BITS_ALLOCATED)[:2], "big")
        return max(2, allocated // 8)
    return _WORDS.get(element.vr, 1)


def pixel_word(sources: Sources, places: Places, row: InstanceRow) -> int:
    """Bytes of one word of the pixel data of a native instance."""
    if row.transfer_syntax != EXPLICIT_BE_UID:
        return 1
    header = parse_header(read_header(sources, places, row), row.transfer_syntax, row.part10)
    for element in header.elements:
        if element.tag in PIXEL_TAGS:
            return word_of(header, element)
    return 1


def swapped(data: bytes, word: int) -> bytes:
    """The words in the other byte order.

    Raises Unsupported ``frame-not-in-words`` for bytes that are no whole number of words: such a frame is given only as
    it is stored.
    """
    if word == 1:
        return data
    if len(data) % word:
        raise Unsupported(
            "frame-not-in-words",
            "This big endian value is no whole number of words and cannot be given in little endian.",
            "Ask for transfer-syntax=1.2.840.10008.1.2.2 to have it as it is stored.",
        )
    turned = bytearray(len(data))
    for byte in range(word):
        turned[byte::word] = data[word - 1 - byte :: word]
    return bytes(turned)
