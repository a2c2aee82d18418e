"""Attach a PDF as report to one sending, by hand: it goes with that sending and with no other.

It is of the sending's own study and patient, whatever the PDF says inside: who attaches it vouches for that. Nothing in
the PDF is executed or opened here.
"""

from __future__ import annotations

from uuid import uuid4

from beeldbrug.model.errors import Conflict, Malformed, NotFound
from beeldbrug.model.exchange import Direction
from beeldbrug.model.report import Report, ReportKey, ReportSource, ReportStatus, ReportSubject
from beeldbrug.node.ports.reports import ReportRow
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.pdf import check_pdf
from beeldbrug.node.usecases.reports.keep import check_report, keep
from beeldbrug.node.usecases.reports.send import own_study

ISSUER = "BEELDBRUG"
TITLE_CHARACTERS = 200


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
    ``report-sending-ended``, Malformed ``report-not-pdf``, ``report-locked``, ``report-title``,
    TooLarge ``report-too-large``.
    """
    check_pdf(document)
    title = " ".join(title.split())
    if not title.isprintable() or not 1 <= len(title) <= TITLE_CHARACTERS:
        raise Malformed("report-title", "A report needs a short title.", "Say in a few words what it is.")
    with database.write() as tx:
        exchange = tx.exchanges.get(organisation, exchange_id)
        if exchange is None or exchange.direction is not Direction.OUT:
            raise NotFound("exchange-unknown", "There is no sending with this id.", "Go back to the list.")
        study = own_study(tx, exchange)
        if study is None:
            raise Conflict("report-study-not-here", "The study of this sending is not here (yet).", "Wait until it is.")
        begun = exchange.first_part is not None
        if begun and exchange.id not in tx.reports.followers(organisation, exchange.study_uid):
            raise Conflict("report-sending-ended", "This sending has ended; nothing goes with it.", "Send it again.")
        number = uuid4().hex
        if replaces:
            before = tx.reports.get(organisation, replaces)
            if before is None or before.exchange != exchange.id or before.direction is not Direction.OUT:
                raise NotFound("report-unknown", "There is no such report with this sending.", "Reload the page.")
            number = before.key.number
        report = Report(
            key=ReportKey(organisation, ISSUER, number),
            status=status,
            source=ReportSource.PDF,
            subject=ReportSubject(
                study.patient_number.value, study.study_uid, study.accession_number, observed=study.study_date
            ),
            title=title,
            author=actor,
            written=now,
            document=document,
        )
        check_report(report)
        return keep(tx, report, now, now, actor, exchange.id)
