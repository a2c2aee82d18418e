"""Transfer syntaxes: how a dataset of a given Transfer Syntax UID is encoded (PS3.5 section 10 and annex A, PS3.6 A-4).

Knows the byte-level layout only (implicit or explicit VR, byte order, deflate, encapsulation); decodes no pixels. A
syntax that is not in the table - private or newer than this program - is explicit VR little endian whose pixel data
is native or encapsulated as it turns out to be; ``sniff`` tells the layout from the first bytes of a dataset.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from struct import Struct
from typing import Any, Final

UNDEFINED: Final = 0xFFFFFFFF
"""Value Length that says: ends at a delimitation item (PS3.5 section 7.1.1)."""

IMPLICIT_LE_UID: Final = "1.2.840.10008.1.2"
EXPLICIT_LE_UID: Final = "1.2.840.10008.1.2.1"
EXPLICIT_BE_UID: Final = "1.2.840.10008.1.2.2"
DEFLATED_UID: Final = "1.2.840.10008.1.2.1.99"
RLE_UID: Final = "1.2.840.10008.1.2.5"

LONG_VRS: Final = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"})
"""VRs with two reserved bytes and a 32-bit length in explicit VR (PS3.5 table 7.1-1)."""

SHORT_VRS: Final = frozenset(
    {
        *(b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FL", b"FD", b"IS", b"LO", b"LT", b"PN", b"SH"),
        *(b"SL", b"SS", b"ST", b"TM", b"UI", b"UL", b"US"),
    }
)
"""VRs with a 16-bit length in explicit VR (PS3.5 table 7.1-2)."""

KNOWN_VRS: Final = LONG_VRS | SHORT_VRS


def _swap(tag: int) -> int:
    return (tag & 0xFFFF) << 16 | tag >> 16


@dataclass(frozen=True, slots=True)
class Encoding:
    """Byte-level layout of elements, with the unpackers that the walk needs.

    ``element`` unpacks (key, VR, 16-bit length); ``plain`` unpacks (key, 32-bit length), the form of implicit VR and
    of items and delimiters everywhere. A *key* is the tag as one 32-bit word in this byte order: in little endian the
    element number stands high, so that no shifting is needed in the walk; ``key`` and ``tag`` convert.
    """

    explicit: bool
    little: bool
    element: Callable[..., tuple[Any, ...]]
    plain: Callable[..., tuple[Any, ...]]
    u32: Callable[..., tuple[Any, ...]]
    u16: Callable[..., tuple[Any, ...]]
    item: int
    item_end: int
    sequence_end: int

    @property
    def order(self) -> str:
        """Struct prefix of the byte order."""
        return "<" if self.little else ">"

    def key(self, tag: int) -> int:
        """The key of ``tag`` (group << 16 | element)."""
        return _swap(tag) if self.little else tag

    def tag(self, key: int) -> int:
        """The tag (group << 16 | element) of ``key``."""
        return _swap(key) if self.little else key

    @property
    def uid(self) -> str:
        """Transfer Syntax UID of uncompressed data in this layout."""
        if not self.explicit:
            return IMPLICIT_LE_UID
        return EXPLICIT_LE_UID if self.little else EXPLICIT_BE_UID


def _encoding(explicit: bool, little: bool) -> Encoding:
    order = "<" if little else ">"
    tags = [_swap(tag) if little else tag for tag in (0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD)]
    return Encoding(
        explicit,
        little,
        Struct(order + "I2sH").unpack_from,
        Struct(order + "II").unpack_from,
        Struct(order + "I").unpack_from,
        Struct(order + "H").unpack_from,
        *tags,
    )


IMPLICIT_LE: Final = _encoding(False, True)
EXPLICIT_LE: Final = _encoding(True, True)
EXPLICIT_BE: Final = _encoding(True, False)


@dataclass(frozen=True, slots=True)
class TransferSyntax:
    """One row of the table. ``encapsulated`` is None where only the data itself can say."""

    uid: str
    encoding: Encoding
    deflated: bool = False
    encapsulated: bool | None = False
    video: bool = False
    registered: bool = True


def _root(suffix: str) -> str:
    return "1.2.840.10008.1.2." + suffix


_ENCAPSULATED = (
    *("1.98", "5", "8.1"),
    *(f"4.{number}" for number in (*range(50, 67), 70, 80, 81, 90, 91, 92, 93, 110, 111, 112, 201, 202, 203)),
)
_VIDEO = (*(f"4.{number}{part}" for number in range(100, 107) for part in ("", ".1")), "4.107", "4.108")
_NO_PIXELS = ("4.94", "4.204", "6.1", "6.2", "7.1", "7.2", "7.3")
_DEFLATED = ("1.99", "4.95", "4.205")

TABLE: Final[dict[str, TransferSyntax]] = {
    row.uid: row
    for row in (
        TransferSyntax(IMPLICIT_LE_UID, IMPLICIT_LE),
        TransferSyntax(EXPLICIT_LE_UID, EXPLICIT_LE),
        TransferSyntax(EXPLICIT_BE_UID, EXPLICIT_BE),
        # GE private: implicit VR with big endian pixel data; the elements themselves are little endian.
        TransferSyntax("1.2.840.113619.5.2", IMPLICIT_LE, registered=False),
        *(TransferSyntax(_root(suffix), EXPLICIT_LE, deflated=True) for suffix in _DEFLATED),
        *(TransferSyntax(_root(suffix), EXPLICIT_LE, encapsulated=True) for suffix in _ENCAPSULATED),
        *(TransferSyntax(_root(suffix), EXPLICIT_LE, encapsulated=True, video=True) for suffix in _VIDEO),
        *(TransferSyntax(_root(suffix), EXPLICIT_LE) for suffix in _NO_PIXELS),
    )
}


def transfer_syntax(uid: str) -> TransferSyntax:
    """Look up a Transfer Syntax UID; an unknown one is explicit VR little endian, encapsulated or not as met."""
    return TABLE.get(uid) or TransferSyntax(uid, EXPLICIT_LE, encapsulated=None, registered=False)


def sniff(data: bytes | bytearray, start: int) -> Encoding | None:
    """Tell the layout of a dataset from its first element at ``start`` (8 bytes needed); None when it looks like none.

    Datasets begin with a low group number, so the byte order shows in the group and a VR in bytes 4 and 5.
    """
    head = bytes(data[start : start + 8])
    if len(head) < 8:
        return None
    low = int.from_bytes(head[:2], "little")
    high = int.from_bytes(head[:2], "big")
    if head[4:6] in KNOWN_VRS:
        if low <= 0x7FE0 and low <= high:
            return EXPLICIT_LE
        return EXPLICIT_BE if high <= 0x7FE0 else None
    length = int.from_bytes(head[4:8], "little")
    plausible = low <= 0x0040 and (length <= 0x10000 or length == UNDEFINED)
    return IMPLICIT_LE if plausible and low else None


def layout(syntax: TransferSyntax, data: bytes | bytearray, start: int) -> Encoding:
    """The layout in fact used by the dataset at ``start``: as declared, unless its first element plainly differs."""
    return sniff(data, start) or syntax.encoding
