"""Attach a PDF as report to one exchange, by hand: it goes with that sending, or lies with that arrival alone.

It is of the exchange's own study and patient, whatever the PDF says inside: who attaches it vouches for that. Nothing
in the PDF is executed or opened here. With an arrival it goes on to the own systems like one that came along.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from beeldbrug.model.errors import Conflict, Malformed, NotFound, TooLarge
from beeldbrug.model.exchange import Direction, Route
from beeldbrug.model.report import Report, ReportKey, ReportSource, ReportStatus, ReportSubject
from beeldbrug.node.policy.actions import HAS_STUDY
from beeldbrug.node.ports.records import ExchangeRow, StudyRow
from beeldbrug.node.ports.reports import ReportRow, VersionHead
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.pdf import check_pdf
from beeldbrug.node.usecases.reports.arrive import MOST_REPORTS, keep_arrived
from beeldbrug.node.usecases.reports.keep import check_report, keep
from beeldbrug.node.usecases.reports.send import own_study

ISSUER: Final = "BEELDBRUG"
TITLE_CHARACTERS: Final = 200
URA_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class _Given:
    document: bytes
    title: str
    status: ReportStatus
    replaces: str


def attach(
    database: Database,
    organisation: str,
    exchange_id: str,
    document: bytes,
    title: str,
    status: ReportStatus,
    actor: str,
    now: float,
    replaces: str = "",
) -> ReportRow:
    """Keep it, and wish for it to go. ``replaces`` is the id of a report that was attached here before.

    Raises NotFound ``exchange-unknown``, ``report-unknown``, Conflict ``report-study-not-here``,
    ``report-sending-ended``, ``report-no-way``, Malformed ``report-not-pdf``, ``report-locked``, ``report-title``,
    TooLarge ``report-too-large``, ``report-too-many``.
    """
    check_pdf(document)
    title = " ".join(title.split())
    if not title.isprintable() or not 1 <= len(title) <= TITLE_CHARACTERS:
        raise Malformed("report-title", "A report needs a short title.", "Say in a few words what it is.")
    given = _Given(document, title, status, replaces)
    with database.write() as tx:
        tx.exchanges.hold(organisation, exchange_id)  # what is being taken back stays as it is looked at here
        exchange = tx.exchanges.get(organisation, exchange_id)
        if exchange is None:
            raise NotFound("exchange-unknown", "There is no exchange with this id.", "Go back to the list.")
        if exchange.direction is Direction.IN:
            return _with_arrival(tx, exchange, given, actor, now)
        return _with_sending(tx, exchange, given, actor, now)


def attached(tx: Transaction, exchange: ExchangeRow) -> list[VersionHead]:
    """The versions in force of what was attached here, newest change first. What they say is not read: nobody has
    looked at anything by this."""
    rows = [row for row in tx.reports.of_exchange(exchange.organisation, exchange.id) if row.key.issuer == ISSUER]
    heads = [(row, head) for row in rows for head in tx.reports.heads(row.organisation, row.id)]
    return [head for row, head in heads if head.number == row.standing]


def _with_sending(tx: Transaction, exchange: ExchangeRow, given: _Given, actor: str, now: float) -> ReportRow:
    study = own_study(tx, exchange)
    if study is None:
        raise _not_here()
    if exchange.route is not Route.HUB:
        raise Conflict(
            "report-no-way",
            "By the way that this sending goes no report can follow.",
            "Send it anew, and choose the report beside the images.",
        )
    begun = exchange.first_part is not None
    if begun and exchange.id not in tx.reports.followers(exchange.organisation, exchange.study_uid):
        raise Conflict("report-sending-ended", "This sending has ended; nothing goes with it.", "Send it again.")
    number = _number(tx, exchange, given.replaces)
    report = _report(ReportKey(exchange.organisation, ISSUER, number), study, given, actor, now)
    row = keep(tx, report, now, now, actor, exchange.id)
    tx.exchanges.bump(exchange.id, now)
    return row


def _with_arrival(tx: Transaction, exchange: ExchangeRow, given: _Given, actor: str, now: float) -> ReportRow:
    """Whoever wrote it is not known here: its sender's organisation stands for that, where it has a URA."""
    found = tx.instances.studies(exchange.organisation, [(exchange.id, exchange.study_uid)], {}, 0, 1)
    if not found:
        raise _not_here()
    if exchange.state not in HAS_STUDY or exchange.emptied is not None or exchange.withdrawn is not None:
        raise Conflict("report-arrival-ended", "This arrival has ended; nothing can be put with it.", "Go to the list.")
    if not given.replaces and len(tx.reports.of_exchange(exchange.organisation, exchange.id)) >= MOST_REPORTS:
        raise TooLarge("report-too-many", "There are too many reports with this arrival.", "Replace one of them.")
    number = _number(tx, exchange, given.replaces)
    by = exchange.peer if exchange.peer.isdecimal() and len(exchange.peer) == URA_DIGITS else exchange.organisation
    report = _report(ReportKey(by, ISSUER, number), found[0], given, "", now)
    return keep_arrived(tx, exchange, report, now, now, actor)


def _number(tx: Transaction, exchange: ExchangeRow, replaces: str) -> str:
    if not replaces:
        return uuid4().hex
    before = tx.reports.get(exchange.organisation, replaces)
    here = before is not None and before.exchange == exchange.id and before.direction is exchange.direction
    if before is None or not here or before.key.issuer != ISSUER:
        raise NotFound("report-unknown", "There is no such report with this exchange.", "Reload the page.")
    return before.key.number


def _report(key: ReportKey, study: StudyRow, given: _Given, author: str, now: float) -> Report:
    report = Report(
        key=key,
        status=given.status,
        source=ReportSource.PDF,
        subject=ReportSubject(
            study.patient_number.value, study.study_uid, study.accession_number, observed=study.study_date
        ),
        title=given.title,
        author=author,
        written=now,
        document=given.document,
    )
    check_report(report)
    return report


def _not_here() -> Conflict:
    return Conflict("report-study-not-here", "The study of this exchange is not here (yet).", "Wait until it is.")
