"""Text of every specific character set of PS3.3 is decoded, and text that cannot be is told apart."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.charset import convert_encodings, decode_bytes
from pydicom.valuerep import TEXT_VR_DELIMS

from beeldbrug.dicom.charset import character_set
from beeldbrug.dicom.elements import every, parse_header
from beeldbrug.dicom.syntax import TABLE
from beeldbrug.model.errors import BeeldbrugError
from tests.unit.dicom import samples
from tests.unit.dicom.samples import cut_bytes

SINGLE = {
    "ISO_IR 100": ("latin_1", "Müller^Zoë"),
    "ISO_IR 101": ("iso8859_2", "Wałęsa"),
    "ISO_IR 109": ("iso8859_3", "Ħamrun"),
    "ISO_IR 110": ("iso8859_4", "Ķekava"),
    "ISO_IR 144": ("iso8859_5", "Люкceмбypг"),
    "ISO_IR 127": ("iso8859_6", "قباني^لنزار"),
    "ISO_IR 126": ("iso8859_7", "Διονυσιος"),
    "ISO_IR 138": ("iso8859_8", "שרון^דבורה"),
    "ISO_IR 148": ("iso8859_9", "Çavuşoğlu"),
    "ISO_IR 203": ("iso8859_15", "Œuvre €"),
    "ISO_IR 166": ("tis_620", "นามสกุล"),
    "ISO_IR 192": ("utf_8", "Wang^XiaoDong=王^小东"),
    "GB18030": ("gb18030", "Wang^XiaoDong=王^小东"),
    "GBK": ("gbk", "Wang^XiaoDong=王^小东"),
    "ISO_IR 13": ("shift_jis", "ﾔﾏﾀﾞ^ﾀﾛｳ"),
}
EXTENDED = {
    # PS3.5 annex H.3.1, H.3.2, I.2, K.2 and a mixed Greek and Latin one.
    "\\ISO 2022 IR 87": (
        b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
        "Yamada^Tarou=山田^太郎=やまだ^たろう",
    ),
    "ISO 2022 IR 13\\ISO 2022 IR 87": (
        b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J",
        "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
    ),
    "\\ISO 2022 IR 149": (
        b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf",
        "Hong^Gildong=洪^吉洞=홍^길동",
    ),
    "\\ISO 2022 IR 58": (
        b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=",
        "Zhang^XiaoDong=张^小东=",
    ),
    "ISO 2022 IR 100\\ISO 2022 IR 126": (b"M\xfcller \x1b-F\xc4\xe9^Z\xfc", "Müller Δι^Zü"),
    "ISO 2022 IR 100\\ISO 2022 IR 144": (b"\xe9 \x1b-L\xbb\xee\\\xe9", "é Лю\\é"),
    "\\ISO 2022 IR 159": (b"\x1b$(D\x30\x21\x1b(B^A", "丂^A"),
}


@pytest.mark.parametrize("term", SINGLE)
def test_single_set_is_decoded_and_encoded(term: str) -> None:
    codec, text = SINGLE[term]
    charset = character_set(term.encode())
    assert charset.known
    assert charset.decode(text.encode(codec)) == (text, True)
    if term != "ISO_IR 13":
        assert charset.encode(text) == text.encode(codec)
        assert charset.encode("\U0001f600") in (None, "\U0001f600".encode(codec, "ignore"))


@pytest.mark.parametrize("terms", EXTENDED)
def test_code_extensions_are_decoded(terms: str) -> None:
    raw, text = EXTENDED[terms]
    assert character_set(terms.encode()).decode(raw) == (text, True)


@pytest.mark.parametrize(
    ("raw", "codec"), [(b"ISO-IR 100", "latin_1"), (b"ISO IR 192", "utf_8"), (b"iso_ir 100 ", "latin_1")]
)
def test_common_misspellings_are_known(raw: bytes, codec: str) -> None:
    assert character_set(raw).codecs == (codec,)


@pytest.mark.parametrize("path", samples.real_files(), ids=samples.name_of)
def test_all_text_of_real_files_is_what_pydicom_decodes(path: Path) -> None:
    try:
        _, cut = cut_bytes(path.read_bytes(), None)
    except BeeldbrugError:
        return
    if TABLE.get(cut.transfer_syntax) and TABLE[cut.transfer_syntax].deflated:
        return
    parsed = parse_header(cut.header, cut.transfer_syntax, cut.part10)
    raw_set = parsed.raw(0x00080005)
    charset = character_set(raw_set)
    names = [name.strip(" \0") for name in raw_set.decode("latin_1").split("\\")]
    for element in every(parsed.elements):
        if element.vr not in ("PN", "LO", "SH", "ST", "LT", "UT") or element.gap or any(True for _ in element.items):
            continue
        raw = parsed.data[element.value : element.end]
        text, good = charset.decode(raw)
        if not good:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            other = decode_bytes(raw, convert_encodings(names), TEXT_VR_DELIMS | {0x5E, 0x3D})
        # Where pydicom does not know an escape sequence it leaves it in the text.
        assert text == other or "\x1b" in other


@given(st.binary(max_size=60), st.sampled_from([*SINGLE, *EXTENDED, "", "ISO_IR 999", "\\\\", "ISO_IR 192\\GBK"]))
def test_no_bytes_raise(raw: bytes, terms: str) -> None:
    text, _ = character_set(terms.encode()).decode(raw)
    assert isinstance(text, str)


def test_bad_text_is_told_apart() -> None:
    assert character_set(b"ISO_IR 192").decode(b"\xff\xfe") == ("\ufffd\ufffd", False)
    assert character_set(b"").decode(b"M\xfcller") == ("Müller", False)
    assert character_set(b"").decode("Zoë".encode()) == ("Zoë", False)
