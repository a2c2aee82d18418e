"""Frames come out whole however the bytes come in, and memory does not grow with what is sent."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beeldbrug.model.errors import Malformed, TooLarge
from beeldbrug.node.protocols.hl7.limits import Limits
from beeldbrug.node.protocols.hl7.mllp import END, HEAD_BYTES, START, Frame, Framer

LIMITS = Limits(message_bytes=8000, most_bytes=50_000)
TEXT = st.binary(max_size=200).filter(lambda one: START not in one and END not in one and not one.endswith(b"\x1c"))


@settings(max_examples=60)
@given(messages=st.lists(TEXT, max_size=5), cuts=st.lists(st.integers(1, 50), min_size=1, max_size=20))
def test_messages_come_out_as_they_went_in_however_they_are_cut(messages: list[bytes], cuts: list[int]) -> None:
    stream = b"\r\n".join(START + one + END for one in messages)
    framer, found, at = Framer(LIMITS), [], 0
    while at < len(stream):
        size = cuts[at % len(cuts)]
        found += framer.feed(stream[at : at + size])
        at += size
    assert found == [Frame(one) for one in messages] and not framer.pending


@pytest.mark.parametrize("size", [1, 1000, 20_000])
def test_of_a_message_over_the_limit_the_head_is_kept_and_the_next_one_comes(size: int) -> None:
    long, framer, found = b"MSH|" + b"x" * 20_000, Framer(LIMITS), []
    stream = START + long + END + START + b"next" + END
    for at in range(0, len(stream), size):
        found += framer.feed(stream[at : at + size])
        assert len(framer._held) <= LIMITS.message_bytes + size
    assert found == [Frame(long[:HEAD_BYTES], whole=False), Frame(b"next")]


def test_a_message_without_end_is_not_waited_for() -> None:
    framer = Framer(LIMITS)
    framer.feed(START)
    with pytest.raises(TooLarge):
        for _ in range(60):
            framer.feed(b"x" * 1000)


def test_a_message_begun_anew_drops_the_half_one() -> None:
    assert Framer(LIMITS).feed(START + b"half" + START + b"whole" + END) == [Frame(b"whole", halves=1)]


@pytest.mark.parametrize("noise", [b"MSH|", b"\x00", b"\r\n GET / HTTP/1.1\r\n", b"\x16\x03\x01"])
def test_what_is_no_frame_is_refused(noise: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        Framer(LIMITS).feed(noise)
    assert refused.value.code == "hl7-not-mllp"
