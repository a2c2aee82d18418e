"""Take a report that an own system gives: kept with all its versions, joined to its study, sent after it.

One transaction, durable before anybody is told that it was taken (guarantee 1). The same version twice changes nothing;
an older one that comes late is kept and takes nobody's place; a correction replaces and keeps; a cancellation marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from beeldbrug.model.errors import Malformed, TooLarge
from beeldbrug.model.exchange import Direction
from beeldbrug.model.report import DOCUMENT_BYTES, TEXT_CHARACTERS, Report, ReportStatus
from beeldbrug.node.policy.reports import Version, standing
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.reports import GivenReport, ReportRow, ReportState, VersionHead
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.reports.join import follow, place

MOST_VERSIONS = 200
"""Versions of one report; who sends more is in error."""

WORD_CHARACTERS = 1024
"""Title, names, numbers and codes, each."""

PDF_SIGNATURE = b"%PDF-"
SIGNATURE_WITHIN = 1024
"""Readers look for the signature so far (ISO 32000-1, annex H.3.4.1)."""


@dataclass(frozen=True)
class TakeReports:
    """Takes for one organisation what its own systems write."""

    database: Database
    organisation: str

    def take(self, given: Sequence[GivenReport], now: float, actor: str) -> list[ReportRow]:
        """Keep what is given in one commit; returns the reports' rows.

        Raises Malformed, TooLarge for what cannot be a report, Unavailable when the database does not answer.
        """
        for one in given:
            check_report(one.report, one.restates)
        return self.database.run(lambda tx: [row for one in given if (row := _taken(tx, one, now, actor))])


def _taken(tx: Transaction, given: GivenReport, now: float, actor: str) -> ReportRow | None:
    report = given.report
    if given.restates:
        row = tx.reports.find(report.key.organisation, Direction.OUT, "", report.key)
        said = tx.reports.version(row.organisation, row.id, row.standing) if row is not None else None
        if said is None:
            return None  # of what was never here, a new state says nothing
        report = replace(report, text=said.text, document=said.document)
    return keep(tx, report, min(given.at, now), now, actor)


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
    """The same within a transaction; ``exchange`` not empty: for that sending alone."""
    organisation = report.key.organisation
    row = tx.reports.find(organisation, Direction.OUT, exchange, report.key)
    if row is None:
        row = ReportRow(
            organisation, uuid4().hex, Direction.OUT, report.key, ReportState.WAITING, now, exchange=exchange
        )
        tx.reports.add(row)
    elif is_here(tx, row, report, at):
        return row
    head = add_version(tx, row, report, at, now)
    tx.reports.mark(organisation, row.id, report.subject)
    before = tx.reports.version(organisation, row.id, row.standing, document=False) if row.standing else None
    row = replace(row, standing=in_force(tx, row), changed=now)
    tx.reports.update(row)
    if row.standing == head.number and (before is None or before.subject != report.subject):
        row = place(tx, row, report, now)
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
