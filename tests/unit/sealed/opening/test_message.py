"""Promises of the opening side of RFC 8188: ranges equal slices, and nothing altered, cut or exchanged opens."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beeldbrug.model.errors import BeeldbrugError, Denied, Malformed, TooLarge, Unsupported
from beeldbrug.model.pack import Extent, SealedPlace
from beeldbrug.sealed.message import seal_message
from beeldbrug.sealed.opening.message import MessageOpener, open_message, open_place, open_range, sealed_range
from tests.unit.sealed.makers import MemoryPack

PLAIN = bytes(range(256)) * 2
KEY = os.urandom(16)


@pytest.fixture
def pack() -> MemoryPack:
    return MemoryPack()


def whole(pack: MemoryPack, place: SealedPlace) -> bytes:
    return b"".join(open_place(pack.key, place, pack.read))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_chunking_opens_alike(data: st.DataObject) -> None:
    plain = data.draw(st.binary(max_size=300))
    sealed = seal_message(KEY, os.urandom(16), data.draw(st.sampled_from([18, 40, 64, 4096])), plain, b"id")
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sealed)), max_size=8)))
    opener, opened = MessageOpener(KEY), []
    for start, end in zip([0, *cuts], [*cuts, len(sealed)], strict=True):
        opened += opener.update(sealed[start:end])
    opened += opener.finish()
    assert b"".join(opened) == plain
    assert opener.key_id == b"id"


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_range_equals_the_slice_and_reads_only_its_records(data: st.DataObject) -> None:
    pack, plain = MemoryPack(), data.draw(st.binary(max_size=600))
    place = pack.put(plain, data.draw(st.sampled_from([18, 40, 64, 100])))
    start = data.draw(st.integers(0, len(plain)))
    length = data.draw(st.integers(0, len(plain) - start))
    assert open_range(pack.key, place, start, length, pack.read) == plain[start : start + length]
    payload = place.record_size - 17
    records = -(-(start + length) // payload) - start // payload if length else 0
    assert sum(extent.length for extent in pack.reads) <= 21 + records * place.record_size


def test_a_range_in_a_message_over_several_segments_equals_the_slice(pack: MemoryPack) -> None:
    message, parts = pack.writer.begin(40), []
    for number in range(5):
        parts.append(os.urandom(500 + number))
        message.write(parts[-1])
        pack.writer.close_segment()
    place, plain = message.end(), b"".join(parts)
    assert len(place.extents) > 4
    for start in range(0, len(plain), 97):
        assert open_range(pack.key, place, start, min(800, len(plain) - start), pack.read) == plain[start : start + 800]
    assert whole(pack, place) == plain


def test_a_truncated_message_is_refused_wherever_it_was_cut() -> None:
    sealed = seal_message(KEY, os.urandom(16), 64, PLAIN)
    for cut in range(len(sealed)):
        with pytest.raises((Malformed, Denied)) as caught:
            open_message(KEY, sealed[:cut])
        assert caught.value.code in ("message-truncated", "seal-broken")


def test_a_record_removed_at_a_record_border_is_refused() -> None:
    sealed = seal_message(KEY, os.urandom(16), 64, PLAIN)
    with pytest.raises(Denied, match="seal-broken"):
        open_message(KEY, sealed[: 21 + 64] + sealed[21 + 128 :])
    with pytest.raises(Malformed, match="message-truncated"):
        open_message(KEY, sealed[: 21 + 64 * (len(PLAIN) // 47)])


def test_a_removed_record_is_refused_where_the_place_says_more(pack: MemoryPack) -> None:
    place = pack.put(PLAIN)
    first = place.extents[0]
    shorter = (Extent(1, first.offset, 21 + 64), Extent(1, first.offset + 21 + 128, first.length - 21 - 128))
    with pytest.raises(Malformed, match="place-malformed"):
        whole(pack, replace(place, extents=shorter))
    with pytest.raises(Denied, match="seal-broken"):
        whole(pack, replace(place, extents=shorter, length=place.length - 47))


def test_a_message_shortened_at_a_record_border_by_a_lying_place_is_refused(pack: MemoryPack) -> None:
    place = pack.put(bytes(47 * 4))
    lying = replace(place, length=47 * 2, extents=(Extent(1, 0, 21 + 128),))
    with pytest.raises(Malformed, match="message-delimiter"):
        whole(pack, lying)
    with pytest.raises(Malformed, match="message-delimiter"):
        open_range(pack.key, lying, 50, 10, pack.read)


def test_a_record_size_that_lies_is_refused(pack: MemoryPack) -> None:
    sealed = bytearray(seal_message(KEY, os.urandom(16), 64, PLAIN))
    sealed[16:20] = (65).to_bytes(4, "big")
    with pytest.raises(Denied, match="seal-broken"):
        open_message(KEY, sealed)
    place = pack.put(PLAIN)
    pack.segments[1].data[16:20] = (65).to_bytes(4, "big")
    with pytest.raises(Denied, match="message-header-differs"):
        whole(pack, place)
    assert open_range(pack.key, place, 100, 10, pack.read) == PLAIN[100:110]


@pytest.mark.parametrize("size", [0, 17])
def test_a_record_size_that_the_rfc_forbids_is_refused(size: int) -> None:
    with pytest.raises(Malformed, match="message-record-size"):
        open_message(KEY, bytes(16) + size.to_bytes(4, "big") + bytes(100))


def test_a_giant_record_size_takes_no_memory() -> None:
    with pytest.raises(TooLarge, match="message-record-too-large"):
        open_message(KEY, bytes(16) + b"\xff\xff\xff\xff" + bytes(100))


def test_the_wrong_key_opens_nothing(pack: MemoryPack) -> None:
    place = pack.put(PLAIN)
    with pytest.raises(Denied, match="seal-broken"):
        list(open_place(os.urandom(16), place, pack.read))
    with pytest.raises(Denied, match="seal-broken"):
        open_range(os.urandom(16), place, 60, 5, pack.read)
    with pytest.raises(Malformed, match="pack-key-malformed"):
        open_range(b"short", place, 60, 5, pack.read)


def test_any_altered_byte_is_refused(pack: MemoryPack) -> None:
    place = pack.put(PLAIN[:100])
    data = pack.segments[1].data
    for at in range(place.sealed_length):
        data[at] ^= 1
        with pytest.raises(Denied):
            whole(pack, place)
        data[at] ^= 1
    assert whole(pack, place) == PLAIN[:100]


def test_two_exchanged_messages_of_one_pack_are_refused(pack: MemoryPack) -> None:
    one, two = pack.put(b"a" * 300), pack.put(b"b" * 300)
    data = pack.segments[1].data
    low, high = one.sealed_length, one.sealed_length + two.sealed_length
    data[:low], data[low:high] = data[low:high], data[:low]
    for place in (one, two):
        with pytest.raises(Denied, match="message-header-differs"):
            whole(pack, place)
        with pytest.raises(Denied, match="seal-broken"):
            open_range(pack.key, place, 100, 50, pack.read)


def test_exchanged_places_are_refused_by_their_hashes(pack: MemoryPack) -> None:
    one, two = pack.put(b"a" * 300), pack.put(b"b" * 300)
    with pytest.raises(Denied, match="bulk-hash-differs"):
        whole(pack, replace(two, hash=one.hash))


def test_a_swapped_segment_is_refused() -> None:
    mine, other = MemoryPack(), MemoryPack()
    place = mine.put(PLAIN)
    other.put(PLAIN)
    mine.segments = other.segments
    with pytest.raises(Denied):
        whole(mine, place)
    with pytest.raises(Denied):
        open_range(mine.key, place, 200, 10, mine.read)


def test_swapped_segments_of_one_pack_are_refused(pack: MemoryPack) -> None:
    one = pack.put(b"a" * 300)
    pack.writer.close_segment()
    two = pack.put(b"b" * 300)
    pack.segments = {1: pack.segments[2], 2: pack.segments[1]}
    for place in (one, two):
        with pytest.raises(Denied):
            whole(pack, place)
        with pytest.raises(Denied):
            open_range(pack.key, place, 100, 10, pack.read)


def test_a_short_read_is_refused(pack: MemoryPack) -> None:
    place = pack.put(PLAIN)
    with pytest.raises(Malformed, match="message-truncated"):
        open_range(pack.key, place, 0, 10, lambda extent: pack.read(extent)[:-1])


@pytest.mark.parametrize(("start", "length"), [(-1, 1), (0, 513), (513, 0), (0, -1), (2**70, 1)])
def test_a_range_outside_the_value_is_refused(pack: MemoryPack, start: int, length: int) -> None:
    with pytest.raises(Malformed, match="range-outside"):
        sealed_range(pack.put(PLAIN), start, length)


@pytest.mark.parametrize(
    "change",
    [
        {"salt": b"short"},
        {"hash": b"short"},
        {"length": -1},
        {"record_size": 17},
        {"record_size": 2**32},
        {"extents": ()},
        {"extents": (Extent(1, -1, 600),)},
        {"pack": "not an id"},
    ],
)
def test_a_place_that_contradicts_itself_is_refused(pack: MemoryPack, change: dict[str, object]) -> None:
    place = replace(pack.put(PLAIN), **change)  # type: ignore[arg-type]  # one field of any type at a time
    with pytest.raises(Malformed, match="place-malformed"):
        whole(pack, place)


def test_an_unknown_coding_is_not_taken_for_the_original(pack: MemoryPack) -> None:
    with pytest.raises(Unsupported, match="coding-unknown"):
        whole(pack, replace(pack.put(PLAIN), coding="htj2k"))


def test_bytes_after_the_last_record_are_refused() -> None:
    sealed = seal_message(KEY, os.urandom(16), 64, bytes(47))
    with pytest.raises(Malformed, match="message-goes-on"):
        open_message(KEY, sealed + bytes(20))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_noise_is_refused_with_one_of_our_errors(noise: bytes) -> None:
    with pytest.raises(BeeldbrugError):
        open_message(KEY, noise)
