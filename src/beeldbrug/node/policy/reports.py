"""Which study a report belongs to, and which of its versions is in force. Pure; no I/O.

A report is joined by what its writer says of the study: Study Instance UID, Accession Number, order numbers; and only
to a study of the same patient. A number counts for what its issuer gave: the same number of another issuer is another
number. Patient and day alone are a proposal, which a human confirms. HL7 v2 table 0123 for the order of states; IHE RAD
TF-2 (RAD-128) for what an imaging report says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from beeldbrug.model.decision import Reason
from beeldbrug.model.issuer import Agreement, agreement
from beeldbrug.model.report import ReportStatus, ReportSubject

PATIENT_DIFFERS: Final = Reason(
    "report-patient-differs",
    "Het verslag noemt een andere patiënt dan het onderzoek.",
    "The report names another patient than the study.",
    "Corrigeer het verslag of het onderzoek in het bronsysteem en verstuur opnieuw.",
    "Correct the report or the study in its own system and send it again.",
)
SEVERAL: Final = Reason(
    "report-several-studies",
    "Het verslag past bij meer dan één onderzoek.",
    "The report fits more than one study.",
    "Kies het onderzoek, of zet het verslag apart.",
    "Choose the study, or set the report aside.",
)
SAME_DAY: Final = Reason(
    "report-same-day",
    "Het verslag noemt geen nummer van het onderzoek; patiënt en dag passen.",
    "The report gives no number of the study; patient and day fit.",
    "Bevestig het onderzoek, of zet het verslag apart.",
    "Confirm the study, or set the report aside.",
)
ACCESSION_DIFFERS: Final = Reason(
    "report-accession-differs",
    "Het verslag noemt het onderzoek, maar een ander onderzoeksnummer (accession number).",
    "The report names the study, but another accession number.",
    "Kies het onderzoek, of zet het verslag apart.",
    "Choose the study, or set the report aside.",
)
ISSUER_DIFFERS: Final = Reason(
    "report-issuer-differs",
    "Het verslag noemt het nummer van dit onderzoek, maar van een andere uitgever; de patiënt past.",
    "The report gives the number of this study, but of another issuer; the patient fits.",
    "Kies het onderzoek als het hetzelfde is, of zet het verslag apart.",
    "Choose the study if it is the same one, or set the report aside.",
)
SUBJECT_CHANGED: Final = Reason(
    "report-subject-changed",
    "Een nieuwe versie van het verslag hoort bij een andere patiënt of een ander onderzoek dan de vorige.",
    "A new version of the report is of another patient or study than the one before.",
    "Kijk het verslag na in het bronsysteem; kies daarna het onderzoek.",
    "Look at the report in its own system; then choose the study.",
)


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """What is known of a study that a report may belong to. ``day`` is YYYYMMDD; ``issuer`` gave the accession number
    (``model.issuer``)."""

    study_uid: str
    patient_id: str
    accession: str = ""
    day: str = ""
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """Where a report belongs: on this study; nowhere while a human is asked, for this ``reason``; else it waits."""

    study_uid: str = ""
    reason: Reason | None = None


DONE: Final = frozenset({ReportStatus.FINAL, ReportStatus.CORRECTED})

WAITS: Final = Joined()

Same = Callable[[str, str], bool]
"""Whether two of the hospital's own numbers are of one patient."""


@dataclass(frozen=True, slots=True)
class Version:
    """Of one report: its number, when it was written (POSIX seconds), and how far it was."""

    number: int
    at: float
    status: ReportStatus


def standing(versions: Sequence[Version]) -> int:
    """Number of the version in force, 0 where there is none: the newest by when it was written; what is preliminary
    never takes the place of what is final."""
    current: Version | None = None
    for one in sorted(versions, key=lambda version: (version.at, version.number)):
        if current is None or current.status not in DONE or one.status is not ReportStatus.PRELIMINARY:
            current = one
    return current.number if current is not None else 0


def join(subject: ReportSubject, studies: Sequence[StudyFacts], same: Same) -> Joined:
    """Where a report with this subject belongs, among the studies that are here."""
    if subject.study_uid:
        return _by_uid(subject, [one for one in studies if one.study_uid == subject.study_uid], same)
    agreed = {one.study_uid: number_agrees(subject, one) for one in studies}
    numbered = [one for one in studies if agreed[one.study_uid] in (Agreement.SAME, Agreement.UNKNOWN)]
    if numbered:
        certain = [one for one in numbered if agreed[one.study_uid] is Agreement.SAME]
        return _by_number(subject, certain or numbered, same)
    elsewhere = [one for one in studies if agreed[one.study_uid] is Agreement.OTHER]
    if any(may_be_placed(subject, one, same) for one in elsewhere):
        return Joined(reason=ISSUER_DIFFERS)
    return _by_day(subject, studies, same)


def number_agrees(subject: ReportSubject, study: StudyFacts) -> Agreement | None:
    """Whether a number of the report is the study's accession number, by the issuers of both; None where none is."""
    numbers = (
        (subject.accession, subject.accession_issuer),
        (subject.placer, subject.placer_issuer),
        (subject.filler, subject.filler_issuer),
    )
    found = {agreement(issuer, study.issuer) for number, issuer in numbers if number and number == study.accession}
    return next((one for one in Agreement if one in found), None)


def accession_differs(subject: ReportSubject, study: StudyFacts) -> bool:
    """Whether both give an accession number, and not the same one of one issuer."""
    if not subject.accession or not study.accession:
        return False
    other = agreement(subject.accession_issuer, study.issuer) is Agreement.OTHER
    return subject.accession != study.accession or other


def may_be_placed(subject: ReportSubject, study: StudyFacts, same: Same) -> bool:
    """Whether anybody may place it there: on a study of the same patient, and on no other."""
    return bool(subject.patient_id and study.patient_id) and same(subject.patient_id, study.patient_id)


def _by_uid(subject: ReportSubject, studies: Sequence[StudyFacts], same: Same) -> Joined:
    if not studies:
        return WAITS
    if not all(may_be_placed(subject, one, same) for one in studies):
        return Joined(reason=PATIENT_DIFFERS)
    if any(accession_differs(subject, one) for one in studies):
        return Joined(reason=ACCESSION_DIFFERS)
    return Joined(subject.study_uid)


def _by_number(subject: ReportSubject, studies: Sequence[StudyFacts], same: Same) -> Joined:
    """A number without an issuer may be of any: of another patient's study it says nothing for certain."""
    fitting = [one for one in studies if may_be_placed(subject, one, same)]
    if not fitting:
        return Joined(reason=PATIENT_DIFFERS)
    if len({one.study_uid for one in fitting}) > 1:
        return Joined(reason=SEVERAL)
    return Joined(fitting[0].study_uid)


def _by_day(subject: ReportSubject, studies: Sequence[StudyFacts], same: Same) -> Joined:
    """A study whose own number the report would have given, had it been of it, is not proposed."""
    fitting = [
        one
        for one in studies
        if subject.observed
        and one.day == subject.observed
        and not (subject.accession and one.accession)
        and may_be_placed(subject, one, same)
    ]
    return Joined(reason=SAME_DAY) if fitting else WAITS
