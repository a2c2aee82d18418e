"""A report on paper: A4 pages with the hospital's and the patient's heading, and how far the report is on every page.

Made by reportlab with Roboto (all of Latin, Greek, Cyrillic), both inside the file. The same report makes the same
bytes. A character that the font lacks stands there by its number, and a line under the text says so: nothing is left
out unseen. No script, no links, nothing fetched.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any, Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics, ttfonts
from reportlab.pdfgen import canvas as drawing

from beeldbrug.dicom.content_tree import spoken
from beeldbrug.model.report import Report, ReportStatus
from beeldbrug.node.ports.report_delivery import Addressed

_drawing: Any = drawing
_metrics: Any = pdfmetrics
_ttfonts: Any = ttfonts

REGULAR, BOLD = "Roboto-Regular", "Roboto-Bold"
WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP, BOTTOM = 20 * mm, WIDTH - 20 * mm, HEIGHT - 18 * mm, 20 * mm
SIZE, LEADING = 10.0, 14.0
_TITLE, _SMALL = 14.0, 8.5

WORDS: Final[dict[str, dict[str, str]]] = {
    "nl": {
        "report": "Verslag",
        "patient": "Patiënt",
        "born": "Geboren",
        "number": "Patiëntnummer",
        "bsn": "BSN",
        "study": "Onderzoek",
        "studied": "Onderzoeksdatum",
        "accession": "Accessienummer",
        "sender": "Verslag van",
        "author": "Verslaglegger",
        "verifier": "Geautoriseerd door",
        "written": "Gemaakt op",
        "page": "Bladzijde {page} van {pages}",
        "missing": "Tekens die hier niet te drukken zijn, staan er met hun Unicodenummer: [U+....].",
        "document": "Het verslag is een PDF-document dat hierbij hoort.",
        ReportStatus.PRELIMINARY: "VOORLOPIG VERSLAG",
        ReportStatus.FINAL: "Definitief verslag",
        ReportStatus.CORRECTED: "GECORRIGEERD VERSLAG - vervangt eerdere versies",
        ReportStatus.CANCELLED: "INGETROKKEN VERSLAG - niet gebruiken",
    },
    "en": {
        "report": "Report",
        "patient": "Patient",
        "born": "Born",
        "number": "Patient number",
        "bsn": "Citizen number (BSN)",
        "study": "Examination",
        "studied": "Date of examination",
        "accession": "Accession number",
        "sender": "Report of",
        "author": "Written by",
        "verifier": "Verified by",
        "written": "Made on",
        "page": "Page {page} of {pages}",
        "missing": "Characters that cannot be printed here are given by their Unicode number: [U+....].",
        "document": "The report is a PDF document that belongs to this.",
        ReportStatus.PRELIMINARY: "PRELIMINARY REPORT",
        ReportStatus.FINAL: "Final report",
        ReportStatus.CORRECTED: "CORRECTED REPORT - replaces earlier versions",
        ReportStatus.CANCELLED: "WITHDRAWN REPORT - do not use",
    },
}


@dataclass(frozen=True, slots=True)
class Paper:
    """Whose paper it is: the own hospital's name, the language (nl, en), the zone of its clocks."""

    hospital: str
    language: str
    zone: tzinfo


def printed(report: Report, addressed: Addressed, paper: Paper) -> bytes:
    """The PDF. What is preliminary, corrected or withdrawn says so at the head of every page."""
    words = WORDS[paper.language]
    canvas = _canvas(words["report"])
    sheet = _Sheet(canvas, report, addressed, paper, words)
    lines = list(_body(report, words))
    if any(_replaced(text) != text for text, _ in lines):
        lines += [("", REGULAR), (words["missing"], REGULAR)]
    pages = _pages(sheet, lines)
    for number, page in enumerate(pages, 1):
        sheet.draw(page, number, len(pages))
    canvas.save()
    made: bytes = canvas.buffer.getvalue()
    return made


def _canvas(title: str) -> Any:
    _fonts()
    buffer = BytesIO()
    canvas: Any = _drawing.Canvas(buffer, pagesize=A4, invariant=1, pageCompression=1)
    canvas.buffer = buffer
    canvas.setTitle(title)
    canvas.setCreator("Beeldbrug")
    return canvas


@cache
def _fonts() -> None:
    for name in (REGULAR, BOLD):
        _metrics.registerFont(
            _ttfonts.TTFont(name, BytesIO(files("font_roboto").joinpath(f"files/{name}.ttf").read_bytes()))
        )


@cache
def _glyphs() -> frozenset[int]:
    _fonts()
    return frozenset(_metrics.getFont(REGULAR).face.charToGlyph)


def _replaced(text: str) -> str:
    """Composed (NFC), tabs as blanks, and what the font lacks by its number."""
    plain = unicodedata.normalize("NFC", text).replace("\t", "    ")
    known = _glyphs()
    return "".join(char if ord(char) in known else f"[U+{ord(char):04X}]" for char in plain)


def _body(report: Report, words: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Lines of the report and their font."""
    if report.title:
        yield report.title, BOLD
        yield "", REGULAR
    for line in report.text.split("\n") if report.text else []:
        yield line, REGULAR
    if report.document and not report.text:
        yield words["document"], REGULAR


def wrapped(text: str, font: str, size: float, width: float) -> list[str]:
    """Text in lines that fit, at blanks where it can; what stands before the first word stays before each line."""
    plain = _replaced(text)
    indent = plain[: len(plain) - len(plain.lstrip(" "))][:20]
    room = width - _width(indent, font, size)
    lines, line = [], ""
    for word in plain.split():
        for part in _parts(word, font, size, room):
            longer = f"{line} {part}" if line else part
            if line and _width(longer, font, size) > room:
                lines.append(indent + line)
                longer = part
            line = longer
    return [*lines, indent + line] if line or not lines else lines


def _width(text: str, font: str, size: float) -> float:
    return float(_metrics.stringWidth(text, font, size))


def _parts(word: str, font: str, size: float, room: float) -> Iterator[str]:
    """A word that is longer than a line, in pieces."""
    start = 0
    for end in range(1, len(word) + 1):
        if end - start > 1 and _width(word[start:end], font, size) > room:
            yield word[start : end - 1]
            start = end - 1
    yield word[start:]


Line = tuple[str, str]


def _pages(sheet: _Sheet, lines: list[Line]) -> list[list[Line]]:
    pages: list[list[Line]] = [[]]
    for text, font in lines:
        for one in wrapped(text, font, SIZE, RIGHT - LEFT):
            if len(pages[-1]) >= sheet.room(len(pages) == 1):
                pages.append([])
            pages[-1].append((one, font))
    return pages


class _Sheet:
    """Draws pages."""

    def __init__(self, canvas: Any, report: Report, addressed: Addressed, paper: Paper, words: dict[str, str]) -> None:
        self._canvas = canvas
        self._status = words[report.status]
        self._marked = report.status is not ReportStatus.FINAL
        self._paper = paper
        self._words = words
        self._heading = list(_heading(report, addressed, paper, words))
        self._short = _short(addressed, words)

    def room(self, first: bool) -> int:
        """Lines that fit on a page."""
        return max(1, int((self._top(first) - BOTTOM) / LEADING))

    def _top(self, first: bool) -> float:
        rows = (len(self._heading) + 1) // 2 if first else 0
        return TOP - 34 - (rows * 13 if first else 14) - 18

    def draw(self, page: list[Line], number: int, pages: int) -> None:
        """One page."""
        canvas = self._canvas
        self._text(LEFT, TOP, self._paper.hospital, BOLD, _TITLE)
        self._status_line()
        if number == 1:
            self._first_heading()
        else:
            self._text(LEFT, TOP - 36, self._short, REGULAR, _SMALL)
        top = self._top(number == 1)
        canvas.setLineWidth(0.5)
        canvas.line(LEFT, top + 14, RIGHT, top + 14)
        for at, (text, font) in enumerate(page):
            self._text(LEFT, top - at * LEADING, text, font, SIZE)
        canvas.setFont(REGULAR, _SMALL)
        canvas.drawRightString(RIGHT, 12 * mm, self._words["page"].format(page=number, pages=pages))
        canvas.drawString(LEFT, 12 * mm, _replaced(self._status))
        canvas.showPage()

    def _status_line(self) -> None:
        canvas = self._canvas
        if self._marked:
            width = _width(self._status, BOLD, 11) + 12
            canvas.setLineWidth(1.2)
            canvas.rect(LEFT, TOP - 24, width, 17)
            self._text(LEFT + 6, TOP - 19, self._status, BOLD, 11)
        else:
            self._text(LEFT, TOP - 19, self._status, REGULAR, 11)

    def _first_heading(self) -> None:
        for at, (name, value) in enumerate(self._heading):
            left = LEFT + (at % 2) * (RIGHT - LEFT) / 2
            top = TOP - 40 - (at // 2) * 13
            self._text(left, top, name, REGULAR, _SMALL)
            room = (RIGHT - LEFT) / 2 - 32 * mm
            self._text(left + 30 * mm, top, wrapped(value, BOLD, 9.5, room)[0], BOLD, 9.5)

    def _text(self, left: float, top: float, text: str, font: str, size: float) -> None:
        self._canvas.setFont(font, size)
        self._canvas.drawString(left, top, _replaced(text))


def _heading(report: Report, addressed: Addressed, paper: Paper, words: dict[str, str]) -> Iterator[tuple[str, str]]:
    patient = addressed.patient
    written = datetime.fromtimestamp(report.written, paper.zone).strftime("%d-%m-%Y %H:%M") if report.written else ""
    for name, value in (
        ("patient", spoken(patient.name)),
        ("born", _day(patient.birth_date)),
        ("number", patient.number.value),
        ("bsn", addressed.bsn),
        ("study", addressed.description or report.procedure.meaning),
        ("studied", _day(addressed.studied or report.subject.observed)),
        ("accession", addressed.accession),
        ("sender", addressed.sender),
        ("author", report.author),
        ("verifier", report.verifier),
        ("written", written),
    ):
        if value:
            yield words[name], value


def _short(addressed: Addressed, words: dict[str, str]) -> str:
    patient = addressed.patient
    born = f"{words['born']} {_day(patient.birth_date)}" if patient.birth_date else ""
    parts = (spoken(patient.name), born, f"{words['number']} {patient.number.value}")
    return "  ·  ".join(part for part in parts if part)


def _day(text: str) -> str:
    """DD-MM-YYYY, as Dutch hospitals write it; what is no day stays as it is."""
    try:
        return datetime.strptime(text[:8], "%Y%m%d").replace(tzinfo=UTC).strftime("%d-%m-%Y")
    except ValueError:
        return text
