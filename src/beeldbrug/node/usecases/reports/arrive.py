"""A report that came with an arrival: kept with it, version by version, and destroyed with it.

Believed from the sender of the arrival and for its study alone. A version counts once all its pieces are here and have
the hash that its sender stated; the same again changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import msgspec
from blake3 import blake3

from beeldbrug.model.capsule import ReportPiece, ReportRecord
from beeldbrug.model.errors import Denied, Malformed, TooLarge
from beeldbrug.model.exchange import Direction
from beeldbrug.model.report import Report, ReportStatus
from beeldbrug.node.ports.records import AlertRow, ExchangeRow
from beeldbrug.node.ports.reports import ReportRow, ReportState
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.reports.keep import add_version, check_report, in_force, is_here

MOST_REPORTS = 100
"""Reports that one arrival may bring."""

REPLACED = "report-replaced"
REPLACED_TEXTS: dict[ReportStatus, tuple[str, str, str, str]] = {
    ReportStatus.CORRECTED: (
        "Het verslag is door de afzender gecorrigeerd.",
        "The sender has corrected the report.",
        "Lees het gecorrigeerde verslag.",
        "Read the corrected report.",
    ),
    ReportStatus.CANCELLED: (
        "Het verslag is door de afzender ingetrokken.",
        "The sender has cancelled the report.",
        "Gebruik het verslag niet meer; bel zo nodig de afzender.",
        "Do not use the report any more; call the sender if needed.",
    ),
}

TOO_LATE = "report-too-late"
TOO_LATE_TEXTS = (
    "Een verslag kwam na het wissen van deze ontvangst en is niet bewaard.",
    "A report came after this arrival was emptied, and was not kept.",
    "Vraag de afzender het onderzoek opnieuw te versturen.",
    "Ask the sender to send the study again.",
)

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(ReportRecord)


def take_report(tx: Transaction, exchange: ExchangeRow, record: ReportRecord | ReportPiece, now: float) -> None:
    """Apply one record within the transaction that keeps its part. Raises Denied, Malformed, TooLarge."""
    if exchange.emptied is not None:
        tx.alerts.raise_(AlertRow(0, exchange.organisation, exchange.id, TOO_LATE, *TOO_LATE_TEXTS, raised=now))
        return
    if tx.exchanges.hold(exchange.organisation, exchange.id) is None:
        return  # it is being withdrawn: nothing of it may be left behind
    organisation = exchange.organisation
    if isinstance(record, ReportRecord):
        _check(tx, exchange, record)
        tx.reports.add_piece(organisation, exchange.id, record.id, 0, _ENCODER.encode(record))
    else:
        tx.reports.add_piece(organisation, exchange.id, record.id, record.number, record.data)
    head = _head(tx.reports.piece(organisation, exchange.id, record.id, 0))
    last = record.number if isinstance(record, ReportPiece) else 0
    if last < head.pieces:
        return
    pieces = tx.reports.pieces(organisation, exchange.id, record.id)[1:]
    tx.reports.drop_pieces(organisation, exchange.id, record.id)
    keep_arrived(tx, exchange, _whole(head, b"".join(pieces)), head.at, now)


def _check(tx: Transaction, exchange: ExchangeRow, record: ReportRecord) -> None:
    report = record.report
    if report.key.organisation != exchange.peer:
        raise Denied("report-of-another", "A report says that it was written by another than who sends it.")
    if report.subject.study_uid != exchange.study_uid:
        raise Malformed("report-study-differs", "A report is of another study than its parcel offered.")
    match = {"StudyInstanceUID": exchange.study_uid}
    scope = [(exchange.id, exchange.study_uid)]
    for study in tx.instances.studies(exchange.organisation, scope, match, 0, 1):
        if study.patient_number.value and study.patient_number.value != report.subject.patient_id:
            raise Denied("report-of-other-patient", "A report is of another patient than the study it came with.")
    known = tx.reports.find(exchange.organisation, Direction.IN, exchange.id, report.key)
    if known is None and len(tx.reports.of_exchange(exchange.organisation, exchange.id)) >= MOST_REPORTS:
        raise TooLarge("report-too-many", "An arrival brings too many reports.", "Ask the sender to look.")


def _head(first: bytes | None) -> ReportRecord:
    try:
        return _DECODER.decode(first or b"")
    except msgspec.MsgspecError:
        raise Malformed("report-piece-alone", "A piece of a report came without its beginning.") from None


def _whole(head: ReportRecord, content: bytes) -> Report:
    if len(content) != head.size or blake3(content).digest() != head.hash:
        raise Malformed("report-hash-differs", "A report is not the one that its sender sent.", "Ask for it again.")
    try:
        text = content[: head.text_bytes].decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("report-hash-differs", "A report cannot be read.", "Ask for it again.") from None
    report = replace(head.report, text=text, document=content[head.text_bytes :])
    check_report(report)
    return report


def keep_arrived(
    tx: Transaction, exchange: ExchangeRow, report: Report, at: float, now: float, actor: str = ""
) -> ReportRow:
    """Keep a version with its arrival, and wish for it to go on. ``actor``: somebody here added it by hand; what he
    changes himself, nobody has to be told."""
    organisation = exchange.organisation
    row = tx.reports.find(organisation, Direction.IN, exchange.id, report.key)
    if row is None:
        place = (ReportState.PLACED, now, exchange.id, exchange.study_uid)
        row = ReportRow(organisation, uuid4().hex, Direction.IN, report.key, *place)
        tx.reports.add(row)
    elif is_here(tx, row, report, at):
        return row
    head = add_version(tx, row, report, at, now)
    row = replace(row, standing=in_force(tx, row), changed=now)
    tx.reports.update(row)
    tx.exchanges.bump(exchange.id, now)
    tx.work.add(organisation, WorkKind.ONWARD, exchange.id, exchange.urgency, now)
    if row.standing == head.number and head.number > 1 and not actor:
        _tell(tx, exchange, report.status, now)
    details: dict[str, Any] = {"report": row.id, "status": report.status.value, "in_force": row.standing == head.number}
    patient = report.subject.patient_id
    event = of_exchange(exchange, "report-arrived", "C", "success", now, actor=actor, patient=patient, **details)
    tx.audit.append(event)
    return row


def _tell(tx: Transaction, exchange: ExchangeRow, status: ReportStatus, now: float) -> None:
    """Whoever may have read the one before is told; what is preliminary takes no such word back."""
    if status is ReportStatus.PRELIMINARY:
        return
    tx.alerts.clear(exchange.organisation, exchange.id, REPLACED, now)
    if status in REPLACED_TEXTS:
        row = AlertRow(0, exchange.organisation, exchange.id, REPLACED, *REPLACED_TEXTS[status], raised=now)
        tx.alerts.raise_(row)
