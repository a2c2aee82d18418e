"""A report on paper: whole, the same each time, its status on every page, no character lost unseen."""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from beeldbrug.model.report import ReportStatus
from beeldbrug.node.usecases.reports.print import (
    BOLD,
    REGULAR,
    SIZE,
    WORDS,
    Paper,
    _glyphs,
    _replaced,
    printed,
    wrapped,
)
from beeldbrug.node.usecases.sending.enclosing import check_pdf
from tests.unit.node.protocols.hl7.test_oru import ADDRESSED, REPORT

PAPER = Paper("Ziekenhuis B", "nl", ZoneInfo("Europe/Amsterdam"))


def shown(pdf: bytes) -> list[str]:
    """The words of each page, as far as they are ASCII: the rest of the font is subset by reportlab."""
    pages = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            content = zlib.decompress(
                base64.a85decode(stream.strip(), adobe=False) if b"~>" not in stream else _a85(stream)
            )
        except (ValueError, zlib.error):
            continue
        if b"Tj" in content:
            found = re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", content)
            pages.append(" ".join(one.decode("latin-1") for one in found).replace("\\", ""))
    return pages


def _a85(stream: bytes) -> bytes:
    return base64.a85decode(b"<~" + stream.strip(), adobe=True)


def test_patient_hospital_and_report_are_on_it() -> None:
    pdf = printed(replace(REPORT, text="Geen afwijkingen."), ADDRESSED, PAPER)
    check_pdf(pdf)
    page = shown(pdf)[0]
    for words in ("Ziekenhuis B", "Els Maria Vries", "01-02-1970", "7001", "999990019", "B-ACC-9", "Geen afwijkingen."):
        assert words in page
    assert "20-11-2025" in page


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("status", list(ReportStatus))
def test_how_far_it_is_stands_on_every_page(status: ReportStatus, language: str) -> None:
    long = replace(REPORT, status=status, text="\n".join(f"regel {number}" for number in range(150)))
    pages = shown(printed(long, ADDRESSED, replace(PAPER, language=language)))
    assert len(pages) == 4
    for number, page in enumerate(pages, 1):
        assert page.count(WORDS[language][status]) == 2
        assert WORDS[language]["page"].format(page=number, pages=4) in page
        assert "Vries" in page
    assert [sum(f"regel {number} " in f"{page} " for page in pages) for number in range(150)] == [1] * 150


def test_the_same_report_makes_the_same_bytes() -> None:
    assert printed(REPORT, ADDRESSED, PAPER) == printed(REPORT, ADDRESSED, PAPER)


def test_all_of_latin_can_be_printed() -> None:
    letters = [chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x250), *range(0x1E00, 0x1F00))]
    assert {ord(one) for one in letters} <= _glyphs()
    assert _replaced("Ij\u0301") == "Ij\u0301" if ord("\u0301") in _glyphs() else True
    assert _replaced("e\u0301") == "é"


def test_what_the_font_lacks_stands_there_by_its_number_and_that_is_said() -> None:
    assert _replaced("a→b") == "a[U+2192]b"
    assert "[U+....]" in shown(printed(replace(REPORT, text="a→b"), ADDRESSED, PAPER))[0]
    assert "[U+....]" not in shown(printed(replace(REPORT, text="ab"), ADDRESSED, PAPER))[0]


def test_lines_that_are_too_long_are_broken_and_nothing_of_them_is_lost() -> None:
    for text in ("woord " * 80, "x" * 500, "    ingesprongen " + "lang" * 60, ""):
        lines = wrapped(text, REGULAR, SIZE, 480)
        assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(line.startswith("  ") for line in wrapped("  a" + " b" * 300, BOLD, SIZE, 200))


def test_no_script_nor_link_is_in_it() -> None:
    pdf = printed(replace(REPORT, text="<a href='x'>javascript:alert(1)</a>"), ADDRESSED, PAPER)
    for mark in (b"/JavaScript", b"/JS", b"/URI", b"/Launch", b"/OpenAction", b"/EmbeddedFile"):
        assert mark not in pdf


def test_roboto_alone_is_in_it() -> None:
    fonts = re.findall(rb"/FontName\s*/(?:[A-Z0-9]+\+)?([A-Za-z-]+)", printed(REPORT, ADDRESSED, PAPER))
    assert fonts and {name.decode() for name in fonts} <= {"Roboto-Regular", "Roboto-Bold", "Roboto"}
