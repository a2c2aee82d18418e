"""Text of DICOM JSON is what the other writer says, also where headers resemble each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeldbrug.dicom import json_text
from beeldbrug.dicom.json_model import path_text, to_json
from beeldbrug.dicom.json_text import JsonTexts, object_text
from beeldbrug.model.errors import BeeldbrugError
from tests.unit.dicom import samples
from tests.unit.dicom.samples import (
    BIG,
    DEFLATED,
    EXPLICIT,
    IMPLICIT,
    PRIVATE,
    cut_bytes,
    dataset,
    element,
    item,
    open_element,
    text,
)

KEPT = JsonTexts()
"""Over all cases of this file: what one leaves behind must not show in another."""


def _said(texts: JsonTexts, header: bytes, syntax: str, part10: bool, base: str = "") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(object_text([*texts.members(header, syntax, part10, _uri(base)).values()]))
    return found


def _uri(base: str) -> Any:
    return lambda path: base + path_text(path)


def _same(texts: JsonTexts, header: bytes, syntax: str, part10: bool) -> None:
    for base in ("a/", "b/"):
        found = _said(texts, header, syntax, part10, base)
        assert found == to_json(header, syntax, part10, _uri(base))
        assert list(found) == sorted(found)


@pytest.mark.parametrize("path", samples.real_files(), ids=samples.name_of)
def test_headers_of_real_files_say_the_same(path: Path) -> None:
    try:
        _, cut = cut_bytes(path.read_bytes(), None)
    except BeeldbrugError:
        return
    _same(KEPT, cut.header, cut.transfer_syntax, cut.part10)
    _same(KEPT, cut.header[: len(cut.header) * 2 // 3], cut.transfer_syntax, cut.part10)


@given(
    st.lists(st.binary(max_size=60), min_size=1, max_size=6),
    st.sampled_from([EXPLICIT, IMPLICIT, BIG, DEFLATED, PRIVATE]),
)
def test_no_header_raises_and_all_say_the_same(parts: list[bytes], syntax: str) -> None:
    texts = JsonTexts()
    for end in range(len(parts) + 1):
        for header in (b"".join(parts[:end]), dataset() + b"".join(parts[:end])):
            _same(texts, header, syntax, False)


PIECES = (
    text(0x00080005, "CS", "ISO_IR 100"),
    text(0x00080005, "CS", "ISO_IR 192"),
    text(0x00100010, "PN", "Müller^Zoë"),
    text(0x00100010, "PN", "Jansen^Piet"),
    text(0x00090010, "LO", "SIEMENS CSA HEADER"),
    text(0x00090010, "LO", "GEMS_IDEN_01"),
    element(0x00091001, "UN", b"1 \x002"),
    element(0x00091002, "UN", b"SHORT "),
    element(0x00280103, "US", b"\1\0"),
    element(0x00280103, "US", b"\0\0"),
    element(0x00280106, "UN", b"\xfe\xff"),
    open_element(0x00400275, "SQ", item(text(0x00400007, "LO", "Schädel"))),
    open_element(0x00400275, "SQ", item(text(0x00400007, "LO", "Knie"), False)),
    open_element(0x00400275, "SQ", item(element(0x00420011, "OB", bytes(70_000)), False)),
    element(0x00080051, "SQ", item(b"\x08\x00junk junk")),
    element(0x00291008, "OB", bytes(2000)),
    element(0x00291009, "OW", bytes(70_000)),
    element(0xFFFEE00D, "  ", b""),
    element(0x00080000, "UL", bytes(4)),
    b"\x08\x00\x18\x00UI",
)


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=8), min_size=2, max_size=5))
def test_what_was_written_before_says_nothing_else_in_another_header(headers: list[list[bytes]]) -> None:
    texts = JsonTexts()
    for pieces in headers:
        try:
            _, cut = cut_bytes(dataset() + b"".join(pieces), EXPLICIT)
            header = cut.header
        except BeeldbrugError:
            header = b"".join(pieces)
        _same(texts, header, EXPLICIT, False)


def test_what_means_another_thing_by_what_stands_before_it_is_written_anew() -> None:
    texts = JsonTexts()
    values = element(0x00291001, "UN", b"1 ") + element(0x00291002, "UN", b"2 ") + element(0x00291003, "UN", b"3 ")
    said = []
    for creator in ("CARDIO-D.R. 1.0", "CARDIO-D.R. 1.0", "MMCPrivate", "MMCPrivate", "CARDIO-D.R. 1.0", "MMCPrivate"):
        header = dataset() + text(0x00290010, "LO", creator) + values
        _same(texts, header, EXPLICIT, False)
        said.append(_said(texts, header, EXPLICIT, False)["00291001"]["vr"])
    assert said == ["US", "US", "IS", "IS", "US", "IS"]


def test_a_sequence_that_ended_with_the_header_goes_on_in_another() -> None:
    texts = JsonTexts()
    begun = dataset() + open_element(0x00400275, "SQ", item(text(0x00400007, "LO", "Knie")))[:-8]
    for header in (begun, begun + item(text(0x00400007, "LO", "Arm")), begun):
        _same(texts, header, EXPLICIT, False)
    assert len(_said(texts, begun, EXPLICIT, False)["00400275"]["Value"]) == 1


def test_an_attribute_that_was_written_is_not_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    real = JsonTexts.keep

    def counted(texts: JsonTexts, kept: Any, key: Any, text: bytes, found: bytes) -> None:
        written.append(int(found[1:9], 16))
        real(texts, kept, key, text, found)

    monkeypatch.setattr(JsonTexts, "keep", counted)
    nested = open_element(0x00400275, "SQ", item(text(0x00400007, "LO", "Knie"), False))
    headers = [
        dataset(
            {0x00200013: text(0x00200013, "IS", number), 0x00400275: nested, 0x00400280: text(0x00400280, "ST", "x")}
        )
        for number in "1234"
    ]
    texts = JsonTexts()
    for number, header in enumerate(headers, 1):
        written.clear()
        assert _said(texts, header, EXPLICIT, False)["00200013"]["Value"] == [number]
        assert len(written) > 4 if number == 1 else written == [0x00200013]


def test_what_is_kept_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "KEPT_BYTES", 100_000)
    texts = JsonTexts()
    for number in range(50):
        _same(texts, dataset({0x00400280: text(0x00400280, "ST", f"{number} " + "x" * 20_000)}), EXPLICIT, False)
        assert texts._held < 100_000 + 3 * 20_000
