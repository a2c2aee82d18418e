"""The reports of a study beside its images, and how far each has gone on to the hospital's own systems.

A PDF opens in a sandbox of its own, as every document does: no script of it runs here.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from beeldbrug.model.errors import NotFound
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.ports.report_delivery import DeliveryRow
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import PREFIX, Call, Reply, Route
from beeldbrug.node.protocols.portal.viewing import SANDBOX, name_of
from beeldbrug.node.usecases.inbox.listing import visible
from beeldbrug.node.usecases.reports.deliver import deliver_again
from beeldbrug.node.usecases.reports.read import Read, ReadReports, Version

_NUMBER = re.compile(r"[0-9]{1,9}")


class ReportVersion(msgspec.Struct, frozen=True):
    """One version. ``status``: preliminary, final, corrected or cancelled; ``written`` POSIX seconds, 0 where it is not
    said; ``document`` is where its PDF is, empty where there is none."""

    number: int
    status: str
    title: str
    author: str
    verifier: str
    written: float
    arrived: float
    text: str
    document: str


class StudyReport(msgspec.Struct, frozen=True):
    """A report; ``standing`` is the number of the version in force, versions are newest first."""

    id: str
    standing: int
    versions: list[ReportVersion]


class StudyReports(msgspec.Struct, frozen=True):
    """Reports of a study that are no instances of it."""

    reports: list[StudyReport]


class ReportDeliveryObject(msgspec.Struct, frozen=True):
    """A version on its way to an own system. ``way``: hl7, pdf-folder, dicom-pdf, dicom-sr; ``state``: waiting,
    delivered, refused or dropped; ``reason`` a code; ``retracts``: it takes back what went before."""

    id: str
    report: str
    version: int
    way: str
    state: str
    reason: str
    retracts: bool
    changed: float


class ReportDeliveriesObject(msgspec.Struct, frozen=True):
    """Of an arrival, oldest first."""

    deliveries: list[ReportDeliveryObject]


def _reports(portal: Portal, call: Call) -> StudyReports:
    name = name_of(call)
    base = f"{PREFIX}/{name.kind.value}/{name.id}/reports"
    return StudyReports([_object(one, base) for one in _reading(portal).of(call.session.scope, name)])


def _document(portal: Portal, call: Call) -> Reply:
    text = call.variables["number"]
    if _NUMBER.fullmatch(text) is None:
        raise NotFound("no-such-resource", "There is no such path.", "See the portal's API description.")
    content = _reading(portal).document(call.session.scope, name_of(call), call.variables["report"], int(text))
    shown = (b"content-disposition", b'inline; filename="report.pdf"')
    return Reply(content, content_type="application/pdf", headers=[SANDBOX, shown])


def _deliveries(portal: Portal, call: Call) -> ReportDeliveriesObject:
    with portal.database.read() as tx:
        exchange = visible(tx, call.session, call.variables["exchange"])
        rows = tx.report_deliveries.of_exchange(portal.organisation, exchange.id)
    return ReportDeliveriesObject([_delivery(row) for row in rows])


def _again(portal: Portal, call: Call) -> ReportDeliveriesObject:
    with portal.database.read() as tx:
        exchange = visible(tx, call.session, call.variables["exchange"]).id
    actor = call.session.account.login
    deliver_again(portal.database, portal.organisation, exchange, call.variables["delivery"], actor, call.now)
    return _deliveries(portal, call)


def _reading(portal: Portal) -> ReadReports:
    return ReadReports(portal.database, portal.viewing)


def _object(one: Read, base: str) -> StudyReport:
    return StudyReport(one.id, one.standing, [_version(one.id, version, base) for version in one.versions])


def _version(report: str, one: Version, base: str) -> ReportVersion:
    head, said = one.head, one.report
    document = f"{base}/{report}/{head.number}/document" if head.document_bytes else ""
    return ReportVersion(
        number=head.number,
        status=said.status.value,
        title=said.title or said.procedure.meaning,
        author=said.author,
        verifier=said.verifier,
        written=said.written,
        arrived=head.arrived,
        text=said.text,
        document=document,
    )


def _delivery(row: DeliveryRow) -> ReportDeliveryObject:
    place = (row.id, row.report, row.number, row.outlet.value)
    return ReportDeliveryObject(*place, row.state.value, row.reason, row.retracts, row.changed)


_EXCHANGE: Final = "/exchanges/{exchange}"

ROUTES: Final[tuple[Route, ...]] = (
    *(
        route
        for of in (_EXCHANGE, "/studies/{study}")
        for route in (
            Route("GET", of + "/reports", Permission.VIEW, _reports, answer=StudyReports),
            Route("GET", of + "/reports/{report}/{number}/document", Permission.VIEW, _document),
        )
    ),
    Route("GET", _EXCHANGE + "/deliveries", Permission.SEE_EXCHANGES, _deliveries, answer=ReportDeliveriesObject),
    Route(
        "POST",
        _EXCHANGE + "/deliveries/{delivery}/again",
        Permission.IMPORT,
        _again,
        answer=ReportDeliveriesObject,
    ),
)
