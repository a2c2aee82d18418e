"""Metadata as DICOM JSON says what the dataset says, in UTF-8, and says where long values are."""

from __future__ import annotations

import json
import math
import struct
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from beeldbrug.dicom.cut import Cut
from beeldbrug.dicom.json_model import bulk_value, path_text, read_path, to_json
from beeldbrug.dicom.syntax import transfer_syntax
from beeldbrug.model.errors import BeeldbrugError, NotFound
from tests.unit.dicom import samples
from tests.unit.dicom.samples import BIG, EXPLICIT, cut_bytes, dataset, element, image, item, open_element, text


def _json(cut: Cut) -> dict[str, Any]:
    result = to_json(cut.header, cut.transfer_syntax, cut.part10, lambda path: "bulk/" + path_text(path))
    json.loads(json.dumps(result, allow_nan=False))
    return result


def _simple(value: Any) -> Any:
    """One value in a form in which the two writers agree: numbers as floats, empty as None."""
    if isinstance(value, dict):
        return {name: group.rstrip(" ") for name, group in value.items() if group} or None
    if isinstance(value, int | float):
        return round(float(value), 6)
    if isinstance(value, str):
        return value.strip(" \0").replace("\r", "") or None
    return value


def _compare(ours: dict[str, Any], other: Dataset) -> int:
    compared = 0
    for each in other:
        tag = f"{int(each.tag):08X}"
        if each.tag.element == 0 or each.VR in ("UN", "SQ", "OB", "OW", "OF", "OD", "AT") or tag == "00080005":
            continue
        mine = ours[tag]
        if "BulkDataURI" in mine or "InlineBinary" in mine or mine["vr"] != each.VR:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                theirs = each.to_json_dict(None, 0).get("Value", [])
            except ValueError:
                continue  # a number that is none: pydicom raises, we give the string
        if "\\u001b" in json.dumps(theirs) or (each.VR == "CS" and not str(theirs).isascii()):
            continue  # text that pydicom does not decode
        a, b = [_simple(value) for value in mine.get("Value", [])], [_simple(value) for value in theirs]
        if b == [None] or (len(b) == 1 and b[0] is None):
            b = []
        assert a == b, tag
        compared += 1
    return compared


@pytest.mark.parametrize("path", samples.real_files(), ids=samples.name_of)
def test_values_of_real_files_are_those_of_pydicom(path: Path) -> None:
    try:
        _, cut = cut_bytes(path.read_bytes(), None)
    except BeeldbrugError:
        return
    ours = _json(cut)
    if transfer_syntax(cut.transfer_syntax).deflated:
        return
    if cut.index.problems:
        return
    assert _compare(ours, samples.read_quietly(path)) > 5


def _of(*elements: bytes, syntax: str = EXPLICIT) -> dict[str, Any]:
    found = {int.from_bytes(each[:2], "little") << 16 | int.from_bytes(each[2:4], "little"): each for each in elements}
    return _json(cut_bytes(dataset(found), syntax)[1])


def test_text_is_utf_8_whatever_the_character_set() -> None:
    result = _of(
        text(0x00080005, "CS", "ISO_IR 100"),
        text(0x00100010, "PN", "Müller^Zoë=X=Y"),
        open_element(0x00400275, "SQ", item(text(0x00400007, "LO", "Schädel\\ "))),
    )
    assert result["00080005"] == {"vr": "CS", "Value": ["ISO_IR 192"]}
    assert result["00100010"]["Value"] == [{"Alphabetic": "Müller^Zoë", "Ideographic": "X", "Phonetic": "Y"}]
    assert result["00400275"]["Value"] == [{"00400007": {"vr": "LO", "Value": ["Schädel", None]}}]


def test_numbers_tags_and_empties_have_their_forms() -> None:
    result = _of(
        text(0x00200013, "IS", "7"),
        text(0x00181041, "DS", "1.5\\x"),
        element(0x00280009, "AT", struct.pack("<HH", 0x0018, 0x1063)),
        text(0x00080050, "SH", ""),
        element(0x00189087, "FD", struct.pack("<2d", math.inf, 0.5)),
        element(0x00280106, "SS", struct.pack("<h", -5)),
        element(0x00080000, "UL", bytes(4)),
    )
    assert result["00200013"] == {"vr": "IS", "Value": [7]}
    assert result["00181041"] == {"vr": "DS", "Value": [1.5, "x"]}
    assert result["00280009"] == {"vr": "AT", "Value": ["00181063"]}
    assert result["00080050"] == {"vr": "SH"}
    assert result["00189087"]["Value"] == ["inf", 0.5]
    assert result["00280106"]["Value"] == [-5]
    assert "00080000" not in result


def test_binary_is_inline_when_short_and_a_uri_when_long_or_in_a_piece() -> None:
    nested = open_element(0x00400275, "SQ", item(element(0x00420011, "OB", bytes(70_000)), False))
    data = dataset(
        {
            0x00091010: element(0x00091010, "OB", b"abcd"),
            0x00091011: element(0x00091011, "OB", b"x" * 2000),
            0x00400275: nested,
            **image(4, 4, 16, 1, bytes(32)),
        }
    )
    _, cut = cut_bytes(data, EXPLICIT)
    result = _json(cut)
    assert result["00091010"] == {"vr": "OB", "InlineBinary": "YWJjZA=="}
    assert result["00091011"] == {"vr": "OB", "BulkDataURI": "bulk/00091011"}
    assert result["7FE00010"] == {"vr": "OW", "BulkDataURI": "bulk/7FE00010"}
    inner = result["00400275"]["Value"][0]["00420011"]
    assert inner == {"vr": "OB", "BulkDataURI": "bulk/00400275/0/00420011"}
    assert bulk_value(cut.header, EXPLICIT, False, (0x00091011,)) == b"x" * 2000
    assert bulk_value(cut.header, EXPLICIT, False, read_path("00400275/0/00420011")) == 0
    assert bulk_value(cut.header, EXPLICIT, False, (0x7FE00010,)) == 1
    for path in ((0x00091012,), (0x00400275, 1, 0x00420011), (0x00400275, 0)):
        with pytest.raises(NotFound):
            bulk_value(cut.header, EXPLICIT, False, path)


def test_big_endian_words_become_little_endian() -> None:
    elements = [
        element(tag, vr, value, ">")
        for tag, vr, value in (
            (0x00080016, "UI", b"1.2\0"),
            (0x00080018, "UI", b"1.2\0"),
            (0x00091010, "OW", b"\1\2\3\4"),
            (0x0020000D, "UI", b"1.2\0"),
            (0x0020000E, "UI", b"1.2\0"),
            (0x00280010, "US", b"\2\0"),
        )
    ]
    _, cut = cut_bytes(b"".join(elements), BIG, strict=True)
    result = _json(cut)
    assert result["00091010"]["InlineBinary"] == "AgEEAw=="
    assert result["00280010"]["Value"] == [512]


def test_implicit_attributes_get_the_vr_of_the_dictionary() -> None:
    plain = [(0x00080018, b"1.2\0"), (0x0020000D, b"1.2\0"), (0x0020000E, b"1.2\0"), (0x00280103, b"\1\0")]
    plain += [(0x00280106, b"\xfe\xff"), (0x00290010, b"SIEMENS CSA HEADER"), (0x00291008, b"IMAGE NUM 4 ")]
    data = b"".join(struct.pack("<HHI", tag >> 16, tag & 0xFFFF, len(value)) + value for tag, value in plain)
    result = _json(cut_bytes(data, samples.IMPLICIT, strict=True)[1])
    assert result["00280106"] == {"vr": "SS", "Value": [-2]}
    assert result["00290010"] == {"vr": "LO", "Value": ["SIEMENS CSA HEADER"]}
    assert result["00291008"] == {"vr": "CS", "Value": ["IMAGE NUM 4"]}


@pytest.mark.parametrize("path", ["", "x", "00100010/", "00100010/0", "00100010/a/00100010", "../00100010", "1/2/3"])
def test_path_that_is_none_is_not_found(path: str) -> None:
    with pytest.raises(NotFound):
        read_path(path)


@given(st.binary(max_size=400), st.sampled_from([EXPLICIT, samples.IMPLICIT, BIG, samples.DEFLATED, samples.PRIVATE]))
def test_no_header_raises(data: bytes, syntax: str) -> None:
    for header in (data, dataset() + data):
        result = to_json(header, syntax, False, path_text)
        json.dumps(result, allow_nan=False)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("open_", [True, False])
def test_what_stands_behind_a_long_value_in_an_item_stays_in_it(open_: bool, whole: bool) -> None:
    within = item(element(0x00420011, "OB", bytes(70_000)) + text(0x00420012, "LO", "inside"), whole)
    nested = open_element(0x00400275, "SQ", within) if open_ else element(0x00400275, "SQ", within)
    result = _json(cut_bytes(dataset({0x00400275: nested, 0x00400280: text(0x00400280, "ST", "after")}), EXPLICIT)[1])
    assert result["00400275"]["Value"][0]["00420012"]["Value"] == ["inside"]
    assert result["00400280"]["Value"] == ["after"]
    assert "00420012" not in result


def test_sequence_that_is_broken_inside_does_not_hide_what_follows() -> None:
    data = dataset({0x00080051: element(0x00080051, "SQ", item(b"\x08\x00junk junk"))})
    result = _json(cut_bytes(data, EXPLICIT, strict=True)[1])
    assert result["00080051"] == {"vr": "SQ"}
    assert result["00100020"]["Value"] == ["999990019"]
