"""Keep a version of a report: numbered, one of them in force, joined to its study, wished for where it belongs.

The same version twice changes nothing; an older one that comes late is kept and takes nobody's place.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from beeldbrug.model.errors import Malformed, TooLarge
from beeldbrug.model.exchange import Direction
from beeldbrug.model.report import DOCUMENT_BYTES, TEXT_CHARACTERS, Report, ReportStatus
from beeldbrug.node.policy.reports import Version, standing
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.reports import ReportRow, ReportState, VersionHead
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.reports.join import follow, place

MOST_VERSIONS = 200
"""Versions of one report; who sends more is in error."""

WORD_CHARACTERS = 1024
"""Title, names, numbers and codes, each."""

PDF_SIGNATURE = b"%PDF-"
SIGNATURE_WITHIN = 1024
"""Readers look for the signature so far (ISO 32000-1, annex H.3.4.1)."""


def check_report(report: Report, restates: bool = False) -> None:
    """Limits, and whether it says anything. Raises Malformed ``report-empty``, ``report-document``, TooLarge."""
    if len(report.text) > TEXT_CHARACTERS or len(report.document) > DOCUMENT_BYTES:
        raise TooLarge("report-too-long", "The report is too long.", "Send it as a smaller PDF, or in parts.")
    about = report.subject
    words = (
        *(report.title, report.author, report.verifier),
        *(report.key.organisation, report.key.issuer, report.key.number),
        *(report.procedure.value, report.procedure.scheme, report.procedure.meaning),
        *(about.patient_id, about.study_uid, about.accession, about.accession_issuer),
        *(about.placer, about.filler, about.observed, about.placer_issuer, about.filler_issuer),
    )
    if any(len(word) > WORD_CHARACTERS for word in words):
        raise TooLarge("report-too-long", "A value of the report is too long.", "Have the sender shorten it.")
    if report.document and PDF_SIGNATURE not in report.document[:SIGNATURE_WITHIN]:
        raise Malformed("report-document", "The document is no PDF.", "Give the report as a PDF, or as text.")
    silent = not report.text.strip() and not report.document
    if silent and not restates and report.status is not ReportStatus.CANCELLED:
        raise Malformed("report-empty", "The report says nothing.", "Have the sender give its text or a PDF.")


def keep(tx: Transaction, report: Report, at: float, now: float, actor: str, exchange: str = "") -> ReportRow:
    """Keep a version within a transaction; ``exchange`` not empty: for that sending alone."""
    organisation = report.key.organisation
    row = tx.reports.find(organisation, Direction.OUT, exchange, report.key)
    if row is None:
        row = new_report(tx, report, now, exchange)
    elif is_here(tx, row, report, at):
        return row
    add_version(tx, row, report, at, now)
    return stand(tx, row, report, now, actor)


def new_report(tx: Transaction, report: Report, now: float, exchange: str = "") -> ReportRow:
    """A report of which no version is here yet."""
    place_ = (Direction.OUT, report.key, ReportState.WAITING, now)
    row = ReportRow(report.key.organisation, uuid4().hex, *place_, exchange=exchange)
    tx.reports.add(row)
    return row


def stand(tx: Transaction, row: ReportRow, report: Report, now: float, actor: str) -> ReportRow:
    """The row with its version in force, after ``report`` was added; joined anew where that is of another subject."""
    tx.reports.mark(row.organisation, row.id, report.subject)
    number = in_force(tx, row)
    before = tx.reports.version(row.organisation, row.id, row.standing, document=False) if row.standing else None
    said = tx.reports.version(row.organisation, row.id, number, document=False)
    row = replace(row, standing=number, changed=now)
    tx.reports.update(row)
    if said is not None and (before is None or before.subject != said.subject):
        row = place(tx, row, said, now)
    follow(tx, row, now)
    tx.audit.append(report_event(row, "report-kept", "C", report, actor, now))
    return row


def is_here(tx: Transaction, row: ReportRow, report: Report, at: float) -> bool:
    """Whether this version is here: the one in force says the same, or one that was written then. What returns to
    earlier words is a version of its own."""
    return any(
        head.number == row.standing or at <= head.at for head in tx.reports.same(row.organisation, row.id, report)
    )


def in_force(tx: Transaction, row: ReportRow) -> int:
    """Number of the version in force."""
    heads = tx.reports.heads(row.organisation, row.id)
    return standing([Version(head.number, head.at, head.status) for head in heads])


def add_version(tx: Transaction, row: ReportRow, report: Report, at: float, now: float) -> VersionHead:
    """Number it and keep it. Raises TooLarge ``report-too-many-versions``."""
    heads = tx.reports.heads(row.organisation, row.id)
    if len(heads) >= MOST_VERSIONS:
        raise TooLarge("report-too-many-versions", "The report has too many versions.", "Look at the sender.")
    number = max((head.number for head in heads), default=0) + 1
    head = VersionHead(row.id, number, report.status, at, now, len(report.document))
    tx.reports.add_version(row.organisation, head, report)
    return head


def report_event(row: ReportRow, event: str, action: str, report: Report, actor: str, now: float) -> AuditEvent:
    """The deed with a report, for the trail."""
    return AuditEvent(
        organisation=row.organisation,
        event=event,
        action=action,
        outcome="success",
        actor=actor,
        exchange=row.exchange,
        patient=report.subject.patient_id,
        study_uid=row.study_uid,
        decision=(f"report-{row.state.value}", *([row.reason] if row.reason else [])),
        details={"report": row.id, "status": report.status.value, "source": report.source.value},
        at=now,
    )
