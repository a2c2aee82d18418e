"""A report that is a DICOM instance, as the model has it: SR (PS3.3 A.35), Encapsulated PDF (A.45.1). Pure.

``attributes`` are DICOM JSON (PS3.18 annex F). The status is that of Preliminary Flag, else of Verification Flag and
Completion Flag (C.17.2): what nobody verified is preliminary; a PDF that says nothing of it is final. A document that
replaces others (Predecessor Documents Sequence) is a version of the same report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

from beeldbrug.dicom.content_tree import (
    CONTEXT,
    NAME,
    RELATIONSHIP,
    Attributes,
    code_of,
    items_of,
    meaning,
    plain_text,
    spoken,
    text_of,
    walk,
)
from beeldbrug.model.errors import Malformed, TooLarge, Unsupported
from beeldbrug.model.report import (
    DOCUMENT_BYTES,
    TEXT_CHARACTERS,
    Coded,
    Report,
    ReportKey,
    ReportSource,
    ReportStatus,
    ReportSubject,
)

_SR: Final = "1.2.840.10008.5.1.4.1.1.88."
STRUCTURED: Final = frozenset(_SR + number for number in ("11", "22", "33", "34", "35"))
"""Basic Text, Enhanced, Comprehensive, Comprehensive 3D and Extensible SR: reports that people read. Dose, CAD, key
objects and logs are SR too, and no reports."""

PDF: Final = "1.2.840.10008.5.1.4.1.1.104.1"
CDA: Final = "1.2.840.10008.5.1.4.1.1.104.2"
DOCUMENTS: Final = STRUCTURED | {PDF, CDA}
"""SOP classes of reports."""

ISSUER: Final = "DICOM"
"""Whose number a SOP Instance UID is."""

_PERSON: Final = ("121008", "DCM")
_OFFSET: Final = re.compile(r"[+-](0\d|1[0-4])[0-5]\d")


@dataclass(frozen=True, slots=True)
class Found:
    """An instance that is a report. ``replaces``: SOP Instance UIDs of the documents that it takes the place of."""

    report: Report
    instance_uid: str
    replaces: tuple[str, ...] = ()


def of_dicom(attributes: Attributes, organisation: str, zone: tzinfo, document: bytes = b"") -> Found:
    """The report of an instance that ``organisation`` (URA) sent; ``document`` is the value of Encapsulated Document,
    ``zone`` that of times without their own.

    Raises Unsupported ``report-sop-class``, ``report-cda``, Malformed, TooLarge ``report-too-large``.
    """
    sop_class, uid = text_of(attributes, "00080016"), text_of(attributes, "00080018")
    _check_class(sop_class)
    report = Report(
        key=ReportKey(organisation, ISSUER, uid),
        status=_status(attributes, sop_class),
        source=ReportSource.DICOM_PDF if sop_class == PDF else ReportSource.DICOM_SR,
        subject=_subject(attributes),
        title=text_of(attributes, "00420010") or meaning(attributes, NAME) or text_of(attributes, "0008103E"),
        procedure=_procedure(attributes),
        author=_author(attributes),
        verifier=_verifier(attributes),
        written=_written(attributes, zone),
    )
    if sop_class == PDF:
        report = replace(report, document=_pdf(document))
    else:
        report = replace(report, text=plain_text(attributes, TEXT_CHARACTERS))
    return Found(report, uid, tuple(_replaced(attributes)))


def chains(found: Iterable[Found]) -> list[list[Report]]:
    """Reports with their versions, oldest first: each known by the first document of those that replace each other. A
    final one that replaces a final one is a correction. What replaces itself, by whatever way round, starts anew."""
    known = {one.instance_uid: one for one in found}
    versions: dict[str, list[Found]] = {}
    for one in known.values():
        versions.setdefault(_first(one, known), []).append(one)
    return [_ordered(root, some, known) for root, some in versions.items()]


def _first(one: Found, known: Mapping[str, Found]) -> str:
    seen = {one.instance_uid}
    while earlier := next((uid for uid in one.replaces if uid in known and uid not in seen), ""):
        one = known[earlier]
        seen.add(earlier)
    return one.instance_uid


def _ordered(root: str, some: list[Found], known: Mapping[str, Found]) -> list[Report]:
    some.sort(key=lambda one: (_depth(one, known), one.report.written, one.instance_uid))
    result: list[Report] = []
    for one in some:
        final_before = any(before.status in (ReportStatus.FINAL, ReportStatus.CORRECTED) for before in result)
        status = one.report.status
        if final_before and status is ReportStatus.FINAL:
            status = ReportStatus.CORRECTED
        result.append(replace(one.report, status=status, key=replace(one.report.key, number=root)))
    return result


def _depth(one: Found, known: Mapping[str, Found]) -> int:
    seen = {one.instance_uid}
    while earlier := next((uid for uid in one.replaces if uid in known and uid not in seen), ""):
        one = known[earlier]
        seen.add(earlier)
    return len(seen)


def _check_class(sop_class: str) -> None:
    if sop_class == CDA:
        raise Unsupported(
            "report-cda",
            "A report is a CDA document, which is not read here.",
            "Ask the sender for it as PDF or text; it is in the study as it came.",
        )
    if sop_class not in DOCUMENTS:
        raise Unsupported("report-sop-class", "This instance is no report.", "See the conformance statement.")


def _status(attributes: Attributes, sop_class: str) -> ReportStatus:
    preliminary = text_of(attributes, "0040A496")
    if preliminary:
        return ReportStatus.FINAL if preliminary == "FINAL" else ReportStatus.PRELIMINARY
    verified, completed = text_of(attributes, "0040A493"), text_of(attributes, "0040A491")
    if sop_class == PDF and not verified and not completed:
        return ReportStatus.FINAL
    whole = completed == "COMPLETE" or (sop_class == PDF and not completed)
    return ReportStatus.FINAL if whole and verified == "VERIFIED" else ReportStatus.PRELIMINARY


def _subject(attributes: Attributes) -> ReportSubject:
    request = next(iter(items_of(attributes, "0040A370")), {})
    issuer = next(iter(items_of(attributes, "00080051")), {})
    return ReportSubject(
        patient_id=text_of(attributes, "00100020"),
        study_uid=text_of(attributes, "0020000D"),
        accession=text_of(attributes, "00080050"),
        accession_issuer=text_of(issuer, "00400031") or text_of(issuer, "00400032"),
        placer=text_of(request, "00402016"),
        filler=text_of(request, "00402017"),
        observed=_day(text_of(attributes, "00080020")),
    )


def _procedure(attributes: Attributes) -> Coded:
    for tag in ("00081032", "00321064"):
        value, scheme = code_of(attributes, tag)
        if value:
            return Coded(value, scheme, meaning(attributes, tag))
    return Coded(meaning=text_of(attributes, "00081030"))


def _author(attributes: Attributes) -> str:
    for one in items_of(attributes, "0040A078"):
        if name := text_of(one, "0040A123"):
            return spoken(name)
    for item in walk(attributes):
        if text_of(item, RELATIONSHIP) in CONTEXT and code_of(item, NAME) == _PERSON:
            return spoken(text_of(item, "0040A123")) or text_of(item, "0040A160")
    return spoken(text_of(attributes, "00081060"))


def _verifier(attributes: Attributes) -> str:
    names = (spoken(text_of(one, "0040A075")) for one in items_of(attributes, "0040A073"))
    return next((name for name in names if name), "")


def _written(attributes: Attributes, zone: tzinfo) -> float:
    """When it was verified last, else made (POSIX seconds); 0 where it is not said."""
    offset = text_of(attributes, "00080201")
    local = _zone(offset) if _OFFSET.fullmatch(offset) else zone
    verified = [_moment(text_of(one, "0040A030"), local) for one in items_of(attributes, "0040A073")]
    made = _moment(text_of(attributes, "00080023") + text_of(attributes, "00080033"), local)
    return max([*verified, 0.0]) or made


def _zone(offset: str) -> tzinfo:
    minutes = int(offset[1:3]) * 60 + int(offset[3:])
    return timezone(timedelta(minutes=minutes if offset[0] == "+" else -minutes))


def _moment(text: str, zone: tzinfo) -> float:
    """POSIX seconds of a DT, or of a DA and TM after each other; 0 for what is none."""
    found = re.fullmatch(r"(\d{8})(\d\d)?(\d\d)?(\d\d)?(?:\.\d{1,6})?([+-]\d{4})?", text)
    if found is None:
        return 0.0
    local = _zone(found[5]) if found[5] and _OFFSET.fullmatch(found[5]) else zone
    hour, minute, second = (int(one or 0) for one in found.groups()[1:4])
    try:
        day = datetime.strptime(found[1], "%Y%m%d").replace(tzinfo=UTC)
        return max(0.0, datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=local).timestamp())
    except (ValueError, OverflowError):
        return 0.0


def _day(text: str) -> str:
    return text if re.fullmatch(r"\d{8}", text) else ""


def _pdf(document: bytes) -> bytes:
    content = document[:-1] if document.endswith(b"\0") else document
    if len(content) > DOCUMENT_BYTES:
        raise TooLarge("report-too-large", "The report is larger than is passed on.", "Open it in the PACS.")
    if b"%PDF-" not in content[:1024]:
        raise Malformed("report-not-pdf", "A report is no PDF.", "Ask the sender for it again.")
    return content


def _replaced(attributes: Attributes) -> Iterable[str]:
    """Predecessor Documents Sequence (C.17.2.3): SOP instances by study and series."""
    for study in items_of(attributes, "0040A360"):
        for series in items_of(study, "00081115"):
            for one in items_of(series, "00081199"):
                if uid := text_of(one, "00081155"):
                    yield uid
