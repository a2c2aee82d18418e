"""Reports that could not be placed: a human at the desk puts each on its study, or sets it aside with a reason.

A report is put on a study of its own patient and on no other, whoever asks. Whoever is deciding says so first; a
colleague then cannot decide the same case (``usecases.desk.claim`` does it so for arrivals).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from beeldbrug.model.errors import Conflict, Malformed, NotFound
from beeldbrug.model.exchange import Direction
from beeldbrug.model.issuer import Agreement
from beeldbrug.model.report import Report
from beeldbrug.node.policy.reports import StudyFacts, accession_differs, may_be_placed, number_agrees
from beeldbrug.node.ports.importing import Claim
from beeldbrug.node.ports.records import OWN, StudyRow
from beeldbrug.node.ports.reports import ReportRow, ReportState
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.reports.join import facts_of, follow, same_patient, studies_for, tell_desk
from beeldbrug.node.usecases.reports.keep import report_event

CLAIM_SECONDS = 300.0
"""How long a claim holds after it was last renewed."""

WHY_CHARACTERS = 500
CASES = 200

OPEN = frozenset({ReportState.DESK, ReportState.WAITING})
"""States in which a human may decide."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """A study that the report may belong to; ``differs`` names what does not agree: patient, accession, day."""

    study: StudyRow
    differs: tuple[str, ...]
    placeable: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A report at the desk, its version in force without the PDF, and the studies that it may belong to."""

    row: ReportRow
    report: Report
    fitting: tuple[Fitting, ...]
    claim: Claim | None = None
    has_document: bool = False


def cases(database: Database, organisation: str, now: float) -> list[Case]:
    """All that wait for a human, the oldest first."""
    with database.read() as tx:
        rows = tx.reports.in_state(organisation, ReportState.DESK, CASES)
        found = ((row, tx.reports.version(organisation, row.id, row.standing, document=False)) for row in rows)
        return [_case(tx, row, report, now) for row, report in found if report is not None]


def shown_cases(database: Database, organisation: str, account: str, now: float) -> list[Case]:
    """The same, for ``account`` (a login) to read: of each that it is of, the trail tells who read it."""
    found = cases(database, organisation, now)
    if found:
        with database.write() as tx:
            for case in found:
                tx.audit.append(report_event(case.row, "report-read", "R", case.report, account, now))
    return found


def document_of(database: Database, organisation: str, report: str, account: str, now: float) -> bytes:
    """The PDF of a report at the desk, for ``account`` to read. Raises NotFound ``report-unknown``."""
    with database.write() as tx:
        row = tx.reports.get(organisation, report)
        if row is None or row.direction is not Direction.OUT or row.state not in OPEN:
            raise _unknown()
        said = tx.reports.version(organisation, report, row.standing)
        if said is None or not said.document:
            raise _unknown()
        tx.audit.append(report_event(row, "report-read", "R", said, account, now))
        return said.document


def claim_report(
    database: Database, organisation: str, report: str, account: str, now: float, take_over: bool = False
) -> Claim:
    """Say that ``account`` (a login) is deciding. Raises NotFound, Conflict ``report-decided``, ``desk-taken``."""
    with database.write() as tx:
        _open(tx, organisation, report)
        held = _held(tx, organisation, report, now)
        if held is not None and held.account != account and not take_over:
            raise _taken()
        since = held.since if held is not None and held.account == account else now
        made = Claim(report, account, since, now + CLAIM_SECONDS)
        tx.claims.put(organisation, made)
    return made


def place_on(database: Database, organisation: str, report: str, study_uid: str, account: str, now: float) -> ReportRow:
    """Put it on a study of our own. Raises NotFound ``report-unknown``, ``report-study-unknown``, Conflict
    ``report-decided``, ``desk-taken``, ``report-of-other-patient``."""
    with database.write() as tx:
        row, said = _decide(tx, organisation, report, account, now)
        match = {"StudyInstanceUID": study_uid}
        found = tx.instances.studies(organisation, [(OWN, study_uid)], match, 0, 1) if study_uid else []
        if not found:
            raise NotFound("report-study-unknown", "This study is not here.", "Have it sent here first.")
        if not may_be_placed(said.subject, facts_of(found[0]), same_patient(tx, organisation)):
            raise Conflict(
                "report-of-other-patient",
                "The report is of another patient than the study.",
                "Have the report or the study corrected in its own system and sent again.",
            )
        return _decided(tx, row, said, ReportState.PLACED, study_uid, account, "", now)


def set_aside(database: Database, organisation: str, report: str, account: str, why: str, now: float) -> ReportRow:
    """It belongs to no study here. Raises NotFound, Conflict, Malformed ``report-reason-missing``."""
    why = " ".join(why.split())
    if not why or len(why) > WHY_CHARACTERS:
        raise Malformed("report-reason-missing", "Setting a report aside needs a short reason.", "Say why.")
    with database.write() as tx:
        row, said = _decide(tx, organisation, report, account, now)
        return _decided(tx, row, said, ReportState.ASIDE, "", account, why, now)


def _case(tx: Transaction, row: ReportRow, report: Report, now: float) -> Case:
    studies = studies_for(tx, row.organisation, report.subject)
    fitting = [_fitting(tx, row, report, study) for study in studies]
    fitting.sort(key=lambda one: (len(one.differs), one.study.study_date))
    heads = tx.reports.heads(row.organisation, row.id)
    has_document = any(head.number == row.standing and head.document_bytes for head in heads)
    return Case(row, report, tuple(fitting), _held(tx, row.organisation, row.id, now), has_document)


def _fitting(tx: Transaction, row: ReportRow, report: Report, study: StudyRow) -> Fitting:
    subject, facts = report.subject, facts_of(study)
    placeable = may_be_placed(subject, facts, same_patient(tx, row.organisation))
    differs = [] if placeable else ["patient"]
    if accession_differs(subject, facts) or number_agrees(subject, facts) is Agreement.OTHER:
        differs.append("accession")
    if _other_day(subject.observed, facts):
        differs.append("day")
    return Fitting(study, tuple(differs), placeable)


def _other_day(observed: str, facts: StudyFacts) -> bool:
    return bool(observed and facts.day and observed != facts.day)


def _decide(tx: Transaction, organisation: str, report: str, account: str, now: float) -> tuple[ReportRow, Report]:
    row = _open(tx, organisation, report)
    held = _held(tx, organisation, report, now)
    if held is not None and held.account != account:
        raise _taken()
    said = tx.reports.version(organisation, report, row.standing, document=False)
    if said is None:
        raise _unknown()
    return row, said


def _decided(
    tx: Transaction, row: ReportRow, said: Report, state: ReportState, study: str, account: str, why: str, now: float
) -> ReportRow:
    decided = replace(row, state=state, study_uid=study, reason="", by=account, why=why, changed=now)
    tx.reports.update(decided)
    tx.claims.drop(row.organisation, row.id)
    tx.audit.append(
        report_event(
            decided,
            "report-placed" if state is ReportState.PLACED else "report-aside",
            "U",
            said,
            account,
            now,
        )
    )
    follow(tx, decided, now)
    tell_desk(tx, row.organisation, now)
    return decided


def _open(tx: Transaction, organisation: str, report: str) -> ReportRow:
    row = tx.reports.get(organisation, report)
    if row is None or row.direction is not Direction.OUT:
        raise _unknown()
    if row.state not in OPEN:
        raise Conflict("report-decided", "Somebody has decided about this report.", "Reload the list.")
    return row


def _held(tx: Transaction, organisation: str, report: str, now: float) -> Claim | None:
    held = tx.claims.get(organisation, report)
    return held if held is not None and held.expires > now else None


def _taken() -> Conflict:
    return Conflict("desk-taken", "A colleague is deciding about this report.", "Ask who it is, or take it over.")


def _unknown() -> NotFound:
    return NotFound("report-unknown", "There is no such report.", "Reload the list.")
