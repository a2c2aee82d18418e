"""Reports of imaging in ORU^R01 and MDM messages (HL7 v2 chapters 7.3, 7.4 and 9.6; IHE RAD TF-2, RAD-128).

Each order (OBR) of an ORU that is of imaging is one report; an MDM is one report. What is no report of imaging, such as
a laboratory result, is not of interest. What cannot be read as text or PDF is refused with its reason, never left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from beeldbrug.model.errors import Malformed
from beeldbrug.model.report import Coded, Report, ReportKey, ReportSource, ReportStatus, ReportSubject
from beeldbrug.node.policy.own_name import person_name
from beeldbrug.node.ports.reports import GivenReport
from beeldbrug.node.protocols.hl7.message import Line, Message
from beeldbrug.node.protocols.hl7.observation import Content, content_of, status_of
from beeldbrug.node.protocols.hl7.person import PID_NUMBERS, Reader

NOTIFICATIONS: Final = frozenset({"T01", "T05", "T07"})
"""MDM events without content: it comes with a message of its own, and these change nothing."""

STATES: Final = frozenset({"T03", "T04", "T11"})
"""MDM events that change the state of a document, with content or without; T11 cancels it."""

REPLACEMENTS: Final = frozenset({"T09", "T10"})
"""MDM events of a document (TXA-12) that takes the place of another (TXA-13)."""

ADDENDUM: Final = "T06"
"""MDM event of a document (TXA-12) that adds to another (TXA-13), which stays as it is."""

SECTIONS: Final = frozenset(
    {
        *("RAD", "RX", "XRC", "CT", "NMR", "NMS", "CUS", "OUS", "RUS", "VUS", "EC", "CTH"),
        *("CR", "DX", "MG", "MR", "MRI", "US", "NM", "XR", "PET"),
        *("SP", "CP", "PAT"),
    }
)
"""Diagnostic services of imaging and pathology (OBR-24, HL7 table 0074, and what is seen in its place)."""

DOCUMENT_TYPES: Final = frozenset({"DI", "CD", "SP"})
"""Types of documents that are reports of imaging and pathology (TXA-2, HL7 table 0270)."""

ORDER_STATUS: Final[dict[str, ReportStatus]] = {
    **dict.fromkeys(("F", "Y", "Z"), ReportStatus.FINAL),
    "C": ReportStatus.CORRECTED,
    "X": ReportStatus.CANCELLED,
    **dict.fromkeys(("A", "I", "M", "N", "O", "P", "R", "S"), ReportStatus.PRELIMINARY),
}
"""Result status (OBR-25, HL7 table 0123)."""

COMPLETION: Final[dict[str, ReportStatus]] = {
    **dict.fromkeys(("AU", "LA"), ReportStatus.FINAL),
    **dict.fromkeys(("DI", "DO", "IN", "IP", "PA"), ReportStatus.PRELIMINARY),
}
"""Completion status of a document (TXA-17, HL7 table 0271)."""

GONE: Final = frozenset({"CA", "OB", "UN"})
"""Availability of a document that is not to be used any more (TXA-19, HL7 table 0273)."""

_REPLACING: Final = frozenset({"T08", "T10"})
_LINES: Final = ("OBR", "OBX", "ORC", "TXA", "ZDS", "IPC", "SPM")


@dataclass(slots=True)
class _Group:
    """One order with its results, and what stands with it by name."""

    obr: Line | None = None
    orc: Line | None = None
    results: list[Line] = field(default_factory=list)
    others: dict[str, Line] = field(default_factory=dict)


def reports_of(message: Message, reader: Reader, organisation: str, now: float) -> list[GivenReport]:
    """Reports that a message brings, none where it brings none. Raises Malformed, Unsupported, TooLarge."""
    kind, event = message.header.value(9, 1), message.header.value(9, 2)
    if kind == "ORU":
        groups = [one for one in _groups(message) if _is_imaging(one)]
        found = [read for one in groups if (read := _of_order(message, reader, organisation, one, now)) is not None]
        return _apart(found)
    if event in NOTIFICATIONS:
        return []
    read = _of_document(message, reader, organisation, event, now)
    return [read] if read is not None else []


def _groups(message: Message) -> Iterator[_Group]:
    group, orc = _Group(), None
    for line in message.others(*_LINES):
        if line.name == "ORC":
            orc = line
        elif line.name == "OBR":
            if group.obr is not None or group.results:
                yield group
            group = _Group(line, orc, [], group.others if group.obr is None else {})
            orc = None
        elif line.name == "OBX":
            group.results.append(line)
        else:
            group.others[line.name] = line
    if group.obr is not None:
        yield group


def _is_imaging(group: _Group) -> bool:
    """By its service section; else by what comes along: of a specimen it is none, of a study it is one, and so is a
    narrative or a document."""
    section = group.obr.value(24).upper() if group.obr is not None else ""
    if section:
        return section in SECTIONS
    if "SPM" in group.others:
        return False
    kinds = {line.value(2).upper() for line in group.results}
    return "ZDS" in group.others or "IPC" in group.others or bool(kinds & {"TX", "FT", "ED"})


def _apart(found: list[GivenReport]) -> list[GivenReport]:
    """Two orders of one message with one number would be two versions of one report: which is in force?"""
    if len({one.report.key for one in found}) < len(found):
        raise Malformed(
            "report-twice", "A message brings two reports of one number.", "Have the sender give each its own number."
        )
    return found


def _of_order(message: Message, reader: Reader, organisation: str, group: _Group, now: float) -> GivenReport | None:
    obr = group.obr
    if obr is None:
        return None
    content = content_of(message, group.results)
    status = status_of(ORDER_STATUS.get(obr.value(25).upper()), group.results)
    if not content.text and not content.document and status is not ReportStatus.CANCELLED:
        return None  # an order without words yet
    subject = _subject(message, reader, group, content)
    number = subject.filler or subject.placer
    issuer = obr.value(3, 2) or message.header.value(3)
    written = _time(reader, obr.value(22))
    report = Report(
        key=_key(organisation, issuer, number),
        status=status,
        source=ReportSource.HL7_ORU,
        subject=subject,
        title=obr.value(4, 2) or obr.value(4, 5) or obr.value(4),
        procedure=Coded(obr.value(4), obr.value(4, 3), obr.value(4, 2)),
        author=_reader_of(obr) or next((name for line in group.results if (name := _person(line, 16))), ""),
        verifier=_reader_of(obr) if status in (ReportStatus.FINAL, ReportStatus.CORRECTED) else "",
        written=written,
        text=content.text,
        document=content.document,
    )
    return GivenReport(report, written or _sent(message, reader, now))


def _of_document(message: Message, reader: Reader, organisation: str, event: str, now: float) -> GivenReport | None:
    found = list(_groups(message))
    group = found[0] if found else _Group()
    group.results = [line for one in found for line in one.results] or list(message.others("OBX"))
    txa = next(iter(message.others("TXA")), None)
    if txa is None:
        raise Malformed("hl7-no-document", "The message lacks TXA.", "Have the sender give the document's segment.")
    section = group.obr.value(24).upper() if group.obr is not None else ""
    kind = txa.value(2).upper()
    if kind not in DOCUMENT_TYPES and (kind or section not in SECTIONS):
        return None
    status = _document_status(txa, event, group.results)
    content = content_of(message, group.results)
    restates = not content.text and not content.document
    if restates and event not in STATES | REPLACEMENTS and status is not ReportStatus.CANCELLED:
        return None
    number, parent = txa.value(12), txa.value(13)
    subject = _subject(message, reader, group, content, txa)
    written = _time(reader, txa.value(22, 15) or txa.value(6) or txa.value(7))
    title = txa.value(16) or (group.obr.value(4, 2) if group.obr is not None else "") or kind
    report = Report(
        key=_key(organisation, message.header.value(3), number),
        status=status,
        source=ReportSource.HL7_MDM,
        subject=subject,
        title=title,
        procedure=Coded(*(group.obr.value(4, at) for at in (1, 3, 2))) if group.obr is not None else Coded(),
        author=_person(txa, 9) or _person(txa, 5),
        verifier=_person(txa, 22) or _person(txa, 10),
        written=written,
        text=content.text,
        document=content.document,
    )
    sent = _sent(message, reader, now)
    return GivenReport(
        report,
        sent if restates else written or sent,
        restates,
        is_document=True,
        replaces=parent if event in REPLACEMENTS and parent != number else "",
        extends=parent if event == ADDENDUM and parent != number else "",
    )


def _document_status(txa: Line, event: str, results: list[Line]) -> ReportStatus:
    if event == "T11" or txa.value(19).upper() in GONE:
        return ReportStatus.CANCELLED
    status = status_of(COMPLETION.get(txa.value(17).upper(), ReportStatus.PRELIMINARY), results)
    return ReportStatus.CORRECTED if status is ReportStatus.FINAL and event in _REPLACING else status


def _subject(
    message: Message, reader: Reader, group: _Group, content: Content, txa: Line | None = None
) -> ReportSubject:
    patients = message.segments("PID")
    if len(patients) != 1:
        raise Malformed("hl7-no-patient", "The message is not of one patient.", "Have the sender give one PID.")
    numbers = reader.own_numbers(message, patients[0][1], PID_NUMBERS)
    if len(numbers) > 1:
        raise Malformed(
            "hl7-number-unclear", "The message gives several numbers for the patient.", "Set [hl7] authority."
        )
    obr, orc, ipc, zds = group.obr, group.orc, group.others.get("IPC"), group.others.get("ZDS")
    accession, accession_issuer = _numbered(reader, (ipc, 1), (obr, 18))
    placer, placer_issuer = _numbered(reader, (obr, 2), (orc, 2), (txa, 14))
    filler, filler_issuer = _numbered(reader, (obr, 3), (orc, 3), (txa, 15))
    return ReportSubject(
        patient_id=numbers[0],
        study_uid=_first((zds, 1), (ipc, 3)) or content.study_uid,
        accession=accession or content.accession,
        accession_issuer=accession_issuer,
        placer=placer,
        filler=filler,
        observed=_day(_first((obr, 7), (txa, 4))),
        placer_issuer=placer_issuer,
        filler_issuer=filler_issuer,
    )


def _numbered(reader: Reader, *places: tuple[Line | None, int]) -> tuple[str, str]:
    """The first of these fields (EI) that gives a number, with who gave it: namespace and universal id."""
    for line, at in places:
        if line is not None and (number := line.value(at)):
            return number, reader.issuer(line.value(at, 2), line.value(at, 3))
    return "", ""


def _first(*places: tuple[Line | None, int]) -> str:
    return next((value for line, at in places if line is not None and (value := line.value(at))), "")


def _day(text: str) -> str:
    return text[:8] if text[:8].isdigit() and len(text) >= 8 else ""


def _key(organisation: str, issuer: str, number: str) -> ReportKey:
    if not number:
        raise Malformed(
            "hl7-no-report-number",
            "The message gives the report no number.",
            "Have the sender give OBR-3 (ORU) or TXA-12 (MDM), so that its next version is known.",
        )
    return ReportKey(organisation, issuer, number)


def _time(reader: Reader, text: str) -> float:
    return reader.time(text) or 0.0 if text else 0.0


def _sent(message: Message, reader: Reader, now: float) -> float:
    return _time(reader, message.header.value(7)) or now


def _reader_of(obr: Line) -> str:
    """OBR-32, Principal Result Interpreter: CNN inside NDL, where its components are subcomponents (chapter 2.A.51)."""
    family, given = obr.value(32, 1, 2), obr.value(32, 1, 3)
    if family:
        return person_name(family, given=given)
    return _person(obr, 32)  # many write XCN


def _person(line: Line, at: int) -> str:
    """XCN with the family name in its parts (HL7-NL); a sole first component is a name where it is no code."""
    shown, prefix, own, partner_prefix, partner = (line.value(at, 2, sub) for sub in range(1, 6))
    names = {"own_prefix": prefix, "own": own, "partner_prefix": partner_prefix, "partner": partner}
    name = person_name(shown, **names, given=line.value(at, 3), middle=line.value(at, 4))
    first = line.value(at)
    return name or ("" if any(char.isdigit() for char in first) else person_name(first))
