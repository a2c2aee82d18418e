"""The header walk: goes over the elements of a dataset as fast as it can and says where values must be cut out.

It sees header bytes only. When it meets a value that belongs elsewhere it stops right before that value; the caller
takes the value out of the stream and lets the walk go on behind it, as if the value had never been there. For that
reason the same rule finds the same gaps again in a header alone (``dicom.elements``). It decodes nothing: of the
wanted attributes it notes where they stand. Values of up to VALUE_INLINE_BYTES are stepped over whole, sequences of
defined length included, because nothing in them can be cut. PS3.5 sections 7.1, 7.5 and A.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydicom._dicom_dict import DicomDictionary

from beeldbrug.dicom.syntax import EXPLICIT_LE, IMPLICIT_LE, KNOWN_VRS, LONG_VRS, SHORT_VRS, UNDEFINED, Encoding
from beeldbrug.model.capsule import VALUE_INLINE_BYTES
from beeldbrug.model.errors import Malformed, TooLarge

PIXEL_TAGS: Final = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
"""Float, Double Float and Pixel Data: at top level their value is the bulk (DESIGN section 3)."""

SEQUENCE_TAGS: Final = frozenset(tag for tag, entry in DicomDictionary.items() if entry[0] == "SQ")
"""Standard attributes of VR SQ: needed to look into long sequences of defined length in implicit VR."""

UNBOUNDED: Final = 1 << 62
SEQUENCE: Final = 0
ITEM: Final = 1
FRAGMENTS: Final = 2

_REMEDY = "Send the instance again; if it fails again, the sender writes a broken dataset."


@dataclass(frozen=True, slots=True)
class Cutting:
    """A value to take out at the walk's position. ``length`` is None for encapsulated (undefined length) bulk."""

    pixel: bool
    tag: int
    length: int | None


class Frame:
    """One open sequence, item or run of fragments. ``end`` counts in header bytes and bounds also undefined ones.

    ``encoding`` None means: to be told from the first element of each item (UN of undefined length, PS3.5 6.2.2).
    """

    __slots__ = ("defined", "encoding", "end", "kind", "tag")

    def __init__(self, kind: int, encoding: Encoding | None, end: int, defined: bool, tag: int) -> None:
        self.kind = kind
        self.encoding = encoding
        self.end = end
        self.defined = defined
        self.tag = tag


def broken(text: str) -> Malformed:
    """Structural error in the dataset."""
    return Malformed("dataset-broken", f"The dataset is not well formed: {text}.", _REMEDY)


def irregular(data: bytes | bytearray, position: int, encoding: Encoding) -> tuple[int, int] | None:
    """(length, value offset) of an explicit element whose VR is not in PS3.5; None when more bytes are needed.

    Two capitals are a VR of a later edition: 32-bit length (PS3.5 section 7.1.2) unless the reserved bytes are not
    zero. Anything else is either an element in implicit form, or - "??" and blanks - has a 16-bit length.
    """
    vr = bytes(data[position + 4 : position + 6])
    short = encoding.u16(data, position + 6)[0]
    if vr.isalpha() and vr.isupper():
        if short:
            return short, position + 8
        if position + 12 > len(data):
            return None
        return encoding.u32(data, position + 8)[0], position + 12
    whole = encoding.u32(data, position + 4)[0]
    if whole == UNDEFINED or (short == 0 and encoding.little and vr not in (b"??", b"  ", b"--")):
        return whole, position + 8
    return short, position + 8


def content_kind(vr: bytes, tag: int) -> int | None:
    """What a value of undefined length holds: SEQUENCE, FRAGMENTS, or None when PS3.5 has no such thing."""
    if tag & 0xFFFF0000 == 0x7FE00000 or vr in (b"OB", b"OW"):
        return FRAGMENTS
    if vr in (b"SQ", b"UN", b"") or vr not in KNOWN_VRS:
        return SEQUENCE
    return None


def content_encoding(vr: bytes, encoding: Encoding) -> Encoding | None:
    """Layout inside a sequence of this VR; None when it must be told from its first element."""
    return encoding if vr == b"SQ" or not encoding.explicit else None


def item_encoding(data: bytes | bytearray, position: int) -> Encoding:
    """Layout of the first element of an item inside UN: implicit VR by PS3.5 6.2.2, explicit in the wild."""
    return EXPLICIT_LE if bytes(data[position + 4 : position + 6]) in KNOWN_VRS else IMPLICIT_LE


class Walker:
    """Resumable walk over the header bytes of one dataset.

    ``position`` is where it stands, ``element`` where the top-level element under way begins; ``found`` maps wanted
    tags to (offset, length) of their values. Not thread-safe.
    """

    __slots__ = (
        "_count",
        "_depth",
        "_elements",
        "_owner",
        "_special",
        "_wanted",
        "element",
        "encoding",
        "faults",
        "found",
        "position",
        "stack",
    )

    def __init__(self, encoding: Encoding, start: int, wanted: frozenset[int], depth: int, elements: int) -> None:
        self.encoding = encoding
        self.position = start
        self.element = start
        self.found: dict[int, tuple[int, int]] = {}
        self.faults: list[str] = []
        self.stack: list[Frame] = []
        self._wanted = wanted
        self._special = special_keys(wanted, encoding)
        self._depth = depth
        self._elements = elements
        self._count = 0
        self._owner = (0, 0)

    def run(self, data: bytearray) -> Cutting | None:
        """Walk on through ``data`` (all header bytes so far); None when more is needed, else what to cut at position.

        Raises Malformed on structural errors, TooLarge over the depth or element limit; ``element`` is then the start
        of the top-level element that failed.
        """
        while True:
            if self.stack:
                cutting = self._nested(data)
                if self.stack or cutting:
                    return cutting
                self._leave()
            cutting = self._top_explicit(data) if self.encoding.explicit else self._top_implicit(data)
            if self._count > self._elements:
                raise TooLarge("too-many-elements", "The header has more elements than allowed.", "Raise the limit.")
            if not self.stack or cutting:
                return cutting

    def cut_out(self, length: int) -> None:
        """Tell the walk that ``length`` bytes were taken out at its position."""
        for frame in self.stack:
            if frame.end != UNBOUNDED:
                frame.end -= length
        if not self.stack:
            self.element = self.position

    @property
    def at_border(self) -> bool:
        """Whether it stands between two top-level elements."""
        return not self.stack and self.element == self.position

    def _leave(self) -> None:
        tag, start = self._owner
        if tag in self._wanted:
            self.found[tag] = (start, self.position - start)
        self.element = self.position

    def _top_explicit(self, data: bytearray) -> Cutting | None:
        position = self.position
        size = len(data)
        encoding = self.encoding
        unpack = encoding.element
        u32 = encoding.u32
        special = self._special
        found = self.found
        short_vrs = SHORT_VRS
        long_vrs = LONG_VRS
        count = 0
        while position + 8 <= size:
            key, vr, length = unpack(data, position)
            if vr in short_vrs:
                value = position + 8
            elif vr in long_vrs:
                if position + 12 > size:
                    break
                length = u32(data, position + 8)[0]
                value = position + 12
                if length > VALUE_INLINE_BYTES:
                    return self._long(key, vr, length, position, value, count)
            else:
                header = self._odd_header(data, position, key)
                if header is None:
                    break
                length, value = header
                if length > VALUE_INLINE_BYTES:
                    return self._long(key, vr, length, position, value, count)
            end = value + length
            if key in special:
                tag = special[key]
                if tag in PIXEL_TAGS and length:
                    return self._long(key, vr, length, position, value, count)
                if end > size:
                    break
                found[tag] = (value, length)
            elif end > size:
                break
            count += 1
            position = end
        self._pause(position, count)
        return None

    def _top_implicit(self, data: bytearray) -> Cutting | None:
        position = self.position
        size = len(data)
        unpack = self.encoding.plain
        special = self._special
        found = self.found
        count = 0
        while position + 8 <= size:
            key, length = unpack(data, position)
            value = position + 8
            if length > VALUE_INLINE_BYTES:
                return self._long(key, b"", length, position, value, count)
            end = value + length
            if key in special:
                tag = special[key]
                if tag in PIXEL_TAGS and length:
                    return self._long(key, b"", length, position, value, count)
                if end > size:
                    break
                found[tag] = (value, length)
            elif end > size:
                break
            count += 1
            position = end
        self._pause(position, count)
        return None

    def _pause(self, position: int, count: int) -> None:
        self.position = self.element = position
        self._count += count

    def _odd_header(self, data: bytearray, position: int, key: int) -> tuple[int, int] | None:
        """Header of a top-level element without a VR of PS3.5."""
        encoding = self.encoding
        if key in (encoding.item_end, encoding.sequence_end):
            self.faults.append("stray delimitation item")
            return 0, position + 8
        if encoding.tag(key) < 0x00080000:
            self._pause(position, 0)
            raise broken("an element stands where none can be")
        return irregular(data, position, encoding)

    def _long(self, key: int, vr: bytes, length: int, position: int, value: int, count: int) -> Cutting | None:
        """A top-level value that is pixel data, long, or of undefined length: cut it or go into it."""
        self._count += count + 1
        self.element = position
        tag = self.encoding.tag(key)
        if tag in PIXEL_TAGS:
            self.position = value
            return Cutting(True, tag, None if length == UNDEFINED else length)
        return self._open(tag, vr, length, value, self.encoding, UNBOUNDED)

    def _open(self, tag: int, vr: bytes, length: int, value: int, encoding: Encoding, bound: int) -> Cutting | None:
        """Cut a long value, or push the sequence or fragments that it is."""
        if length == UNDEFINED:
            kind = content_kind(vr, tag)
            if kind is None:
                raise broken("a value of undefined length is no sequence")
            end, defined = bound, False
        elif is_sequence(tag, vr, encoding):
            kind, end, defined = SEQUENCE, value + length, True
        else:
            self.position = value
            return Cutting(False, tag, length)
        if not self.stack:
            self._owner = (tag, value)
        inner = encoding if kind == FRAGMENTS else content_encoding(vr, encoding)
        self._push(Frame(kind, inner, end, defined, tag))
        self.position = value
        return None

    def _push(self, frame: Frame) -> None:
        if len(self.stack) >= self._depth * 2:
            raise TooLarge("nested-too-deep", "Sequences are nested deeper than allowed.", "Raise the nesting limit.")
        self.stack.append(frame)

    def _nested(self, data: bytearray) -> Cutting | None:
        """Walk inside sequences until the stack is empty, a value must be cut, or the bytes run out."""
        stack = self.stack
        size = len(data)
        while stack:
            frame = stack[-1]
            if self.position >= frame.end:
                self._close_at_end(frame)
                continue
            if self.position + 8 > size:
                return None
            if self.position + 8 > frame.end:
                raise broken("a sequence ends inside an element")
            before = self.position
            height = len(stack)
            if frame.kind == ITEM:
                cutting = self._item_elements(data, size, frame)
            else:
                cutting = self._next_item(data, size, frame)
            if cutting:
                return cutting
            if self.position == before and len(stack) == height:
                return None
        return None

    def _close_at_end(self, frame: Frame) -> None:
        if self.position > frame.end:
            raise broken("a value is longer than the sequence that holds it")
        if not frame.defined:
            self.faults.append("missing delimitation item")
        self.stack.pop()

    def _next_item(self, data: bytearray, size: int, frame: Frame) -> Cutting | None:
        """One item header (with its value, for fragments) or the end of the sequence; stays put when bytes lack."""
        encoding = frame.encoding or IMPLICIT_LE
        position = self.position
        key, length = encoding.plain(data, position)
        value = position + 8
        self._count += 1
        if self._count > self._elements:
            raise TooLarge("too-many-elements", "The header has more elements than allowed.", "Raise the limit.")
        if key == encoding.item:
            if frame.kind == FRAGMENTS:
                return self._fragment(size, frame, value, length)
            inner = frame.encoding
            if inner is None and length:
                if value + 8 > size:
                    return None
                inner = item_encoding(data, value)
            end = frame.end if length == UNDEFINED else value + length
            if end > frame.end:
                raise broken("an item is longer than its sequence")
            self._push(Frame(ITEM, inner or IMPLICIT_LE, end, length != UNDEFINED, frame.tag))
        elif key == encoding.sequence_end:
            self.stack.pop()
        elif key == encoding.item_end:
            self.faults.append("stray delimitation item")
        else:
            raise broken("something else than an item stands in a sequence")
        self.position = value
        return None

    def _fragment(self, size: int, frame: Frame, value: int, length: int) -> Cutting | None:
        if length == UNDEFINED or value + length > frame.end:
            raise broken("a fragment has no valid length")
        if length > VALUE_INLINE_BYTES:
            self.position = value
            return Cutting(False, frame.tag, length)
        if value + length <= size:
            self.position = value + length
        return None

    def _item_elements(self, data: bytearray, size: int, frame: Frame) -> Cutting | None:
        """Elements of the innermost item, until it ends or another container opens."""
        encoding = frame.encoding or IMPLICIT_LE
        explicit = encoding.explicit
        position = self.position
        bound = frame.end
        end_key = encoding.item_end
        limit = min(size, bound)
        while position + 8 <= limit:
            key, length = encoding.plain(data, position)
            value = position + 8
            vr = b""
            if key == end_key:
                self.position = value
                self.stack.pop()
                return None
            if key in (encoding.sequence_end, encoding.item):
                # The item was never closed: its sequence ends, or the next item begins, right here.
                self.faults.append("missing delimitation item")
                self.position = position
                self.stack.pop()
                return None
            if explicit:
                vr = bytes(data[position + 4 : position + 6])
                if vr in SHORT_VRS:
                    length = encoding.u16(data, position + 6)[0]
                else:
                    header = _long_header(data, position, encoding, vr)
                    if header is None:
                        break
                    length, value = header
            end = value + length
            if length > VALUE_INLINE_BYTES:
                if length != UNDEFINED and end > bound:
                    raise broken("a value is longer than the item that holds it")
                self._count += 1
                return self._open(encoding.tag(key), vr, length, value, encoding, bound)
            if end > bound:
                raise broken("a value is longer than the item that holds it")
            if end > size:
                break
            self._count += 1
            position = end
        if self._count > self._elements:
            raise TooLarge("too-many-elements", "The header has more elements than allowed.", "Raise the limit.")
        self.position = position
        return None


def _long_header(data: bytearray, position: int, encoding: Encoding, vr: bytes) -> tuple[int, int] | None:
    if vr not in LONG_VRS:
        return irregular(data, position, encoding)
    if position + 12 > len(data):
        return None
    return encoding.u32(data, position + 8)[0], position + 12


def is_sequence(tag: int, vr: bytes, encoding: Encoding) -> bool:
    """Whether a long value of defined length is a sequence to look into."""
    return vr == b"SQ" or (not encoding.explicit and tag in SEQUENCE_TAGS)


_SPECIAL: dict[tuple[frozenset[int], bool], dict[int, int]] = {}


def special_keys(wanted: frozenset[int], encoding: Encoding) -> dict[int, int]:
    """Keys of the wanted and the pixel tags in this byte order, each with its tag."""
    where = (wanted, encoding.little)
    if where not in _SPECIAL:
        _SPECIAL[where] = {encoding.key(tag): tag for tag in wanted | PIXEL_TAGS}
    return _SPECIAL[where]
