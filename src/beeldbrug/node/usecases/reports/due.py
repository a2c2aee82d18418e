"""Which versions of which reports go on to the hospital's own systems, and which no longer. Pure.

Nothing goes before the import, which is where the local patient was confirmed; what went under an import that was
undone is taken back. A withdrawn report goes only where an earlier version may have gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from beeldbrug.model.exchange import State
from beeldbrug.model.report import Report, ReportSource, ReportStatus
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.report_delivery import DeliveryRow, DeliveryState, Outlet

OBJECTS = frozenset({Outlet.DICOM_PDF, Outlet.DICOM_SR})
RETRACTABLE = frozenset({Outlet.HL7, Outlet.PDF_FOLDER})
"""Ways on which a withdrawal can follow; an object in the PACS is removed there by hand, with the study."""

_OF_DICOM = (ReportSource.DICOM_SR, ReportSource.DICOM_PDF)


@dataclass(frozen=True, slots=True)
class DeliveryRule:
    """By setting: which ways, preliminary ones too, and those that are DICOM instances of the study too."""

    outlets: tuple[Outlet, ...] = ()
    preliminary: bool = True
    of_dicom: bool = False


def may_go(exchange: ExchangeRow) -> bool:
    """Whether its study stands in the PACS under a number that was confirmed."""
    return exchange.state is State.IMPORTED and exchange.withdrawn is None


def is_due(rule: DeliveryRule, outlet: Outlet, report: Report, number: int, before: Sequence[DeliveryRow]) -> bool:
    """Whether this version goes this way; ``before`` are the deliveries of the report this way since the import."""
    if report.status is ReportStatus.PRELIMINARY and not rule.preliminary:
        return False
    if report.source in _OF_DICOM and outlet in OBJECTS:
        return False
    if any(row.number == number for row in before):
        return False
    return report.status is not ReportStatus.CANCELLED or went(before)


def went(before: Iterable[DeliveryRow]) -> bool:
    """Whether an earlier version may have come there."""
    return any(row.state is not DeliveryState.REFUSED for row in before)


def superseded(rows: Sequence[DeliveryRow]) -> list[DeliveryRow]:
    """Of those that wait, what a newer version takes the place of; ``rows`` oldest first. A withdrawal is to another
    patient than what follows it, and always goes."""
    waiting = [row for row in rows if row.state is DeliveryState.WAITING and not row.retracts]
    newest = {(row.report, row.outlet): row.id for row in waiting}
    return [row for row in waiting if newest[row.report, row.outlet] != row.id]


def to_retract(rows: Sequence[DeliveryRow], mark: str) -> list[DeliveryRow]:
    """What went out under an import that was undone (its mark is another), the last version of each report and way, and
    has not been taken back."""
    last = {
        (row.report, row.outlet, row.mark): row
        for row in rows
        if row.mark != mark and not row.retracts and row.state is DeliveryState.DELIVERED and row.outlet in RETRACTABLE
    }
    back = {(row.report, row.outlet, row.mark) for row in rows if row.retracts}
    return [row for place, row in last.items() if place not in back]
