"""Edit a header without touching anything else: replace, insert or remove top-level elements in the raw bytes.

``splice`` takes encoded elements. ``edit`` takes values, writes them in the dataset's own Specific Character Set, and
keeps what they replace in the Original Attributes Sequence (PS3.3 C.12.1.1.9.2, IHE IRWF). When the set cannot hold a
new text the whole dataset changes set: to ISO_IR 100 when that suffices and all other text is plain ASCII, else to
ISO_IR 192 with every other text re-encoded, nested ones included; where the present text cannot be read for certain
that is refused. Text of private elements of unknown VR stays as it is. Group lengths of a changed group are dropped,
as is (0008,0001). Deflated datasets must be inflated first (``dicom.deflated``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from beeldbrug.dicom.charset import CharacterSet, character_set
from beeldbrug.dicom.elements import Element, Header, every, parse_header
from beeldbrug.dicom.encode import Value, encode_element, encode_raw, texts
from beeldbrug.dicom.recode import plain_text, recode
from beeldbrug.model.capsule import VALUE_INLINE_BYTES
from beeldbrug.model.dataset import Piece, PieceKind
from beeldbrug.model.errors import Malformed, TooLarge, Unsupported

_CHARSET: Final = 0x00080005
_LENGTH_TO_END: Final = 0x00080001
_ORIGINAL: Final = 0x04000561
_MODIFIED: Final = 0x04000550


@dataclass(frozen=True, slots=True)
class Spliced:
    """An edited header with its pieces. ``kept[n]`` is the ordinal in the old pieces of the n-th piece that is not
    HEADER: the two differ only when an element whose value lay in a piece was replaced or removed.
    """

    header: bytes
    pieces: tuple[Piece, ...]
    kept: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who modifies and why, for the Original Attributes Sequence. ``when`` is a DICOM DT; ``source`` may be empty."""

    when: str
    system: str
    source: str = ""
    reason: str = "COERCE"


def splice(
    header: bytes,
    transfer_syntax: str,
    part10: bool,
    pieces: Sequence[Piece],
    changes: Mapping[int, bytes | None],
) -> Spliced:
    """Replace, insert (bytes: the whole encoded element) or remove (None) top-level elements, in tag order.

    Raises Unsupported for deflated datasets and for tags that may stand in a part that could not be read, TooLarge for
    values over VALUE_INLINE_BYTES, Malformed when ``changes`` or ``pieces`` do not fit.
    """
    return _spliced(_editable(header, transfer_syntax, part10), header, pieces, changes)


def _spliced(parsed: Header, header: bytes, pieces: Sequence[Piece], changes: Mapping[int, bytes | None]) -> Spliced:
    """As ``splice``, of a header that was parsed already."""
    _check_changes(parsed, pieces, changes)
    gaps = _gaps(header, pieces)
    builder = _Builder()
    builder.add(header[: parsed.start])
    touched = {tag >> 16 for tag in changes}
    waiting = sorted((tag, data) for tag, data in changes.items() if data is not None)
    end = parsed.start
    for element in parsed.elements:
        builder.add(header[end : element.start])
        end = element.end
        while waiting and waiting[0][0] <= element.tag:
            builder.add(waiting.pop(0)[1])
        if element.tag in changes or _is_length(element.tag, touched):
            continue
        builder.copy(header, element.start, element.end, gaps)
    while waiting:
        builder.add(waiting.pop(0)[1])
    builder.copy(header, end, len(header), gaps)
    return builder.done()


def edit(
    header: bytes,
    transfer_syntax: str,
    part10: bool,
    pieces: Sequence[Piece],
    values: Mapping[int, Value | None],
    provenance: Provenance | None = None,
) -> Spliced:
    """Set (or with None remove) top-level attributes; with ``provenance`` keep what they replace.

    Text is str with backslashes between values; numbers are int or tuples of them; sequences are lists of mappings
    from tag to value; bytes are a raw value. Raises what ``splice`` raises, and Unsupported when the text of the
    dataset cannot be kept valid.
    """
    parsed = _editable(header, transfer_syntax, part10)
    present = character_set(parsed.raw(_CHARSET))
    target = _target(parsed, present, values, provenance)
    changes: dict[int, bytes | None] = {}
    wanted = dict(values)
    if target is not present:
        changes.update(_recoded(parsed, present, target))
        wanted[_CHARSET] = "\\".join(target.terms)
    for tag, value in wanted.items():
        changes[tag] = None if value is None else encode_element(tag, value, parsed.encoding, target)
    if provenance is not None:
        original = original_attributes(parsed, {tag: changes[tag] for tag in wanted}, provenance, target, changes)
        if original is not None:
            changes[_ORIGINAL] = original
    return _spliced(parsed, header, pieces, changes)


def original_attributes(
    parsed: Header,
    modified: Mapping[int, bytes | None],
    provenance: Provenance,
    charset: CharacterSet,
    recoded: Mapping[int, bytes | None] | None = None,
) -> bytes | None:
    """(0400,0561) encoded: the items that were there, and one with what ``modified`` changes or removes.

    Old values are copied as they stand; when the dataset changes its character set the item carries the old one.
    ``recoded`` may hold the present (0400,0561) re-encoded. None when no old value is lost.
    """
    data = parsed.data
    lost = b""
    for element in sorted(parsed.elements, key=lambda each: each.tag):
        if element.tag not in modified or element.tag == _ORIGINAL:
            continue
        raw = data[element.start : element.end]
        if raw == modified[element.tag]:
            continue
        if element.gap or any(nested.gap for nested in _nested(element)):
            raise _too_long()
        lost += raw
    if not lost:
        return None
    encoding = parsed.encoding
    fields: list[tuple[int, str]] = [
        (0x04000562, provenance.when),
        (0x04000563, provenance.system),
        (0x04000564, provenance.source),
        (0x04000565, provenance.reason),
    ]
    item = encode_raw(_MODIFIED, "SQ", _item(parsed, lost), encoding)
    item += b"".join(encode_element(tag, text, encoding, charset) for tag, text in fields)
    return encode_raw(_ORIGINAL, "SQ", _present_items(parsed, recoded or {}) + _item(parsed, item), encoding)


def _item(parsed: Header, content: bytes) -> bytes:
    order = "little" if parsed.encoding.little else "big"
    marks = parsed.encoding.item.to_bytes(4, "little" if parsed.encoding.little else "big")
    return marks + len(content).to_bytes(4, "little" if order == "little" else "big") + content


def _present_items(parsed: Header, recoded: Mapping[int, bytes | None]) -> bytes:
    """Items of the (0400,0561) that is there, without its delimiter."""
    again = recoded.get(_ORIGINAL)
    if again is not None:
        return _items_of(parse_header(again, parsed.encoding.uid, False).elements[0], again, parsed)
    element = parsed.element(_ORIGINAL)
    if element is None:
        return b""
    if any(nested.gap for nested in _nested(element)):
        raise _too_long()
    return _items_of(element, parsed.data, parsed)


def _items_of(element: Element, data: bytes, parsed: Header) -> bytes:
    content = data[element.value : element.end]
    end = parsed.encoding.sequence_end.to_bytes(4, "little" if parsed.encoding.little else "big") + bytes(4)
    if element.length == 0xFFFFFFFF and content.endswith(end):
        return content[: -len(end)]
    return content


def _nested(element: Element) -> list[Element]:
    return [each for item in element.items for each in every(item)]


def _target(
    parsed: Header, present: CharacterSet, values: Mapping[int, Value | None], provenance: Provenance | None
) -> CharacterSet:
    """The character set that the edited dataset is written in: the present one wherever possible."""
    new = [text for tag, value in values.items() if value is not None for text in texts(tag, value)]
    if provenance is not None:
        new += [provenance.system, provenance.source]
    if all(present.encode(text) is not None for text in new):
        return present
    latin = character_set(b"ISO_IR 100")
    if present.codecs == ("ascii",) and plain_text(parsed) and all(latin.encode(text) is not None for text in new):
        return latin
    return character_set(b"ISO_IR 192")


def _recoded(parsed: Header, present: CharacterSet, target: CharacterSet) -> dict[int, bytes | None]:
    """Every top-level element that must be written anew because the character set changes."""
    changes: dict[int, bytes | None] = {}
    for element in parsed.elements:
        data = recode(parsed, element, present, target)
        if data is not None:
            changes[element.tag] = data
    return changes


def _editable(header: bytes, transfer_syntax: str, part10: bool) -> Header:
    parsed = parse_header(header, transfer_syntax, part10)
    if parsed.deflated:
        raise Unsupported(
            "deflated-edit", "A deflated dataset cannot be edited in place.", "Inflate the dataset first."
        )
    if not parsed.complete:
        raise Unsupported("broken-edit", "A dataset that cannot be read to its end cannot be edited.", "Send it as is.")
    return parsed


def _check_changes(parsed: Header, pieces: Sequence[Piece], changes: Mapping[int, bytes | None]) -> None:
    last = max((element.tag for element in parsed.elements), default=0)
    unread = any(piece.kind is PieceKind.IDENTITY and piece.tag == 0 for piece in pieces)
    for tag, data in changes.items():
        if unread and tag > last:
            raise Unsupported("broken-edit", "The attribute may stand in a part that cannot be read.", "Send it as is.")
        if data is None:
            continue
        if len(data) > VALUE_INLINE_BYTES and not _is_sequence(data, parsed):
            raise _too_long()
        if parsed.encoding.tag(parsed.encoding.plain(data.ljust(8, b"\0"), 0)[0]) != tag:
            raise Malformed("element-wrong", "An encoded element does not have the tag it is for.", "Encode it anew.")


def _is_sequence(data: bytes, parsed: Header) -> bool:
    return not parsed.encoding.explicit or data[4:6] == b"SQ"


def _is_length(tag: int, touched: set[int]) -> bool:
    return (tag & 0xFFFF == 0 and tag >> 16 in touched) or (tag == _LENGTH_TO_END and bool(touched))


def _too_long() -> TooLarge:
    return TooLarge("value-too-long", "A value is too long to be edited or kept in the header.", "Shorten the value.")


def _gaps(header: bytes, pieces: Sequence[Piece]) -> list[tuple[int, int, Piece]]:
    """(position in the header, ordinal, piece) of every piece that is not HEADER."""
    gaps: list[tuple[int, int, Piece]] = []
    position = 0
    for piece in pieces:
        if piece.kind is PieceKind.HEADER:
            position += piece.length
        else:
            gaps.append((position, len(gaps), piece))
    if position != len(header):
        raise Malformed("pieces-wrong", "Header and pieces do not have the lengths that were declared.", "Cut it anew.")
    return gaps


class _Builder:
    """Puts an edited header together, with its pieces."""

    def __init__(self) -> None:
        self._header = bytearray()
        self._counted = 0
        self._pieces: list[Piece] = []
        self._kept: list[int] = []

    def add(self, data: bytes) -> None:
        self._header += data

    def copy(self, header: bytes, start: int, end: int, gaps: Sequence[tuple[int, int, Piece]]) -> None:
        """Copy header[start:end] with the pieces that lie within: behind ``start``, up to and including ``end``."""
        position = start
        for place, ordinal, piece in gaps:
            if start < place <= end or (place == start == end and ordinal not in self._kept):
                self.add(header[position:place])
                position = place
                self._close()
                self._pieces.append(piece)
                self._kept.append(ordinal)
        self.add(header[position:end])

    def _close(self) -> None:
        length = len(self._header) - self._counted
        if length:
            self._pieces.append(Piece(PieceKind.HEADER, length))
            self._counted = len(self._header)

    def done(self) -> Spliced:
        self._close()
        return Spliced(bytes(self._header), tuple(self._pieces), tuple(self._kept))
