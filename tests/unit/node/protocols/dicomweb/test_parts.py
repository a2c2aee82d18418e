"""Parts are taken out of a stream as they are, however it is cut, and whatever they hold (RFC 2046 section 5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeldbrug.model.errors import Malformed, TooLarge
from beeldbrug.node.protocols.dicomweb.parts import PartLimits, PartReader, boundary_of

B = "grens-1"


@dataclass
class Kept:
    """Every part: headers, bytes, whether it was whole."""

    parts: list[tuple[dict[str, str], bytearray, list[bool]]] = field(default_factory=list)
    longest: int = 0

    def begin(self, headers: Mapping[str, str]) -> None:
        self.parts.append((dict(headers), bytearray(), []))

    def data(self, piece: memoryview) -> None:
        self.longest = max(self.longest, len(piece))
        self.parts[-1][1].extend(piece)

    def end(self) -> None:
        self.parts[-1][2].append(True)

    @property
    def whole(self) -> list[bytes]:
        return [bytes(data) for _, data, ends in self.parts if ends]


def body(*contents: bytes, boundary: str = B, last: bytes = b"--\r\n") -> bytes:
    parts = [b"--%b\r\nContent-Type: application/dicom\r\n\r\n%b\r\n" % (boundary.encode(), one) for one in contents]
    return b"".join([*parts, b"--", boundary.encode(), last])


def read(data: bytes, step: int = 0, limits: PartLimits | None = None, boundary: str = B) -> tuple[Kept, PartReader]:
    kept = Kept()
    reader = PartReader(boundary, kept, limits or PartLimits())
    for start in range(0, len(data), step or max(len(data), 1)):
        reader.feed(data[start : start + (step or len(data))])
    return kept, reader


TRICKY = (
    b"",
    b"\r\n",
    b"x--grens-1",
    b"\r\n--grens-",
    b"\r\n--grens-1x\r\n",
    b"\r\n--grens-1 x",
    b"\r\n--grens-1-\r\n",
    b"\r\r\n--grens-1 \t ?",
    b"\r\n--grens-1" + b" " * 400 + b"\r\n",
    b"a" * 5000 + b"\r\n--grens-12",
)


@pytest.mark.parametrize("step", [0, 1, 2, 3, 7, 64, 1000])
def test_parts_come_out_as_they_went_in_however_the_stream_is_cut(step: int) -> None:
    kept, reader = read(body(*TRICKY), step)
    reader.finish()
    assert kept.whole == list(TRICKY)
    assert {one[0]["content-type"] for one in kept.parts} == {"application/dicom"}


@given(st.lists(st.lists(st.sampled_from([b"\r\n", b"--", b"grens-1", b" ", b"x", b"\r", b"-"]), max_size=12)))
def test_content_that_is_made_of_pieces_of_boundaries_is_content(lists: list[list[bytes]]) -> None:
    contents = [b"".join(one) for one in lists]
    real = (b"\r\n--grens-1--", b"\r\n--grens-1\r\n", b"\r\n--grens-1 \r\n", b"\r\n--grens-1  ")
    contents = [one for one in contents if not any(sign in b"\r\n" + one + b"\r\n" for sign in real)]
    for step in (0, 1, 5):
        kept, reader = read(body(*contents), step) if contents else (Kept(), None)
        if reader is not None:
            reader.finish()
        assert kept.whole == contents


def test_a_body_cut_off_anywhere_never_gives_a_part_that_is_not_whole() -> None:
    contents = [b"een" * 20, b"twee\r\n--grens-1x" * 3, b"drie"]
    data = body(*contents)
    end = data.rindex(b"--grens-1--") + len(b"--grens-1--")
    for length in range(end):
        kept, reader = read(data[:length], 5)
        with pytest.raises(Malformed, match="multipart-truncated"):
            reader.finish()
        assert kept.whole == contents[: len(kept.whole)], length
    read(data[:end])[1].finish()


def test_what_stands_before_the_first_and_behind_the_last_boundary_is_left_out() -> None:
    kept, reader = read(b"to whom it may concern\r\n" + body(b"x") + b"yours", 3)
    reader.finish()
    assert kept.whole == [b"x"]


def test_headers_may_be_folded_or_missing_and_spaces_stand_behind_a_boundary() -> None:
    kept, reader = read(
        b"--grens-1 \t\r\nContent-Type:\r\n application/dicom\r\n\r\na\r\n--grens-1\r\n\r\nb\r\n--grens-1--"
    )
    reader.finish()
    assert [one[0] for one in kept.parts] == [{"content-type": "application/dicom"}, {}]
    assert kept.whole == [b"a", b"b"]


@pytest.mark.parametrize(
    "data",
    [
        b"--grens-1\r\nno colon here\r\n\r\nx",
        b"--grens-1\r\n" + b"x: y\r\n" * 10_000,
        b"nothing of the kind" * 10_000,
        body(b"x") + b"more" * 40_000,
    ],
    ids=["no-colon", "long-headers", "no-boundary", "long-epilogue"],
)
def test_what_is_no_multipart_is_refused_and_not_held(data: bytes) -> None:
    with pytest.raises(Malformed, match="multipart-malformed"):
        read(data, 1000)


def test_more_parts_than_allowed_are_refused() -> None:
    with pytest.raises(TooLarge, match="multipart-too-many"):
        read(body(*[b""] * 11), limits=PartLimits(parts=10))


def test_no_more_than_a_chunk_is_held() -> None:
    kept = Kept()
    reader = PartReader(B, kept, PartLimits())
    reader.feed(b"--grens-1\r\n\r\n")
    for _ in range(50):
        reader.feed(bytes(1000))
        assert len(reader._held) < 2 * len(b"\r\n--grens-1")
    assert kept.longest <= 1100


@pytest.mark.parametrize(
    ("content_type", "found"),
    [
        ('multipart/related; type="application/dicom"; boundary=abc', ("application/dicom", "abc")),
        ('multipart/related; boundary="a b:c"; type=application/DICOM', ("application/dicom", "a b:c")),
        ("multipart/related;boundary=abc", ("", "abc")),
    ],
)
def test_boundary_and_type_are_read(content_type: str, found: tuple[str, str]) -> None:
    assert boundary_of(content_type) == found


@pytest.mark.parametrize("boundary", ["", "x" * 201, '"ends in space "', "a{b"])
def test_a_boundary_that_cannot_be_one_is_refused(boundary: str) -> None:
    with pytest.raises(Malformed, match="multipart-malformed"):
        boundary_of(f"multipart/related; boundary={boundary}")
