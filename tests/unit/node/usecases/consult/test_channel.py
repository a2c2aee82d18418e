"""What the two ends of a channel believe of each other; its walk through a hall is in test_together."""

from __future__ import annotations

import pytest

from beeldbrug.node.ports.live import Present
from beeldbrug.node.usecases.consult.channel import HEARD_SECONDS, VIEW_BYTES, Channel, tidy_view
from beeldbrug.sealed.live import LIVE_BYTES, new_secret

EXCHANGE, A, B = "e" * 32, "00000001", "00000002"
WHO = Present("aaaa", "dr. Bakker", "clinician", "Neurologie", True, False, "030")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ends(clock: Clock) -> tuple[Channel, Channel]:
    secret = new_secret()
    return Channel(secret, EXCHANGE, A, B, clock), Channel(secret, EXCHANGE, B, A, clock)


def _meet(one: Channel, two: Channel) -> None:
    two.open(one.seal_people([]))
    one.open(two.seal_people([]))


def test_nothing_is_believed_before_both_have_heard_of_each_other(ends: tuple[Channel, Channel]) -> None:
    one, two = ends
    first = two.open(one.seal_people([WHO]))
    assert first is not None
    assert (first.new, first.people, first.view) == (True, None, b"")
    one.open(two.seal_people([]))
    heard = two.open(one.seal_people([WHO]))
    assert heard is not None and heard.people is not None
    assert not heard.new
    assert [(who.name, who.here, who.key) for who in heard.people] == [("dr. Bakker", False, "raaaa")]


def test_a_message_counts_once_and_of_another_parcel_never(ends: tuple[Channel, Channel], clock: Clock) -> None:
    one, two = ends
    _meet(one, two)
    body = one.seal_view("aaaa", b'{"frame":3}')
    assert len(body) == LIVE_BYTES
    assert two.open(body) is not None
    assert two.open(body) is None
    assert two.open(body[:-1] + bytes([body[-1] ^ 1])) is None
    assert Channel(new_secret(), EXCHANGE, B, A, clock).open(one.seal_people([WHO])) is None


def test_a_stream_that_is_silent_for_long_is_no_longer_believed(ends: tuple[Channel, Channel], clock: Clock) -> None:
    one, two = ends
    _meet(one, two)
    clock.now += HEARD_SECONDS + 1
    heard = two.open(one.seal_people([WHO]))  # it has not heard of the other for a minute, and names it no more
    assert heard is not None
    assert heard.people is None


def test_a_view_is_made_anew_and_never_passed_on_as_it_came() -> None:
    assert tidy_view(b' { "frame" : 3, "series": "1.2" } ') == b'{"frame":3,"series":"1.2"}'
    assert tidy_view(b'{"text":"' + b"a" * VIEW_BYTES + b'"}') is None
    for bad in (b"", b"[]", b'"text"', b"{", b"\xff", b'{"a":{"b":{"c":{"d":{"e":{"f":1}}}}}}'):
        assert tidy_view(bad) is None
