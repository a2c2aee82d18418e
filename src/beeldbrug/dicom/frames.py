"""Frame index: where each frame lies inside a bulk, in a form of which a few bytes suffice to find one frame.

Layout of ``to_bytes`` (little endian): a head of 32 bytes, then one entry of 16 bytes a frame, then the fragment lists
of the frames that have more than one fragment. Entry of frame *n* (from 1, as PS3.18 numbers them) stands at
``32 + 16 * (n - 1)``, so that no entry crosses a page of 16 KiB. Native pixel data needs no entries: the head says how
many bits a frame has (PS3.5 section 8.1.1, annex D). Offsets are 64-bit, from the start of the value field; those of a
deflated dataset (IDENTITY piece with tag 0) are from the start of the inflated dataset. Decodes no pixels.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Final

from beeldbrug.model.dataset import FrameSpan
from beeldbrug.model.errors import Malformed, NotFound

HEAD_BYTES: Final = 32
ENTRY_BYTES: Final = 16
_MAGIC: Final = b"BFX1"
_HEAD: Final = Struct("<4sB3xQQQ")
_ENTRY: Final = Struct("<QQ")
_NATIVE: Final = 0
_FRAGMENTS: Final = 1
_SEVERAL: Final = 1 << 63


def _malformed() -> Malformed:
    return Malformed("frame-index-broken", "The frame index is not well formed.", "Cut the instance again.")


@dataclass(frozen=True, slots=True)
class FrameHead:
    """The head of a frame index, read alone: enough to say which bytes tell about one frame.

    ``bits`` is the number of bits a native frame takes, 0 for encapsulated; ``base`` the offset of native frame 1;
    ``length`` of the native value in bytes.
    """

    count: int
    bits: int = 0
    base: int = 0
    length: int = 0

    @staticmethod
    def from_bytes(data: bytes) -> FrameHead:
        """Read the first HEAD_BYTES of an index. Raises Malformed."""
        if len(data) < HEAD_BYTES:
            raise _malformed()
        magic, kind, count, first, second = _HEAD.unpack_from(data)
        if magic != _MAGIC or kind not in (_NATIVE, _FRAGMENTS) or count > _SEVERAL:
            raise _malformed()
        if kind == _FRAGMENTS:
            return FrameHead(count)
        if not first:
            raise _malformed()
        bits, base = first & 0xFFFFFFFFFFFF, second & 0xFFFFFFFFFFFF
        return FrameHead(count, bits, base, base + (count * bits + 7) // 8)

    def to_bytes(self) -> bytes:
        """HEAD_BYTES bytes."""
        if self.bits:
            return _HEAD.pack(_MAGIC, _NATIVE, self.count, self.bits, self.base)
        return _HEAD.pack(_MAGIC, _FRAGMENTS, self.count, 0, 0)

    def entry_range(self, frame: int) -> tuple[int, int] | None:
        """(offset, length) in the index of the entry of ``frame`` (from 1); None for native, where the head says all.

        Raises NotFound when there is no such frame.
        """
        self._check(frame)
        return None if self.bits else (HEAD_BYTES + ENTRY_BYTES * (frame - 1), ENTRY_BYTES)

    def native_span(self, frame: int) -> FrameSpan:
        """Span of a native frame (from 1). Raises NotFound."""
        self._check(frame)
        first, bit = divmod((frame - 1) * self.bits, 8)
        return FrameSpan(((self.base + first, (bit + self.bits + 7) // 8),), bit)

    def _check(self, frame: int) -> None:
        if not 1 <= frame <= self.count:
            raise NotFound("frame-not-found", "The instance has no such frame.", "Ask for a frame that exists.")


def decode_entry(data: bytes) -> FrameSpan | tuple[int, int]:
    """Read one entry: the span, or (offset, length) of the fragment list in the index for ``decode_fragments``."""
    if len(data) != ENTRY_BYTES:
        raise _malformed()
    offset, length = _ENTRY.unpack(data)
    if length & _SEVERAL:
        return offset, (length ^ _SEVERAL) * ENTRY_BYTES
    return FrameSpan(((offset, length),))


def decode_fragments(data: bytes) -> FrameSpan:
    """Read the fragment list of one frame."""
    if len(data) % ENTRY_BYTES:
        raise _malformed()
    return FrameSpan(tuple(_ENTRY.iter_unpack(data)))


class FrameIndex:
    """Frame index of one bulk, whole in memory (16 bytes a frame). Immutable."""

    __slots__ = ("_entries", "_extra", "head")

    def __init__(self, head: FrameHead, entries: array[int] | None = None, extra: array[int] | None = None) -> None:
        self.head = head
        self._entries = entries if entries is not None else array("Q")
        self._extra = extra if extra is not None else array("Q")

    @staticmethod
    def native(bits: int, count: int, base: int = 0) -> FrameIndex:
        """Frames of ``bits`` bits each, end to end from byte ``base``."""
        return FrameIndex(FrameHead(count, bits, base, base + (count * bits + 7) // 8))

    @staticmethod
    def encapsulated(frames: Iterable[Sequence[tuple[int, int]]]) -> FrameIndex:
        """From the fragments of each frame as (offset, length) of the fragment's value."""
        entries, extra = array("Q"), array("Q")
        several: list[int] = []
        for number, fragments in enumerate(frames):
            if len(fragments) == 1:
                entries.extend(fragments[0])
                continue
            several.append(number)
            entries.extend((len(extra), _SEVERAL | len(fragments)))
            for fragment in fragments:
                extra.extend(fragment)
        count = len(entries) // 2
        for number in several:
            entries[2 * number] = HEAD_BYTES + ENTRY_BYTES * count + 8 * entries[2 * number]
        return FrameIndex(FrameHead(count), entries, extra)

    def shifted(self, base: int) -> FrameIndex:
        """The same frames, ``base`` bytes further on."""
        head = self.head
        if head.bits:
            return FrameIndex.native(head.bits, head.count, head.base + base)
        return FrameIndex.encapsulated([(offset + base, length) for offset, length in span.fragments] for span in self)

    def __len__(self) -> int:
        return self.head.count

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FrameIndex) and self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.head)

    def span(self, frame: int) -> FrameSpan:
        """Where ``frame`` (from 1) lies. Raises NotFound when there is no such frame."""
        place = self.head.entry_range(frame)
        if place is None:
            return self.head.native_span(frame)
        offset, length = self._entries[2 * frame - 2], self._entries[2 * frame - 1]
        if not length & _SEVERAL:
            return FrameSpan(((offset, length),))
        first = (offset - HEAD_BYTES - ENTRY_BYTES * self.head.count) // 8
        words = self._extra[first : first + 2 * (length ^ _SEVERAL)]
        return FrameSpan(tuple(zip(words[::2], words[1::2], strict=True)))

    def entry_range(self, frame: int) -> tuple[int, int] | None:
        """As FrameHead.entry_range."""
        return self.head.entry_range(frame)

    def to_bytes(self) -> bytes:
        """The index as it is kept."""
        words = array("Q", self._entries)
        words.extend(self._extra)
        return self.head.to_bytes() + _little(words).tobytes()

    @staticmethod
    def from_bytes(data: bytes) -> FrameIndex:
        """Read a whole index. Raises Malformed."""
        head = FrameHead.from_bytes(data)
        if head.bits:
            return FrameIndex(head)
        words = array("Q")
        if (len(data) - HEAD_BYTES) % ENTRY_BYTES or len(data) < HEAD_BYTES + ENTRY_BYTES * head.count:
            raise _malformed()
        words.frombytes(data[HEAD_BYTES:])
        words = _little(words)
        index = FrameIndex(head, words[: 2 * head.count], words[2 * head.count :])
        index._validate()
        return index

    def _validate(self) -> None:
        start = HEAD_BYTES + ENTRY_BYTES * self.head.count
        available = len(self._extra) * 8
        for place, length in zip(self._entries[::2], self._entries[1::2], strict=True):
            if length & _SEVERAL:
                listed = (length ^ _SEVERAL) * ENTRY_BYTES
                if place < start or (place - start) % ENTRY_BYTES or place - start + listed > available:
                    raise _malformed()

    def __iter__(self) -> Iterator[FrameSpan]:
        return (self.span(frame) for frame in range(1, self.head.count + 1))


def _little(words: array[int]) -> array[int]:
    if array("H", b"\x01\x00")[0] != 1:
        words = array("Q", words)
        words.byteswap()
    return words


@dataclass(frozen=True, slots=True)
class PixelShape:
    """What the header says of the pixel data, as far as it says it."""

    rows: int | None = None
    columns: int | None = None
    samples: int | None = None
    bits_allocated: int | None = None
    photometric: str = ""
    frames: int | None = None

    def frame_bits(self, tag: int) -> int:
        """Bits of one native frame, 0 when unknown (PS3.5 section 8.1.1; PS3.3 C.7.6.3.1.2 for 4:2:2 and 4:2:0)."""
        bits = {0x7FE00008: 32, 0x7FE00009: 64}.get(tag, self.bits_allocated or 0)
        pixels = (self.rows or 0) * (self.columns or 0)
        if self.samples == 3 and bits == 8:
            halves = {"YBR_FULL_422": 4, "YBR_PARTIAL_422": 4, "YBR_PARTIAL_420": 3}.get(self.photometric, 6)
            return pixels * 8 * halves // 2
        return pixels * bits * (self.samples or 1)


def native_index(shape: PixelShape, tag: int, length: int, base: int = 0) -> tuple[FrameIndex | None, str]:
    """Index of native pixel data of ``length`` bytes, whole frames only, and what is odd about it (or "")."""
    bits = shape.frame_bits(tag)
    if not bits:
        return None, "frame size unknown"
    declared = max(shape.frames or 1, 0)
    count = min(declared, length * 8 // bits)
    wanted = (declared * bits + 7) // 8
    fault = "" if wanted <= length <= wanted + 1 else "value length and number of frames differ"
    return (FrameIndex.native(bits, count, base) if count else None), fault


class FragmentTable:
    """Fragments of one encapsulated bulk as they were met: 17 bytes each, with whether a frame begins there."""

    __slots__ = ("lengths", "offsets", "starts")

    def __init__(self) -> None:
        self.offsets = array("Q")
        self.lengths = array("Q")
        self.starts = bytearray()

    def mark(self, head: bytes) -> None:
        """Note whether a frame begins with the newest fragment, whose first 8 bytes (or all it has) are ``head``."""
        self.starts.append(begins_codestream(head))

    def __len__(self) -> int:
        return len(self.offsets)

    def frames(self, firsts: Sequence[int]) -> Iterator[list[tuple[int, int]]]:
        """Fragments by frame, given the number (from 0) of each frame's first fragment."""
        ends = [*firsts[1:], len(self)]
        for first, end in zip(firsts, ends, strict=True):
            yield list(zip(self.offsets[first:end], self.lengths[first:end], strict=True))


_JP2 = b"\x00\x00\x00\x0cjP  "
_JXL = b"\x00\x00\x00\x0cJXL "


def begins_codestream(head: bytes) -> bool:
    """Whether a fragment that begins with ``head`` begins a JPEG, JPEG-LS, JPEG 2000, HTJ2K, JPEG XL or RLE frame."""
    if head[:2] == b"\xff\xd8" or head[:4] == b"\xff\x4f\xff\x51" or head in (_JP2, _JXL):
        return True
    return len(head) == 8 and head[4:] == b"\x40\0\0\0" and head[1:4] == b"\0\0\0" and 1 <= head[0] <= 15


def encapsulated_index(
    table: FragmentTable, offsets: Sequence[int], declared: int | None, video: bool
) -> tuple[FrameIndex | None, str]:
    """Group fragments to frames, and say what is odd (or ""). ``offsets`` is the basic or extended offset table.

    Codestream beginnings weigh more than offset tables, which are often wrong; NumberOfFrames weighs more than both.
    """
    total = len(table)
    if not total:
        return None, "no fragments"
    if video:
        # The frames of a video stream cannot be told apart without decoding: it counts as one.
        return FrameIndex.encapsulated(table.frames([0])), ""
    started = table.starts.count(1)
    if declared is None or declared <= 1:
        if total > 1 and started == total:
            return FrameIndex.encapsulated(table.frames(range(total))), "more frames than the header says"
        return FrameIndex.encapsulated(table.frames([0])), ""
    if total == declared:
        return FrameIndex.encapsulated(table.frames(range(total))), ""
    if total < declared:
        return FrameIndex.encapsulated(table.frames(range(total))), "fewer frames than the header says"
    firsts = [number for number, start in enumerate(table.starts) if start]
    if started == declared and firsts[0] == 0:
        return FrameIndex.encapsulated(table.frames(firsts)), ""
    listed = _listed(table, offsets)
    if len(listed) == declared:
        return FrameIndex.encapsulated(table.frames(listed)), ""
    if started and firsts[0] == 0:
        return FrameIndex.encapsulated(table.frames(firsts)), "number of frames differs from the header"
    return None, "fragments cannot be told apart into frames"


def _listed(table: FragmentTable, offsets: Sequence[int]) -> list[int]:
    """Numbers of the fragments that an offset table points at; empty when it does not fit the fragments."""
    found: list[int] = []
    origin = table.offsets[0] - 8
    for offset in offsets:
        number = bisect_left(table.offsets, offset + origin + 8)
        if number == len(table) or table.offsets[number] != offset + origin + 8:
            return []
        if found and number <= found[-1]:
            return []
        found.append(number)
    return found if found and found[0] == 0 else []
