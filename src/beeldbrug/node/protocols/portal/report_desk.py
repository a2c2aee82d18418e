"""Routes of reports that could not be placed, and of attaching a report to an exchange by hand."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from beeldbrug.model.errors import Denied, NotFound
from beeldbrug.model.exchange import Direction
from beeldbrug.model.issuer import MARK
from beeldbrug.model.report import ReportStatus
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.policy.texts import reason_of
from beeldbrug.node.ports.reports import ReportState
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Reply, Route
from beeldbrug.node.usecases.inbox.listing import visible
from beeldbrug.node.usecases.reports.attach import attach, attached
from beeldbrug.node.usecases.reports.desk import (
    Case,
    Fitting,
    claim_report,
    document_of,
    place_on,
    set_aside,
    shown_cases,
)

PDF: Final = "application/pdf"


class ReportStudy(msgspec.Struct, frozen=True):
    """A study that a report may belong to. ``differs``: patient, accession (or its issuer) or day does not agree; only
    where ``placeable`` can the report be put there."""

    study_uid: str
    patient: str
    patient_id: str
    birth_date: str
    accession: str
    day: str
    description: str
    modalities: list[str]
    differs: list[str]
    placeable: bool
    accession_issuer: str


class ReportCase(msgspec.Struct, frozen=True):
    """A report that waits for a human: why, what it says of itself, its text, and the studies that it may be of.
    ``taken_by`` is the login of a colleague who is deciding."""

    id: str
    status: str
    title: str
    author: str
    written: float
    patient_id: str
    accession: str
    order: str
    day: str
    text: str
    document: bool
    reason: str
    reason_nl: str
    reason_en: str
    remedy_nl: str
    remedy_en: str
    arrived: float
    taken_by: str
    studies: list[ReportStudy]
    accession_issuer: str


class ReportCases(msgspec.Struct, frozen=True):
    """The oldest first."""

    cases: list[ReportCase]


class ReportClaim(msgspec.Struct, frozen=True):
    """Whether to take it from a colleague."""

    take_over: bool = False


class ReportPlace(msgspec.Struct, frozen=True):
    """The study; no URL holds its UID."""

    study_uid: str


class ReportAside(msgspec.Struct, frozen=True):
    """Why it belongs to no study here."""

    why: str


class ReportDecided(msgspec.Struct, frozen=True):
    """What became of it."""

    id: str
    state: str


class ReportAttached(msgspec.Struct, frozen=True):
    """A PDF that was put ready (``POST /sending/reports``). ``replaces``: id of a report attached here before."""

    report: str
    title: str
    status: Literal["preliminary", "final", "corrected"]
    replaces: str = ""


class AttachedReport(msgspec.Struct, frozen=True):
    """A report that was attached by hand: how far it is, and when its version in force came (POSIX seconds)."""

    id: str
    status: str
    arrived: float


class AttachedReports(msgspec.Struct, frozen=True):
    """Those that a new one can replace. Asking for them is no viewing."""

    reports: list[AttachedReport]


def waiting_reports(portal: Portal, call: Call) -> int:
    """How many wait for whoever calls."""
    if call.session.limited or Permission.IMPORT not in call.session.permissions:
        return 0
    with portal.database.read() as tx:
        return tx.reports.count(portal.organisation, ReportState.DESK)


def _cases(portal: Portal, call: Call) -> ReportCases:
    _whole_desk(call)
    found = shown_cases(portal.database, portal.organisation, call.session.account.login, call.now)
    return ReportCases([_case(one, call.session.account.login) for one in found])


def _claim(portal: Portal, call: Call) -> ReportDecided:
    _whole_desk(call)
    report = call.variables["report"]
    made = claim_report(portal.database, portal.organisation, report, _login(call), call.now, call.body.take_over)
    return ReportDecided(made.exchange, "claimed")


def _place(portal: Portal, call: Call) -> ReportDecided:
    _whole_desk(call)
    report = call.variables["report"]
    row = place_on(portal.database, portal.organisation, report, call.body.study_uid, _login(call), call.now)
    return ReportDecided(row.id, row.state.value)


def _aside(portal: Portal, call: Call) -> ReportDecided:
    _whole_desk(call)
    report = call.variables["report"]
    row = set_aside(portal.database, portal.organisation, report, _login(call), call.body.why, call.now)
    return ReportDecided(row.id, row.state.value)


def _document(portal: Portal, call: Call) -> Reply:
    _whole_desk(call)
    content = document_of(portal.database, portal.organisation, call.variables["report"], _login(call), call.now)
    shown = (b"content-disposition", b'inline; filename="verslag.pdf"')
    return Reply(content, content_type=PDF, length=len(content), headers=[shown])


def _attach(portal: Portal, call: Call) -> ReportDecided:
    body: ReportAttached = call.body
    account = call.session.account
    with portal.database.read() as tx:
        exchange = visible(tx, call.session, call.variables["exchange"])
        enclosure = tx.gatherings.enclosure(portal.organisation, body.report)
    if exchange.direction is Direction.IN and Permission.IMPORT not in call.session.permissions:
        raise Denied("not-permitted", "Your role does not allow this.", "Ask your administrator which role you need.")
    if enclosure is None or enclosure.account != account.id:
        raise NotFound("report-unknown", "There is no such report.", "Choose the PDF again.")
    row = attach(
        portal.database,
        portal.organisation,
        exchange.id,
        enclosure.content,
        body.title,
        ReportStatus(body.status),
        account.login,
        call.now,
        body.replaces,
    )
    with portal.database.write() as tx:
        tx.gatherings.drop_enclosure(portal.organisation, enclosure.id)
    return ReportDecided(row.id, row.state.value)


def _attached(portal: Portal, call: Call) -> AttachedReports:
    with portal.database.read() as tx:
        heads = attached(tx, visible(tx, call.session, call.variables["exchange"]))
    return AttachedReports([AttachedReport(one.report, one.status.value, one.arrived) for one in heads])


def _whole_desk(call: Call) -> None:
    """These are of many patients: nobody who came in for one sees them."""
    if call.session.limited:
        raise Denied(
            "launched-session",
            "This session was opened from another system, for one patient.",
            "Sign in to Beeldbrug itself to change your account.",
        )


def _login(call: Call) -> str:
    return call.session.account.login


def _case(case: Case, login: str) -> ReportCase:
    report, about, reason = case.report, case.report.subject, reason_of(case.row.reason)
    taken = case.claim.account if case.claim is not None and case.claim.account != login else ""
    return ReportCase(
        id=case.row.id,
        status=report.status.value,
        title=report.title,
        author=report.author,
        written=report.written,
        patient_id=about.patient_id,
        accession=about.accession,
        order=about.filler or about.placer,
        day=about.observed,
        text=report.text,
        document=case.has_document,
        reason=reason.code,
        reason_nl=reason.nl,
        reason_en=reason.en,
        remedy_nl=reason.remedy_nl,
        remedy_en=reason.remedy_en,
        arrived=case.row.changed,
        taken_by=taken,
        studies=[_study(one) for one in case.fitting],
        accession_issuer=_shown(about.accession_issuer if about.accession else about.filler_issuer),
    )


def _study(fitting: Fitting) -> ReportStudy:
    study = fitting.study
    return ReportStudy(
        study_uid=study.study_uid,
        patient=study.patient_name,
        patient_id=study.patient_number.value,
        birth_date=study.birth_date,
        accession=study.accession_number,
        day=study.study_date,
        description=study.description,
        modalities=list(study.modalities),
        differs=list(fitting.differs),
        placeable=fitting.placeable,
        accession_issuer=_shown(study.accession_issuer),
    )


def _shown(issuer: str) -> str:
    """All its names, for a human."""
    return issuer.replace(MARK, " / ")


_ROW: Final = "/reports/{report}"
_WITH: Final = "/exchanges/{exchange}/reports"
_DESK: Final = Permission.IMPORT

ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/reports/desk", _DESK, _cases, answer=ReportCases),
    Route("POST", _ROW + "/claim", _DESK, _claim, body=ReportClaim, answer=ReportDecided),
    Route("POST", _ROW + "/place", _DESK, _place, body=ReportPlace, answer=ReportDecided),
    Route("POST", _ROW + "/aside", _DESK, _aside, body=ReportAside, answer=ReportDecided),
    Route("GET", _ROW + "/document", _DESK, _document),
    Route("POST", _WITH, Permission.SEND, _attach, body=ReportAttached, answer=ReportDecided),
    Route("GET", _WITH + "/attached", Permission.SEND, _attached, answer=AttachedReports),
)
