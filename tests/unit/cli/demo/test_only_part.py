"""The one part of a multipart answer comes whole whatever the pieces, and no more of it is held than a piece."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beeldbrug.cli.demo.viewer import only_part
from beeldbrug.model.errors import Malformed

TYPE = 'multipart/related; type="application/dicom"; boundary="abc-1"'


def pieces(content: bytes, size: int) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


@settings(deadline=None)
@given(st.binary(max_size=3000), st.integers(1, 500), st.sampled_from([b"\r\n", b"", b"\r\n \r\n"]))
def test_the_part_comes_whole(content: bytes, size: int, end: bytes) -> None:
    content = content.replace(b"--abc-1", b"")
    body = b"--abc-1\r\nContent-Type: application/dicom\r\n\r\n" + content + b"\r\n--abc-1--" + end
    assert b"".join(only_part(TYPE, pieces(body, size))) == content


def test_a_body_that_is_no_multipart_is_given_as_it_is() -> None:
    assert b"".join(only_part("application/dicom", [b"a", b"b"])) == b"ab"


@pytest.mark.parametrize(
    "body", [b"", b"--abc-1\r\nno end of head", b"--abc-1\r\n\r\ncut off", b"--abc-1\r\n" + bytes(100_000)]
)
def test_what_breaks_the_form_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        list(only_part(TYPE, pieces(body, 1000)))


def test_a_large_part_is_never_held() -> None:
    largest = 0

    def chunks() -> Iterable[bytes]:
        yield b"--abc-1\r\n\r\n"
        for _ in range(100):
            yield bytes(10_000)
        yield b"\r\n--abc-1--\r\n"

    for piece in only_part(TYPE, chunks()):
        largest = max(largest, len(piece))
    assert largest <= 20_000
