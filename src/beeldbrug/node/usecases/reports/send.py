"""Send a study's reports after it: the work ``report`` of one organisation; its subject is a sending.

What waited for the study is joined to it first. Of each report the version in force goes, once; one that comes later
follows by itself while the sending lives. The part is sealed, kept and noted in one transaction and delivered until the
receiver's side has it, so that a kill in between repeats nothing and loses nothing. DESIGN section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from blake3 import blake3

from beeldbrug.kit.log import get
from beeldbrug.model.capsule import REPORT_PIECE_BYTES, ReportPiece, ReportRecord
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import Direction
from beeldbrug.model.report import Report, ReportStatus, ReportSubject
from beeldbrug.node.policy.reports import may_be_placed
from beeldbrug.node.ports.records import OWN, AlertRow, ExchangeRow, StudyRow
from beeldbrug.node.ports.reports import ReportRow, ReportState, Travelled, VersionHead
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.post import Post, SealedPart
from beeldbrug.node.usecases.reports.join import facts_of, follow, place, same_patient
from beeldbrug.sealed.capsule import Content
from beeldbrug.sealed.envelope import EnvelopeKind

NOT_SENT = "report-not-sent"
NOT_SENT_NL = "Een verslag kon niet naar de ontvanger."

log = get("reports")


@dataclass(frozen=True, slots=True)
class _Due:
    """A version that is to go with a sending."""

    row: ReportRow
    number: int
    at: float
    report: Report


@dataclass(frozen=True)
class SendReportsStep:
    """``wanted`` says by the name of a sending's rule whether reports go with it."""

    database: Database
    post: Post
    wanted: Callable[[str], bool]
    clock: Callable[[], float]

    def step(self, subject: str) -> float | None:
        """Join what waited, and send what has not gone. Raises Unavailable."""
        with self.database.read() as tx:
            exchange = tx.exchanges.get(self.post.own.ura, subject)
        if exchange is None or exchange.direction is not Direction.OUT:
            return None
        self._join_waiting(exchange)
        with self.database.read() as tx:
            kept = tx.parcels.unsent_parts(exchange.organisation, exchange.id, exchange.organisation)
        if any(part.kind == EnvelopeKind.REPORT for part in kept):  # else what waits there is told by its own work
            self.post.deliver(exchange)
        with self.database.read() as tx:
            due = list(self._due(tx, exchange))
        for one in due:
            self.post.publish(exchange, EnvelopeKind.REPORT, list(records(one.report, one.at)), self._note(one))
        return None

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """The receiver cannot get it (any more): a human must know."""
        log.error("report not delivered", code=error.code, exchange=subject)
        texts = (NOT_SENT_NL, error.text, "Stuur het verslag op een andere manier, of bel de ontvanger.")
        with self.database.write() as tx:
            if tx.exchanges.get(self.post.own.ura, subject) is not None:
                row = AlertRow(0, self.post.own.ura, subject, NOT_SENT, *texts, error.remedy, raised=self.clock())
                tx.alerts.raise_(row)
        return None

    def _join_waiting(self, exchange: ExchangeRow) -> None:
        """Reports that came before their study; those that fit it in part come to the desk."""
        with self.database.read() as tx:
            study = own_study(tx, exchange)
            waiting = _waiting(tx, study) if study is not None else []
        if study is None or not waiting:
            return
        now = self.clock()
        with self.database.write() as tx:
            for row in _waiting(tx, study):
                report = tx.reports.version(row.organisation, row.id, row.standing, document=False)
                if report is not None:
                    follow(tx, place(tx, row, report, now), now)

    def _due(self, tx: Transaction, exchange: ExchangeRow) -> Iterator[_Due]:
        study = own_study(tx, exchange)
        if study is None or exchange.id not in tx.reports.followers(exchange.organisation, exchange.study_uid):
            return
        gone = {(one.report, one.number) for one in tx.reports.travelled(exchange.organisation, exchange.id)}
        for row in tx.reports.of_study(exchange.organisation, exchange.study_uid):
            alone = row.exchange == exchange.id
            if not (alone or (not row.exchange and self.wanted(exchange.rule))):
                continue
            there = {number for report, number in gone if report == row.id}
            for head in _to_go(tx.reports.heads(row.organisation, row.id), row.standing, there):
                version = tx.reports.version(row.organisation, row.id, head.number)
                if version is None or (version.status is ReportStatus.CANCELLED and not there):
                    continue  # nobody there has what was cancelled
                if may_be_placed(version.subject, facts_of(study), same_patient(tx, row.organisation)):
                    yield _Due(row, head.number, head.at, _of(version, study))

    def _note(self, due: _Due) -> Callable[[Transaction, Sequence[SealedPart]], bool]:
        def note(tx: Transaction, parts: Sequence[SealedPart]) -> bool:
            number, now = parts[-1].row.number, self.clock()
            exchange = tx.exchanges.get(due.row.organisation, parts[-1].row.parcel)
            current = tx.reports.get(due.row.organisation, due.row.id)
            if exchange is None or current is None or current.study_uid != exchange.study_uid:
                return False  # it was taken off the study meanwhile
            gone = tx.reports.travelled(exchange.organisation, exchange.id)
            if any((one.report, one.number) == (due.row.id, due.number) for one in gone):
                return False
            travelled = Travelled(due.row.id, due.number, number, now)
            tx.reports.note_travelled(exchange.organisation, exchange.id, travelled)
            tx.exchanges.bump(exchange.id, now)
            details: dict[str, Any] = {"report": due.row.id, "status": due.report.status.value, "parts": len(parts)}
            patient = due.report.subject.patient_id
            tx.audit.append(of_exchange(exchange, "report-sent", "R", "success", now, patient=patient, **details))
            return True

        return note


def _to_go(heads: Sequence[VersionHead], standing: int, there: Collection[int]) -> list[VersionHead]:
    """The version in force, once. What is preliminary replaces nothing final there: a cancellation goes before it."""
    current = next((head for head in heads if head.number == standing), None)
    if current is None or standing in there:
        return []
    if current.status is not ReportStatus.PRELIMINARY:
        return [current]
    last = max((head.at for head in heads if head.number in there), default=current.at)
    gone = [head for head in heads if head.status is ReportStatus.CANCELLED and last < head.at < current.at]
    return [*sorted(gone, key=lambda head: head.at)[-1:], current]


def own_study(tx: Transaction, exchange: ExchangeRow) -> StudyRow | None:
    """The study of a sending, as own systems gave it."""
    match = {"StudyInstanceUID": exchange.study_uid}
    found = tx.instances.studies(exchange.organisation, [(OWN, exchange.study_uid)], match, 0, 1)
    return found[0] if found else None


def records(report: Report, at: float) -> Iterator[Content]:
    """A version as it travels."""
    text = report.text.encode("utf-8", "replace")
    content = text + report.document
    pieces = [content[start : start + REPORT_PIECE_BYTES] for start in range(0, len(content), REPORT_PIECE_BYTES)]
    id_ = uuid4().hex
    head = replace(report, text="", document=b"")
    yield ReportRecord(id_, head, at, len(pieces), len(content), len(text), blake3(content).digest())
    for number, data in enumerate(pieces, 1):
        yield ReportPiece(id_, number, data)


def _of(report: Report, study: StudyRow) -> Report:
    """With the study's own identifiers: numbers that were merged into one are one here alone."""
    about = replace(report.subject, study_uid=study.study_uid, patient_id=study.patient_number.value)
    return replace(report, subject=about)


def _waiting(tx: Transaction, study: StudyRow) -> list[ReportRow]:
    subject = ReportSubject(study.patient_number.value, study.study_uid, study.accession_number)
    return tx.reports.marked(study.organisation, subject, ReportState.WAITING)
