"""Any frame of any bulk is found by its index, also from the few bytes of one entry."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.encaps import generate_frames

from beeldbrug.dicom.frames import (
    HEAD_BYTES,
    FrameHead,
    FrameIndex,
    PixelShape,
    decode_entry,
    decode_fragments,
    native_index,
)
from beeldbrug.dicom.syntax import transfer_syntax
from beeldbrug.model.dataset import FrameSpan, PieceKind
from beeldbrug.model.errors import BeeldbrugError, Malformed, NotFound
from tests.unit.dicom import samples
from tests.unit.dicom.samples import EXPLICIT, JPEG, cut_bytes, dataset, image, item, open_element, text

SOI, SOC = b"\xff\xd8\xff\xe0", b"\xff\x4f\xff\x51"


def _bytes_of(value: bytes, span: FrameSpan) -> bytes:
    return b"".join(value[offset : offset + length] for offset, length in span.fragments)


@pytest.mark.parametrize("path", samples.real_files(), ids=samples.name_of)
def test_frames_are_those_that_pydicom_finds(path: Path) -> None:
    try:
        sink, cut = cut_bytes(path.read_bytes(), None)
    except BeeldbrugError:
        return
    pixels = [n for n, (kind, tag, _) in enumerate(sink.opened) if kind is PieceKind.PIXEL and tag == 0x7FE00010]
    if not pixels or transfer_syntax(cut.transfer_syntax).video:
        return
    value, index = bytes(sink.pieces[pixels[0]]), sink.frames[pixels[0]]
    other = samples.read_quietly(path)
    count = cut.index.number_of_frames or 1
    if sink.opened[pixels[0]][2] is None:
        assert index is not None
        expected = list(generate_frames(other.PixelData, number_of_frames=count))
        assert [_bytes_of(value, span) for span in index] == expected
        return
    if index is None:
        assert cut.faults
        return
    bits = PixelShape(
        other.Rows,
        other.Columns,
        other.SamplesPerPixel,
        other.BitsAllocated,
        other.PhotometricInterpretation,
    ).frame_bits(0x7FE00010)
    assert value == bytes(other.PixelData)
    assert len(index) == count or cut.faults
    for number, span in enumerate(index):
        [(offset, length)] = span.fragments
        assert offset * 8 + span.bit_offset == number * bits
        assert (offset + length) * 8 >= (number + 1) * bits
        assert offset + length <= len(value)


def _encapsulated(fragments: list[bytes], frames: int | None, offsets: bytes = b"") -> tuple[FrameIndex | None, bytes]:
    more = {0x7FE00010: open_element(0x7FE00010, "OB", item(offsets) + b"".join(item(part) for part in fragments))}
    if frames is not None:
        more[0x00280008] = text(0x00280008, "IS", str(frames))
    sink, _ = cut_bytes(dataset(more), JPEG, strict=True, seed=len(fragments))
    return sink.frames[0], bytes(sink.pieces[0])


def _contents(index: FrameIndex | None, value: bytes) -> list[bytes]:
    assert index is not None
    return [_bytes_of(value, span) for span in index]


def _table(*offsets: int) -> bytes:
    return b"".join(offset.to_bytes(4, "little") for offset in offsets)


def test_one_fragment_a_frame() -> None:
    parts = [SOI + b"one.", SOI + b"two.", SOI + b"3..."]
    for table in (b"", _table(0, 16, 32), _table(0, 9999, 3)):
        assert _contents(*_encapsulated(parts, 3, table)) == parts


@pytest.mark.parametrize("start", [SOI, SOC, b"\x01\0\0\0\x40\0\0\0", b"\x00\x00\x00\x0cjP  "])
def test_fragments_are_grouped_by_codestream_beginnings(start: bytes) -> None:
    parts = [start + b"aaaa", b"more", start + b"bbbb", start + b"cccc", b"morecc", b"evenmore"]
    for table in (b"", _table(0, 1, 2), _table(7)):
        frames = _contents(*_encapsulated(parts, 3, table))
        assert frames == [parts[0] + parts[1], parts[2], parts[3] + parts[4] + parts[5]]


def test_fragments_without_known_beginnings_are_grouped_by_the_offset_table() -> None:
    parts = [b"aaaaaaaa", b"more", b"bbbb", b"morebb"]
    assert _contents(*_encapsulated(parts, 2, _table(0, 28))) == [parts[0] + parts[1], parts[2] + parts[3]]
    assert _encapsulated(parts, 2, _table(0, 5))[0] is None
    assert _encapsulated(parts, 2)[0] is None


def test_fragments_of_a_single_frame_belong_together() -> None:
    parts = [SOI + b"aaaa", b"more", b"tail"]
    for frames in (1, None):
        assert _contents(*_encapsulated(parts, frames)) == [b"".join(parts)]


def test_wrong_number_of_frames_gives_the_frames_there_are() -> None:
    parts = [SOI + b"one.", SOI + b"two."]
    assert _contents(*_encapsulated(parts, 5)) == parts
    assert _contents(*_encapsulated(parts, 1)) == parts
    assert _contents(*_encapsulated([*parts, b"more"], 7 - 4 + 1)) == [parts[0], parts[1], b"more"]


def test_video_is_one_stream() -> None:
    value = open_element(0x7FE00010, "OB", item(b"") + item(b"stream..") + item(b"goes on."))
    data = dataset({0x00280008: text(0x00280008, "IS", "250"), 0x7FE00010: value})
    sink, _ = cut_bytes(data, "1.2.840.10008.1.2.4.102", strict=True)
    assert _contents(sink.frames[0], bytes(sink.pieces[0])) == [b"stream..goes on."]


@pytest.mark.parametrize(
    ("shape", "bits"),
    [
        (PixelShape(3, 5, 1, 1), 15),
        (PixelShape(3, 5, 1, 12), 180),
        (PixelShape(4, 4, 3, 8, "RGB"), 384),
        (PixelShape(4, 4, 3, 8, "YBR_FULL"), 384),
        (PixelShape(4, 4, 3, 8, "YBR_FULL_422"), 256),
        (PixelShape(4, 4, 3, 8, "YBR_PARTIAL_420"), 192),
        (PixelShape(4, 4, 1, 8, "PALETTE COLOR"), 128),
        (PixelShape(4, None, 1, 8), 0),
    ],
)
def test_native_frames_have_the_size_of_their_attributes(shape: PixelShape, bits: int) -> None:
    assert shape.frame_bits(0x7FE00010) == bits


def test_packed_bits_keep_their_bit_offset() -> None:
    index = FrameIndex.native(15, 3)
    assert [index.span(n) for n in (1, 2, 3)] == [
        FrameSpan(((0, 2),), 0),
        FrameSpan(((1, 3),), 7),
        FrameSpan(((3, 3),), 6),
    ]


def test_short_value_has_whole_frames_only() -> None:
    sink, cut = cut_bytes(dataset(image(4, 4, 16, 5, bytes(100))), EXPLICIT, strict=True)
    assert sink.frames[0] is not None
    assert len(sink.frames[0]) == 3
    assert cut.faults == ("value length and number of frames differ",)
    assert native_index(PixelShape(4, 4, 1, 16), 0x7FE00010, 31)[0] is None


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 1 << 40), st.integers(0, 1 << 32)), min_size=1, max_size=4), max_size=20)
)
def test_index_survives_being_kept_and_one_entry_tells_all(frames: list[list[tuple[int, int]]]) -> None:
    index = FrameIndex.encapsulated(frames)
    data = index.to_bytes()
    assert FrameIndex.from_bytes(data) == index
    head = FrameHead.from_bytes(data[:HEAD_BYTES])
    for number, fragments in enumerate(frames, 1):
        assert index.span(number).fragments == tuple(fragments)
        place = head.entry_range(number)
        assert place is not None
        assert place == index.entry_range(number)
        entry = decode_entry(data[place[0] : place[0] + place[1]])
        if not isinstance(entry, FrameSpan):
            entry = decode_fragments(data[entry[0] : entry[0] + entry[1]])
        assert entry == index.span(number)


def test_native_index_is_a_head_alone() -> None:
    index = FrameIndex.native(512 * 512 * 16, 1_000_000, 4096)
    assert len(index.to_bytes()) == HEAD_BYTES
    assert FrameHead.from_bytes(index.to_bytes()).native_span(1_000_000) == index.span(1_000_000)
    assert FrameIndex.from_bytes(index.to_bytes()).span(2).fragments == ((4096 + 524288, 524288),)


def test_frame_that_does_not_exist_is_not_found() -> None:
    for index in (FrameIndex.native(8, 2), FrameIndex.encapsulated([[(8, 4)], [(20, 4)]])):
        for frame in (0, 3, -1):
            with pytest.raises(NotFound):
                index.span(frame)


@given(st.binary(max_size=200), st.integers(0, 3))
def test_hostile_index_is_malformed(data: bytes, count: int) -> None:
    whole = b"BFX1\x01\0\0\0" + count.to_bytes(8, "little") + bytes(16) + data
    for raw in (data, whole):
        try:
            index = FrameIndex.from_bytes(raw)
            assert len(list(index)) == len(index)
        except Malformed:
            pass


def test_index_of_a_million_tiles_is_found_by_sixteen_bytes() -> None:
    rnd = random.Random(3)
    frames = [[(number * 10_000 + 8, rnd.randint(1, 9000))] for number in range(1_000_000)]
    data = FrameIndex.encapsulated(frames).to_bytes()
    head = FrameHead.from_bytes(data[:HEAD_BYTES])
    place = head.entry_range(999_999)
    assert place is not None
    assert decode_entry(data[place[0] : place[0] + place[1]]) == FrameSpan((frames[999_998][0],))
