"""Promises of packs: places are true, segments are padded and hashed, failures leave the rest whole."""

from __future__ import annotations

import os

import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st

from beeldbrug.model.errors import Conflict, Malformed, Unavailable
from beeldbrug.model.pack import RECORD_BYTES_FRAMES, RECORD_BYTES_SINGLE, SEGMENT_BYTES, SealedPlace
from beeldbrug.sealed.opening.message import open_message, open_place
from beeldbrug.sealed.pack import PackWriter, hash_segment, padding, recovered_segment
from beeldbrug.sealed.padme import padme
from tests.unit.sealed.makers import MemoryPack, MemorySegment


def whole(pack: MemoryPack, place: SealedPlace) -> bytes:
    return b"".join(open_place(pack.key, place, pack.read))


def check_segments(pack: MemoryPack) -> None:
    for number, file in pack.segments.items():
        segment = file.closed
        assert segment is not None
        assert (segment.pack, segment.number) == (pack.writer.pack, number)
        assert segment.padded == len(file.data) == padme(segment.padded) <= SEGMENT_BYTES
        assert segment.hash == blake3(file.data).digest() == hash_segment([file.data])
        assert not any(open_message(pack.key, file.data[segment.length :]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.binary(max_size=300), max_size=4), min_size=1, max_size=6), st.data())
def test_every_message_opens_at_its_place_however_segments_are_closed(
    values: list[list[bytes]], data: st.DataObject
) -> None:
    pack, places = MemoryPack(), []
    for chunks in values:
        message = pack.writer.begin(data.draw(st.sampled_from([18, 50, 64])))
        for chunk in chunks:
            message.write(chunk)
            if data.draw(st.booleans()):
                pack.writer.close_segment()
        places.append(message.end())
    pack.writer.close_segment()
    for chunks, place in zip(values, places, strict=True):
        assert whole(pack, place) == b"".join(chunks)
        assert place.hash == blake3(b"".join(chunks)).digest()
    check_segments(pack)


@pytest.mark.parametrize("record_size", [RECORD_BYTES_FRAMES, RECORD_BYTES_SINGLE])
@pytest.mark.parametrize("chunk", [16_384, 300_001, 5_000_000, 30_000_000])
def test_a_message_longer_than_a_segment_goes_on_in_the_next_at_a_record_border(record_size: int, chunk: int) -> None:
    pack, plain = MemoryPack(), os.urandom(20_000_000)
    message = pack.writer.begin(record_size)
    for start in range(0, len(plain), chunk):
        message.write(memoryview(plain)[start : start + chunk])
    place = message.end()
    assert pack.writer.close_segment() is not None
    assert [extent.segment for extent in place.extents] == [1, 2, 3]
    assert (place.extents[0].length - 21) % record_size == 0
    assert place.extents[1].length % record_size == 0
    assert place.extents[1].length > SEGMENT_BYTES * 0.98
    assert whole(pack, place) == plain
    check_segments(pack)


def test_many_messages_fill_segments_without_a_gap() -> None:
    pack, values = MemoryPack(), [os.urandom(524_288) for _ in range(20)]
    places = [pack.put(value, RECORD_BYTES_SINGLE) for value in values]
    pack.writer.close_segment()
    assert [whole(pack, place) for place in places] == values
    assert len(pack.segments) == 2
    check_segments(pack)


def test_salts_differ_between_messages_of_one_pack() -> None:
    pack = MemoryPack()
    assert len({pack.put(b"same").salt for _ in range(50)}) == 50


def test_the_caller_can_tell_when_the_first_byte_of_a_segment_came() -> None:
    pack = MemoryPack()
    assert pack.writer.pending == 0
    pack.time = 5.0
    place = pack.put(b"x" * 100)
    pack.time = 6.0
    pack.put(b"y" * 100)
    assert pack.writer.opened_at == 5.0
    assert pack.writer.pending == 2 * place.sealed_length
    pack.writer.close_segment()
    assert pack.writer.pending == 0
    assert pack.writer.close_segment() is None


def test_no_time_is_told_when_no_segment_is_open() -> None:
    pack = MemoryPack()
    assert pack.writer.opened_at is None
    pack.put(b"x")
    pack.writer.close_segment()
    assert pack.writer.opened_at is None


def test_closing_a_segment_brings_out_all_complete_records_of_an_open_message() -> None:
    pack = MemoryPack()
    message = pack.writer.begin(64)
    message.write(bytes(47 * 10))
    segment = pack.writer.close_segment()
    assert segment is not None
    assert segment.length == 21 + 9 * 64
    assert whole(pack, message.end()) == bytes(47 * 10)


def test_an_aborted_message_leaves_the_others_whole() -> None:
    pack = MemoryPack()
    before = pack.put(b"before")
    message = pack.writer.begin(64)
    message.write(bytes(1000))
    message.flush()
    message.abort()
    after = pack.put(b"after")
    assert after.extents[0].offset > before.sealed_length
    assert (whole(pack, before), whole(pack, after)) == (b"before", b"after")
    with pytest.raises(Conflict, match="message-ended"):
        message.write(b"x")


def test_one_message_at_a_time() -> None:
    pack = MemoryPack()
    pack.writer.begin(64)
    with pytest.raises(Conflict, match="message-open"):
        pack.writer.begin(64)


class FullDisk(MemorySegment):
    full = False

    def append(self, data: bytes | bytearray | memoryview) -> None:
        if self.full:
            raise Unavailable("disk-full", "The disk is full.")
        super().append(data)


def test_a_full_disk_ends_the_message_and_the_pack_goes_on_when_there_is_room() -> None:
    pack, disk = MemoryPack(), FullDisk()
    pack.segments[1] = disk
    pack.writer = PackWriter(pack.key, "a" * 32, lambda number: disk)
    before = pack.put(b"before")
    disk.full = True
    message = pack.writer.begin(64)
    message.write(bytes(1000))
    with pytest.raises(Unavailable, match="disk-full"):
        message.end()
    with pytest.raises(Unavailable, match="disk-full"):
        pack.writer.close_segment()
    disk.full = False
    after = pack.put(b"after")
    pack.writer.close_segment()
    assert (whole(pack, before), whole(pack, after)) == (b"before", b"after")
    check_segments(pack)


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 3_000_000))
def test_one_padding_message_brings_any_content_to_its_padme_size(length: int) -> None:
    key = os.urandom(16)
    tail = padding(key, length)
    total = length + len(tail)
    assert padme(total) == total == padme(length + 38)
    assert not any(open_message(key, tail))


def test_a_segment_recovered_after_a_crash_is_padded_and_hashed_like_any_other() -> None:
    pack = MemoryPack()
    place = pack.put(b"z" * 5000)
    content = bytes(pack.segments[1].data)
    tail, segment = recovered_segment(pack.key, pack.writer.pack, 1, [content[:100], content[100:]])
    pack.segments[1].append(tail)
    pack.segments[1].close(segment)
    assert segment.length == len(content)
    assert whole(pack, place) == b"z" * 5000
    check_segments(pack)


def test_a_record_size_or_pack_id_out_of_form_is_refused() -> None:
    pack = MemoryPack()
    for size in (17, SEGMENT_BYTES):
        with pytest.raises(Malformed, match="message-parameters"):
            pack.writer.begin(size)
    with pytest.raises(Malformed, match="pack-id-malformed"):
        PackWriter(pack.key, "ABC", lambda number: MemorySegment())
