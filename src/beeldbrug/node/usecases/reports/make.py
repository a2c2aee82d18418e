"""What goes out of one version of a report: a message, a PDF, or an object, with the number that it is known by.

Pure but for the writer of messages that it is given. Made once; the step keeps it.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from beeldbrug.model.errors import Unsupported
from beeldbrug.model.report import Report, ReportStatus
from beeldbrug.node.ports.report_delivery import (
    Addressed,
    DeliveryRow,
    DeliveryState,
    HospitalSystem,
    Message,
    Outlet,
    Said,
)
from beeldbrug.node.usecases.reports.due import went
from beeldbrug.node.usecases.reports.gather import Current, Filed
from beeldbrug.node.usecases.reports.objects import Place, as_pdf, as_sr
from beeldbrug.node.usecases.reports.print import Paper, printed

CONTROL_CHARACTERS = 20


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes what goes out. ``hospital`` writes messages, where one is set."""

    paper: Paper
    hospital: HospitalSystem | None
    clock: Callable[[], float]

    def content(
        self, row: DeliveryRow, report: Report, addressed: Addressed, filed: Filed | None, rows: Sequence[DeliveryRow]
    ) -> bytes:
        """The bytes of a delivery; ``rows`` are all of its exchange. Raises Unsupported."""
        if row.outlet is Outlet.HL7:
            return self._message(row, report, addressed, rows)
        if row.outlet is Outlet.PDF_FOLDER or filed is None:
            return self._pdf(report, addressed)
        before = [one.number for one in _before(row, rows) if one.state is DeliveryState.DELIVERED]
        place = Place(
            filed.attributes,
            addressed.study_uid,
            row.exchange,
            row.report,
            row.number,
            max(before, default=0),
            row.created,
        )
        if row.outlet is Outlet.DICOM_PDF:
            return as_pdf(report, self._pdf(report, addressed), place, self.paper).content
        return as_sr(_in_words(report), place, self.paper).content

    def _message(self, row: DeliveryRow, report: Report, addressed: Addressed, rows: Sequence[DeliveryRow]) -> bytes:
        if self.hospital is None:
            raise Unsupported("hl7-not-set", "No system for HL7 is set.", "Set [reports] hl7 and [[hl7_out]].")
        changed = row.retracts or went(_before(row, rows))
        said = Message(report, addressed, filler(row, addressed, rows), row.control, changed, row.created)
        return self.hospital.write(said)

    def _pdf(self, report: Report, addressed: Addressed) -> bytes:
        """The report's own document, else its text on paper; a withdrawal is always on paper."""
        if report.document and report.status is not ReportStatus.CANCELLED:
            return report.document
        return printed(report, addressed, self.paper)


def new_row(exchange: str, organisation: str, current: Current, outlet: Outlet, mark: str, now: float) -> DeliveryRow:
    """A delivery that begins, with the number that the peer will know it by."""
    control = uuid4().hex[:CONTROL_CHARACTERS].upper()
    place = (organisation, uuid4().hex, exchange, current.id, current.number, outlet, mark)
    return DeliveryRow(*place, DeliveryState.WAITING, control, now, now)


def retraction(row: DeliveryRow, said: Said, now: float) -> tuple[DeliveryRow, Said]:
    """The withdrawal of what went out, to the same patient."""
    back = replace(
        row,
        id=uuid4().hex,
        state=DeliveryState.WAITING,
        control=uuid4().hex[:CONTROL_CHARACTERS].upper(),
        created=now,
        changed=now,
        reason="",
        retracts=True,
    )
    report = replace(said.report, status=ReportStatus.CANCELLED, text="", document=b"")
    return back, Said(report, said.addressed)


def filler(row: DeliveryRow, addressed: Addressed, rows: Sequence[DeliveryRow]) -> str:
    """What all versions are known by: the first report of a study by the order's accession number, others by a number
    of ours, so that no report takes the place of another."""
    same = [one for one in rows if one.outlet is row.outlet and one.mark == row.mark]
    first = same[0].report if same else row.report
    if addressed.order and addressed.accession and first == row.report:
        return addressed.accession
    return "BB" + hashlib.sha256(f"{row.exchange}|{row.report}".encode()).hexdigest()[:14].upper()


def file_name(row: DeliveryRow) -> str:
    """What a version is called in a folder, without its ending: always the same, and free of identity."""
    what = (row.organisation, row.exchange, row.report, str(row.number), row.mark, str(row.retracts))
    return hashlib.sha256("|".join(what).encode()).hexdigest()[:32]


def sidecar(row: DeliveryRow, said: Said) -> bytes:
    """Whose PDF it is, for the system that watches the folder: JSON, since its name may not say so."""
    report, addressed = said.report, said.addressed
    patient = addressed.patient
    told = {
        "document": f"{file_name(row)}.pdf",
        "patient": {
            "number": patient.number.value,
            "authority": patient.number.issuer,
            "bsn": addressed.bsn,
            "name": patient.name,
            "birth_date": patient.birth_date,
            "sex": patient.sex,
        },
        "study_uid": addressed.study_uid,
        "accession": addressed.accession,
        "report": hashlib.sha256(f"{row.exchange}|{row.report}".encode()).hexdigest()[:32],
        "version": row.number,
        "status": report.status.value,
        "title": report.title,
        "author": report.author,
        "verifier": report.verifier,
        "organisation": report.key.organisation,
        "written": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(report.written)) if report.written else "",
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _before(row: DeliveryRow, rows: Sequence[DeliveryRow]) -> list[DeliveryRow]:
    return [
        one
        for one in rows
        if (one.report, one.outlet, one.mark) == (row.report, row.outlet, row.mark)
        and one.number != row.number
        and not one.retracts
    ]


def _in_words(report: Report) -> Report:
    """An SR has text only: of a PDF it says that there is one."""
    if report.text or report.status is ReportStatus.CANCELLED:
        return report
    raise Unsupported(
        "report-without-text",
        "A report has no text, only a PDF, and cannot go as a structured report.",
        "Set [reports] deliver to dicom-pdf, or hl7.",
    )
