"""Promises of the sealing side of RFC 8188."""

from __future__ import annotations

import base64
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beeldbrug.model.errors import Conflict, Malformed
from beeldbrug.sealed.message import MessageSealer, seal_message, sealed_length
from beeldbrug.sealed.opening.message import open_message


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_rfc_8188_section_3_1_is_sealed_to_the_byte() -> None:
    sealed = decoded("I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg")
    key, salt = decoded("yqdlZ-tYemfogSmv7Ws5PQ"), decoded("I1BsxtFttlv3u_Oo94xnmw")
    assert seal_message(key, salt, 4096, b"I am the walrus") == sealed
    assert open_message(key, sealed) == b"I am the walrus"


def test_rfc_8188_section_3_2_with_two_padded_records_opens() -> None:
    sealed = decoded(
        "uNCkWiNYzKTnBN9ji3-qWAAAABkCYTHOG8chz_gnvgOqdGYovxyjuqRyJFjEDyoF1Fvkj6hQPdPHI51OEUKEpgz3SsLWIqS_uA"
    )
    assert open_message(decoded("BO3ZVPxUlnLORbVGMpbT1Q"), sealed) == b"I am the walrus"


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_size_record_size_and_chunking_opens_to_what_was_sealed(data: st.DataObject) -> None:
    record_size = data.draw(st.sampled_from([18, 19, 33, 64, 100, 1000]))
    plain = data.draw(st.binary(max_size=400))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(plain)), max_size=6)))
    key_id = data.draw(st.binary(max_size=5))
    key, salt = os.urandom(16), os.urandom(16)
    sealer = MessageSealer(key, salt, record_size, key_id)
    sealed = bytearray()
    for start, end in zip([0, *cuts], [*cuts, len(plain)], strict=True):
        for piece in sealer.update(memoryview(plain)[start:end]):
            sealed += piece
    for piece in sealer.finish():
        sealed += piece
    assert bytes(sealed) == seal_message(key, salt, record_size, plain, key_id)
    assert len(sealed) == sealer.sealed_length == sealed_length(len(plain), record_size, len(key_id))
    assert sealer.length == len(plain)
    assert open_message(key, sealed) == plain


def test_the_last_full_record_is_marked_as_the_last() -> None:
    key, salt = os.urandom(16), os.urandom(16)
    for length in (0, 46, 47, 48, 93, 94, 95):
        sealed = seal_message(key, salt, 64, bytes(length))
        assert len(sealed) == sealed_length(length, 64) == 21 + length + 17 * max(1, -(-length // 47))
        assert open_message(key, sealed) == bytes(length)


def test_plain_bytes_that_look_like_delimiters_and_padding_come_back() -> None:
    key = os.urandom(16)
    for plain in (b"\x00" * 47, b"\x01" * 47, b"\x02\x00\x00", b"\x00", b"\x02" * 95):
        assert open_message(key, seal_message(key, os.urandom(16), 64, plain)) == plain


def test_an_ended_message_takes_no_more() -> None:
    sealer = MessageSealer(bytes(16), bytes(16), 64)
    sealer.finish()
    with pytest.raises(Conflict, match="message-ended"):
        sealer.update(b"x")
    with pytest.raises(Conflict, match="message-ended"):
        sealer.finish()


@pytest.mark.parametrize(("key", "salt", "size"), [(15, 16, 64), (16, 15, 64), (16, 16, 17), (16, 16, 2**32)])
def test_parameters_that_the_rfc_forbids_are_refused(key: int, salt: int, size: int) -> None:
    with pytest.raises(Malformed, match="message-parameters"):
        MessageSealer(bytes(key), bytes(salt), size)
