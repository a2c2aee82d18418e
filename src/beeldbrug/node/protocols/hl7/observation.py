"""What the results (OBX) of a report say: its text in order, its PDF, the study that they name (HL7 v2 chapter 7.4.2).

Text is TX, FT and ST as it stands, line by line; coded results their words, numbers with their unit. A PDF comes as ED,
or inside RP, in base64. Everything else is refused: RTF and CDA would be read as garbage, a reference leads nowhere.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from beeldbrug.model.errors import BeeldbrugError, Malformed, TooLarge, Unsupported
from beeldbrug.model.report import DOCUMENT_BYTES, TEXT_CHARACTERS, ReportStatus
from beeldbrug.node.protocols.hl7.message import Line, Message

TEXTS: Final = frozenset({"TX", "FT", "ST"})
CODED: Final = frozenset({"CE", "CWE", "CF", "CNE"})
VALUES: Final = frozenset({"NM", "SN", "DT", "TM", "TS", "DTM", "IS", "ID", "SI"})
"""A value that is read as it stands, with its unit (OBX-6)."""
UNREAD: Final = frozenset({"", "UI", "HD", "OID"})
"""Without a value, or names of objects: nothing to read for a person."""
DOCUMENTS: Final = frozenset({"ED", "RP"})

STUDY_CODES: Final = frozenset({"113014", "110180"})
"""OBX-3: DICOM Study, Study Instance UID (DCM)."""
ACCESSION_CODE: Final = "121022"

RESULT_STATUS: Final[dict[str, ReportStatus]] = {
    **dict.fromkeys(("F", "U", "V"), ReportStatus.FINAL),
    "C": ReportStatus.CORRECTED,
    "W": ReportStatus.CANCELLED,
    **dict.fromkeys(("A", "B", "I", "O", "P", "R", "S"), ReportStatus.PRELIMINARY),
}
"""Observation result status (OBX-11, HL7 table 0085)."""

DELETED: Final = frozenset({"D", "N", "X"})
"""OBX-11 of a result that is not to be read."""


@dataclass(frozen=True, slots=True)
class Content:
    """Of one report."""

    text: str = ""
    document: bytes = b""
    study_uid: str = ""
    accession: str = ""


def content_of(message: Message, results: Sequence[Line]) -> Content:
    """What they say together. Raises Unsupported ``report-format``, ``report-by-reference``, TooLarge, Malformed."""
    read = [line for line in results if line.value(11).upper() not in DELETED]
    documents = [_document(line) for line in read if line.value(2).upper() in DOCUMENTS]
    if len(documents) > 1:
        raise Unsupported(
            "report-several-documents", "A report brings more than one document.", "Have the sender send one PDF."
        )
    return Content(
        text=_text(message, read),
        document=documents[0] if documents else b"",
        study_uid=next((line.value(5) for line in read if _names_study(line)), ""),
        accession=next((line.value(5) for line in read if line.value(3) == ACCESSION_CODE), ""),
    )


def status_of(said: ReportStatus | None, results: Sequence[Line]) -> ReportStatus:
    """Of the order, with what its results say: a correction or a withdrawal of one of them is the report's, and what
    nobody calls final is preliminary."""
    found = {RESULT_STATUS.get(line.value(11).upper(), ReportStatus.PRELIMINARY) for line in results if line.value(11)}
    if said is ReportStatus.CANCELLED or ReportStatus.CANCELLED in found:
        return ReportStatus.CANCELLED
    if said is ReportStatus.PRELIMINARY or ReportStatus.PRELIMINARY in found:
        return ReportStatus.PRELIMINARY
    if ReportStatus.CORRECTED in (said, *found):
        return ReportStatus.CORRECTED
    return said or (ReportStatus.FINAL if found else ReportStatus.PRELIMINARY)


def _text(message: Message, results: Sequence[Line]) -> str:
    """Line by line, under the names of the results where these differ."""
    spoken = [(line.value(3, 2), _said(message, line)) for line in results if not _is_name(line)]
    spoken = [(name, said) for name, said in spoken if said.strip()]
    headed = len({name for name, _ in spoken}) > 1
    lines: list[str] = []
    before = ""
    for name, said in spoken:
        if headed and name and name != before:
            lines += [*([""] if lines else []), f"{name}:"]
        lines.append(said)
        before = name
    text = "\n".join(lines).strip("\n")
    if len(text) > TEXT_CHARACTERS:
        raise TooLarge("report-too-long", "The report's text is too long.", "Have the sender send it as a PDF.")
    if text.lstrip().startswith(("{\\rtf", "<?xml", "<ClinicalDocument", "<html", "<HTML", "<!DOCTYPE")):
        raise _format()
    return text


def _said(message: Message, line: Line) -> str:
    kind = line.value(2).upper()
    if kind in TEXTS:
        return "\n".join(message.lines(one) for one in line.repetitions(5))
    if kind in CODED:
        return line.value(5, 2) or line.value(5, 9) or line.value(5)
    if kind in VALUES:
        value = " ".join(message.plain(one) for one in line.components(line.repetitions(5)[0]) if one)
        return f"{value} {line.value(6)}".strip()
    if kind in UNREAD or kind in DOCUMENTS:
        return ""
    raise Unsupported(
        "report-format", "A result of the report is of a type that is not read here.", "Have the sender send TX or FT."
    )


def _names_study(line: Line) -> bool:
    return line.value(3) in STUDY_CODES or (
        line.value(3, 2).casefold() == "study instance uid" and line.value(2).upper() not in DOCUMENTS
    )


def _is_name(line: Line) -> bool:
    """Whether it names an object, and is nothing to read."""
    named = line.value(3, 2).casefold().endswith("instance uid")
    return named or _names_study(line) or line.value(3) == ACCESSION_CODE


def _document(line: Line) -> bytes:
    """ED and RP: source or pointer ^ type ^ subtype ^ encoding ^ data (chapter 2.A.24)."""
    parts = line.components(line.repetitions(5)[0])
    kinds = [part.strip().casefold() for part in parts[:4]]
    if not any(kind in ("pdf", "application/pdf", "x-pdf") for kind in kinds):
        raise _format() if line.value(2).upper() == "ED" else _reference()
    data = parts[4] if len(parts) > 4 else ""
    if not data:
        raise _reference()
    if "base64" not in kinds:
        raise Malformed("report-encoding", "The PDF is not in base64.", "Have the sender send it as Base64.")
    packed = "".join(data.replace("\\.br\\", "").replace("\\X0A\\", "").replace("\\X0D\\", "").split())
    if len(packed) > DOCUMENT_BYTES * 4 // 3 + 4:
        raise TooLarge("report-too-long", "The PDF is too large.", "Have the sender make a smaller one.")
    try:
        return base64.b64decode(packed, validate=True)
    except binascii.Error:
        raise Malformed("report-encoding", "The PDF cannot be decoded.", "Have the sender send it as Base64.") from None


def _format() -> BeeldbrugError:
    return Unsupported(
        "report-format",
        "The report is in a form that is not read here (RTF, CDA, HTML, a picture).",
        "Have the sender send text (TX, FT) or a PDF (ED).",
    )


def _reference() -> BeeldbrugError:
    return Unsupported(
        "report-by-reference",
        "The report is a reference to another system.",
        "Have the sender send the PDF itself (ED, Base64).",
    )
