"""Join a report of our own to its study: when it comes, when the study is sent, and when a human decides.

Nothing is placed on a study of another patient, by nobody: numbers that were merged into one count as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from beeldbrug.model.report import Report, ReportSubject
from beeldbrug.node.policy.reports import SUBJECT_CHANGED, Joined, Same, StudyFacts, join
from beeldbrug.node.ports.records import OWN, AlertRow, StudyRow
from beeldbrug.node.ports.reports import ReportRow, ReportState
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.ports.work import WorkKind

AT_DESK = "report-at-desk"
AT_DESK_TEXTS = (
    "Een verslag kon niet bij een onderzoek worden gelegd.",
    "A report could not be joined to a study.",
    "Kies op de beelddesk het onderzoek, of zet het verslag apart.",
    "Choose the study at the image desk, or set the report aside.",
)

MOST_STUDIES = 50
"""Studies that are looked at for one report."""


def studies_for(tx: Transaction, organisation: str, subject: ReportSubject) -> list[StudyRow]:
    """Own studies that share UID, a number, or patient and day with it."""
    asked = [
        {"StudyInstanceUID": subject.study_uid},
        *({"AccessionNumber": number} for number in (subject.accession, subject.placer, subject.filler)),
        {"PatientID": subject.patient_id, "StudyDate": subject.observed},
    ]
    found: dict[str, StudyRow] = {}
    for match in asked:
        if all(match.values()) and not any(set(value) & set("*?\\-") for value in _free(match)):
            rows = tx.instances.studies(organisation, None, match, 0, MOST_STUDIES)
            found |= {row.study_uid: row for row in rows if row.origin == OWN}
    return list(found.values())


def _free(match: dict[str, str]) -> list[str]:
    """Values that could be read as a wild card (PS3.4 C.2.2.2.4) or a range of days; a hyphen is one in days alone."""
    return [value.replace("-", "") if name != "StudyDate" else value for name, value in match.items()]


def facts_of(row: StudyRow) -> StudyFacts:
    """What policy asks of a study."""
    number = row.patient_number.value
    return StudyFacts(row.study_uid, number, row.accession_number, row.study_date, row.accession_issuer)


def same_patient(tx: Transaction, organisation: str) -> Same:
    """Whether two own numbers are of one patient: alike, or merged into one."""
    return lambda one, other: (
        one == other or tx.own_patients.standing(organisation, one) == tx.own_patients.standing(organisation, other)
    )


def place(tx: Transaction, row: ReportRow, report: Report, now: float) -> ReportRow:
    """The row with where its version in force belongs, kept. What a human decided stands while the report is of the
    same subject, which the caller knows."""
    joined = _joined(tx, row.organisation, report.subject)
    moved = row.state is ReportState.PLACED and joined.study_uid != row.study_uid
    if moved:
        joined = Joined(reason=SUBJECT_CHANGED)
    reason = joined.reason.code if joined.reason is not None else ""
    state = ReportState.PLACED if joined.study_uid else ReportState.DESK if reason else ReportState.WAITING
    if (state, joined.study_uid, reason) == (row.state, row.study_uid, row.reason):
        return row
    placed = replace(row, state=state, study_uid=joined.study_uid, reason=reason, changed=now)
    tx.reports.update(placed)
    tell_desk(tx, row.organisation, now)
    return placed


def tell_desk(tx: Transaction, organisation: str, now: float) -> None:
    """Whether a report waits for a human is told as long as one does."""
    if tx.reports.in_state(organisation, ReportState.DESK, 1):
        tx.alerts.raise_(AlertRow(0, organisation, "", AT_DESK, *AT_DESK_TEXTS, raised=now))
    else:
        tx.alerts.clear(organisation, "", AT_DESK, now)


def follow(tx: Transaction, row: ReportRow, now: float) -> None:
    """Wish for it to go with the sendings that it belongs to."""
    if row.state is not ReportState.PLACED:
        return
    followers = tx.reports.followers(row.organisation, row.study_uid)
    for exchange in followers:
        if row.exchange in ("", exchange):
            tx.work.add(row.organisation, WorkKind.REPORT, exchange, "routine", now)


def _joined(tx: Transaction, organisation: str, subject: ReportSubject) -> Joined:
    studies: Sequence[StudyRow] = studies_for(tx, organisation, subject)
    return join(subject, [facts_of(one) for one in studies], same_patient(tx, organisation))
