"""Live messages: one size, opened by the other end of the parcel only, each once."""

from __future__ import annotations

import pytest

from beeldbrug.model.errors import Conflict, Denied, Malformed, TooLarge
from beeldbrug.sealed.live import LIVE_BYTES, PAYLOAD_BYTES, LiveSealer, new_secret
from beeldbrug.sealed.opening.live import STREAMS, LiveOpener

PARCEL, A, B, C = "a" * 32, "00000001", "00000002", "00000003"
SECRET = new_secret()


def test_every_message_has_one_size_and_opens_at_the_other_end() -> None:
    sealer, opener = LiveSealer(SECRET, PARCEL, A, B), LiveOpener(SECRET, PARCEL, A, B)
    for payload in (b"", b"x", b"\x00" * 9, b"y" * PAYLOAD_BYTES):
        message = sealer.seal(payload)
        assert len(message) == LIVE_BYTES
        assert opener.open(message) == (sealer.stream, payload)


def test_more_than_fits_is_refused() -> None:
    with pytest.raises(TooLarge):
        LiveSealer(SECRET, PARCEL, A, B).seal(b"z" * (PAYLOAD_BYTES + 1))


@pytest.mark.parametrize(
    ("secret", "parcel", "sender", "receiver"),
    [
        (new_secret(), PARCEL, A, B),
        (SECRET, "b" * 32, A, B),
        (SECRET, PARCEL, B, A),
        (SECRET, PARCEL, A, C),
    ],
    ids=["secret", "parcel", "direction", "receiver"],
)
def test_nothing_opens_under_another_secret_parcel_or_direction(
    secret: bytes, parcel: str, sender: str, receiver: str
) -> None:
    message = LiveSealer(SECRET, PARCEL, A, B).seal(b"view")
    with pytest.raises(Denied):
        LiveOpener(secret, parcel, sender, receiver).open(message)


def test_a_message_is_taken_once_and_never_out_of_order() -> None:
    sealer, opener = LiveSealer(SECRET, PARCEL, A, B), LiveOpener(SECRET, PARCEL, A, B)
    first, second = sealer.seal(b"1"), sealer.seal(b"2")
    opener.open(second)
    for again in (second, first):
        with pytest.raises(Conflict):
            opener.open(again)


@pytest.mark.parametrize("place", [0, 5, 20, LIVE_BYTES - 1])
def test_an_altered_message_does_not_open(place: int) -> None:
    message = bytearray(LiveSealer(SECRET, PARCEL, A, B).seal(b"view"))
    message[place] ^= 1
    with pytest.raises((Denied, Malformed)):
        LiveOpener(SECRET, PARCEL, A, B).open(bytes(message))


@pytest.mark.parametrize("length", [0, 1, LIVE_BYTES - 1, LIVE_BYTES + 1])
def test_another_size_is_refused(length: int) -> None:
    with pytest.raises(Malformed):
        LiveOpener(SECRET, PARCEL, A, B).open(b"\x01" * length)


def test_no_two_processes_share_a_key_stream() -> None:
    one, two = (LiveSealer(SECRET, PARCEL, A, B).seal(b"same") for _ in range(2))
    assert one[1:17] != two[1:17]
    assert one[25:] != two[25:]


def test_the_memory_of_streams_is_bounded() -> None:
    opener = LiveOpener(SECRET, PARCEL, A, B)
    for _ in range(STREAMS * 3):
        opener.open(LiveSealer(SECRET, PARCEL, A, B).seal(b"x"))
    assert len(opener._ciphers) == len(opener._last) == STREAMS
