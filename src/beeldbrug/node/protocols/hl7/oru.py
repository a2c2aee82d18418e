"""A report as ORU^R01 (HL7 v2 chapters 4.5.3 and 7.3; IHE RAD TF-2 4.128 for the Study Instance UID).

OBR-3 is the number that a report keeps in all its versions, so that a correction replaces what it corrects; OBR-25 and
OBX-11 say how far it is (tables 0123 and 0085). Text goes as one OBX a line (TX) or as one with line breaks (FT), a PDF
as encapsulated data in Base64 (ED). What the sending hospital numbered itself goes under that hospital's name.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import Final

from beeldbrug.model.report import Coded, Report, ReportStatus
from beeldbrug.node.ports.messages import Outgoing, Peer
from beeldbrug.node.ports.report_delivery import Addressed, Message
from beeldbrug.node.protocols.hl7.write import Component, Field, message, moment, msh, order_number, pid, segment

TYPE: Final = ("ORU", "R01", "ORU_R01")
REPORT: Final = Coded("18748-4", "LN", "Diagnostic imaging report")
"""LOINC code of OBR-4 and OBX-3 where the report has none of its own."""

STUDY: Final = ("113014", "DICOM Study", "DCM")
ISSUER: Final = "BB"
"""Who gave a number of ours; short, because number and issuer have 22 characters together."""

STATUS: Final = {
    ReportStatus.PRELIMINARY: "P",
    ReportStatus.FINAL: "F",
    ReportStatus.CORRECTED: "C",
    ReportStatus.CANCELLED: "X",
}
"""OBR-25 and OBX-11; a correction of what never went out goes as final."""

PROFILE: Final = (
    ("PID-3", "the own number (type PI), and the BSN (NNNLD)"),
    ("PID-5, PID-7, PID-8", "name, birth date and sex, as imported"),
    ("ORC-1, ORC-2, ORC-3", "RE, and the numbers of OBR-2 and OBR-3"),
    ("OBR-2", "the sending hospital's placer order number, with its URA as namespace; empty where both do not fit"),
    ("OBR-3", "what all versions have: the own order's accession number, else a number of ours, with BB as namespace"),
    ("OBR-4", "the procedure's code, else LOINC 18748-4 with the title"),
    ("OBR-7, OBR-18", "study date and time, accession number of the import"),
    ("OBR-22, OBR-24, OBR-25, OBR-32", "when it was written, RAD, status, who verified (else wrote) it"),
    ("OBX 113014 (ST)", "Study Instance UID; before version 2.5 in ZDS-1 too"),
    ("OBX 18748-4 (TX, FT, ED)", "text by line (TX) or whole (FT), the PDF in Base64; OBX-15 is the writing hospital"),
)
"""What stands where, for the conformance statement."""


class TextForm(StrEnum):
    """How text goes: one OBX a line, or one for all."""

    LINES = "TX"
    FORMATTED = "FT"


@dataclass(frozen=True, slots=True)
class ReportSystem:
    """``ports.report_delivery.HospitalSystem`` over MLLP; ``zone`` is that of the hospital's clocks."""

    peer: Peer
    outgoing: Outgoing
    zone: tzinfo
    form: TextForm = TextForm.LINES

    def write(self, message: Message) -> bytes:
        """See the port."""
        return oru(message, self.peer, self.zone, self.form)

    def send(self, content: bytes) -> str:
        """See the port."""
        answered = self.outgoing.send(self.peer, content)
        return "" if answered.accepted else answered.reason


def oru(said: Message, peer: Peer, zone: tzinfo, form: TextForm = TextForm.LINES) -> bytes:
    """The message. Raises Unsupported ``hl7-character-missing``."""
    report, addressed = said.report, said.addressed
    patient = addressed.patient
    own = patient.number
    who = pid(own.value, own.issuer, addressed.bsn, patient.name, patient.birth_date, patient.sex)
    status = status_of(report, said.changed)
    segments = [
        msh(peer, TYPE, said.control, datetime.fromtimestamp(said.at, zone)),
        who,
        _orc(said),
        _obr(said, status, zone),
        *(segment("OBX", {1: str(at), 11: status, **one}) for at, one in enumerate(_observed(said, peer, form), 1)),
    ]
    if _version(peer) < (2, 5):
        segments.append(segment("ZDS", {1: (addressed.study_uid, "", "Application", "DICOM")}))
    return message(peer, segments)


def status_of(report: Report, changed: bool) -> str:
    """OBR-25."""
    if report.status is ReportStatus.CORRECTED and not changed:
        return STATUS[ReportStatus.FINAL]
    return STATUS[report.status]


def _orc(said: Message) -> str:
    return segment("ORC", {1: "RE", 2: _placer(said.report), 3: _filler(said)})


def _obr(said: Message, status: str, zone: tzinfo) -> str:
    report, addressed = said.report, said.addressed
    fields: dict[int, Field] = {
        1: "1",
        2: _placer(report),
        3: _filler(said),
        4: _coded(_service(report)),
        7: addressed.studied or report.subject.observed,
        18: addressed.accession,
        22: moment(datetime.fromtimestamp(report.written, zone)) if report.written else "",
        24: "RAD",
        25: status,
    }
    if name := report.verifier or report.author:
        fields[32] = ((("", name)),)
    return segment("OBR", fields)


def _observed(said: Message, peer: Peer, form: TextForm) -> Iterator[dict[int, Field]]:
    """OBX without their number and status: the study, the text, the document."""
    report, about = said.report, _coded(REPORT)
    source: dict[int, Field] = {15: (report.key.organisation, said.addressed.sender, "URA")}
    if name := report.verifier or report.author:
        source[16] = ("", name)
    if said.addressed.study_uid:
        yield {2: "ST", 3: STUDY, 5: said.addressed.study_uid, 11: "F"}
    lines = report.text.split("\n") if report.text else []
    if form is TextForm.FORMATTED and lines:
        yield {2: "FT", 3: about, 4: "1", 5: report.text, **source}
    else:
        for number, line in enumerate(lines, 1):
            yield {2: "TX", 3: about, 4: str(number), 5: line, **source}
    if report.document:
        data: tuple[Component, ...] = ("", *_media(peer), "Base64", b64encode(report.document).decode("ascii"))
        yield {2: "ED", 3: about, 4: str(len(lines) + 1), 5: data, **source}
    if not lines and not report.document:
        yield {2: "TX", 3: about, 4: "1", **source}


def _media(peer: Peer) -> tuple[str, str]:
    """ED-2 and ED-3: a media type since version 2.5, else of tables 0191 and 0291."""
    return ("application", "pdf") if _version(peer) >= (2, 5) else ("AP", "PDF")


def _service(report: Report) -> Coded:
    """OBR-4. A procedure that has only words goes with these."""
    one = report.procedure
    return one if one.value else Coded(REPORT.value, REPORT.scheme, one.meaning or report.title or REPORT.meaning)


def _coded(one: Coded) -> tuple[Component, ...]:
    """CE, or CWE."""
    return (one.value, one.meaning, one.scheme)


def _placer(report: Report) -> Field:
    """The sending hospital's order number, under its name; without its name it could be taken for an own one."""
    found = order_number(report.subject.placer, report.key.organisation)
    return found if report.subject.placer and len(found) > 1 else ""


def _filler(said: Message) -> Field:
    """The own order's accession number, else a number of ours."""
    addressed: Addressed = said.addressed
    own = addressed.order and said.filler == addressed.accession
    return order_number(said.filler, addressed.accession_issuer if own else ISSUER)


def _version(peer: Peer) -> tuple[int, ...]:
    return tuple(map(int, peer.version.split(".")))
