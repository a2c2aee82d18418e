"""The search for leaks finds a value however it is written, wherever it stands, and tells a text from chance."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from beeldbrug.cli.prove.leaks.forms import written_forms
from beeldbrug.cli.prove.leaks.search import CHUNK_BYTES, Haystack, Hit, Search, is_plain

NAME = "Zweldrinvox"
ACCENTED = "Zweldrïnvóx"
NUMBER = "4501187"


def hits(value: str, data: bytes, haystack: Haystack = Haystack.TEXT) -> list[Hit]:
    return list(Search([value]).find(data, haystack))


@pytest.mark.parametrize("value", [NAME, ACCENTED, NUMBER, "Öztürk", "1.2.826.0.1.3680043.8.498.1"])
def test_every_written_form_is_found(value: str) -> None:
    for form, contents in written_forms(value).items():
        for content in contents:
            found = hits(value, b"{ " + content + b" }")
            assert any(not hit.by_chance and hit.offset == 2 for hit in found), form


@pytest.mark.parametrize("before", range(6))
def test_base64_is_found_wherever_the_value_stands_in_the_text(before: int) -> None:
    text = base64.b64encode(b"x" * before + NAME.encode() + b"and more")
    assert any(hit.form == "base64" for hit in hits(NAME, text))


@pytest.mark.parametrize("at", [0, 1, CHUNK_BYTES - 5, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 3])
def test_a_value_across_the_border_of_two_chunks_is_found_once(at: int) -> None:
    data = bytes(at) + NAME.encode() + bytes(100)
    for step in (len(data), 1000_003, 7 * 4096):
        chunks = [data[start : start + step] for start in range(0, len(data), step)]
        found = {hit.offset for hit in Search([NAME]).find_in(chunks, Haystack.SEALED)}
        assert found == {at}


def test_tiny_chunks_hide_nothing() -> None:
    data = b"...." + NAME.encode() + b"...."
    chunks = [data[start : start + 1] for start in range(len(data))]
    assert {hit.offset for hit in Search([NAME]).find_in(chunks, Haystack.TEXT)} == {4}


def test_another_value_is_not_found() -> None:
    assert hits(NAME, b"Zweldrinvo and Zweldrin vox") == []


def test_digits_inside_a_hash_are_chance_and_digits_by_themselves_are_not() -> None:
    in_hash = hits(NUMBER, b'"hash": "0ab34501187ffe0912ddab34c1dd"')
    alone = hits(NUMBER, b'"patient": "4501187"')
    assert [hit.by_chance for hit in in_hash] == [True] * len(in_hash)
    assert in_hash
    assert any(not hit.by_chance for hit in alone)


def test_digits_of_a_longer_number_are_chance() -> None:
    assert all(hit.by_chance for hit in hits(NUMBER, b"expires 94501187.25"))


def test_a_dark_grey_is_no_number_and_a_number_in_a_dark_picture_is() -> None:
    grey = bytes([0x35, 0x33, 0x36]) * 10 + NUMBER.encode() + bytes([0x34, 0x36, 0x35]) * 10
    black = bytes(60) + NUMBER.encode() + bytes(60)
    assert all(hit.by_chance for hit in hits(NUMBER, grey, Haystack.PIXELS))
    assert any(not hit.by_chance for hit in hits(NUMBER, black, Haystack.PIXELS))


def test_text_in_samples_of_sixteen_bits_is_found() -> None:
    for order in ("<u2", ">u2"):
        samples = np.zeros(400, dtype=order)
        samples[200 : 200 + len(NUMBER)] = [ord(one) for one in NUMBER]
        assert any(not hit.by_chance for hit in hits(NUMBER, samples.tobytes(), Haystack.PIXELS))


def test_a_ramp_is_no_number() -> None:
    assert is_plain("123456")
    assert hits("123456", bytes(range(256)), Haystack.PIXELS) == []


def test_random_bytes_hold_nothing() -> None:
    data = np.random.default_rng(1).integers(0, 256, 8_000_000, dtype=np.uint8).tobytes()
    values = [f"{number:07d}" for number in range(1_000_000, 1_000_400)] + [NAME, "Bakker"]
    assert list(Search(values).find(data, Haystack.SEALED)) == []
