"""To which study a report is joined by its numbers, when their issuers are known and when they are not."""

from __future__ import annotations

from itertools import product

import pytest

from beeldbrug.model.report import ReportSubject
from beeldbrug.node.policy.reports import StudyFacts, accession_differs, join

ANNA, OTHER = "7001", "8002"


def alike(one: str, other: str) -> bool:
    return one == other


def study(uid: str = "1", patient: str = ANNA, issuer: str = "ZHB", day: str = "20260101") -> StudyFacts:
    return StudyFacts(uid, patient, "A1", day, issuer)


def joined(subject: ReportSubject, *studies: StudyFacts) -> str:
    """The study, or the reason why a human is asked, or nothing."""
    found = join(subject, studies, alike)
    return found.study_uid or (found.reason.code if found.reason is not None else "")


def said(issuer: str = "", **changes: str) -> ReportSubject:
    return ReportSubject(**({"patient_id": ANNA, "accession": "A1", "accession_issuer": issuer} | changes))


@pytest.mark.parametrize("field", ["accession", "placer", "filler"])
def test_the_same_number_of_one_issuer_is_joined_and_of_another_never(field: str) -> None:
    def by(issuer: str) -> ReportSubject:
        return ReportSubject(ANNA, **{field: "A1", f"{field}_issuer": issuer})

    assert joined(by("zhb"), study()) == "1"
    assert joined(by("ELDERS"), study()) == "report-issuer-differs"
    assert joined(by("ELDERS"), study(patient=OTHER)) == ""


@pytest.mark.parametrize(("report", "here"), [("", "ZHB"), ("ZHB", ""), ("", "")])
def test_where_an_issuer_is_not_known_the_patient_decides_else_the_desk(report: str, here: str) -> None:
    assert joined(said(report), study(issuer=here)) == "1"
    assert joined(said(report), study(issuer=here, patient=OTHER)) == "report-patient-differs"


def test_a_study_of_the_same_issuer_goes_before_one_of_which_none_is_known() -> None:
    assert joined(said("ZHB"), study(issuer=""), study("2")) == "2"
    assert joined(said("ZHB"), study(issuer=""), study("2", OTHER)) == "report-patient-differs"
    assert joined(said(), study(), study("2", issuer="ELDERS")) == "report-several-studies"


def test_a_study_uid_with_a_number_of_another_issuer_is_asked_about() -> None:
    assert joined(said("ELDERS", study_uid="1"), study()) == "report-accession-differs"
    assert joined(said("ZHB", study_uid="1"), study()) == "1"
    assert accession_differs(said("ELDERS"), study()) and not accession_differs(said(), study())


def test_a_number_of_another_issuer_leaves_the_day_to_a_human() -> None:
    about = ReportSubject(ANNA, filler="A1", filler_issuer="ELDERS", observed="20260101")
    assert joined(about, study()) == "report-issuer-differs"
    assert joined(about, study(patient=OTHER)) == ""


def test_whatever_the_issuers_no_report_is_joined_to_another_patients_study() -> None:
    names = ("", "ZHB", "ELDERS", "2.16.1.2")
    for report, here, there, uid in product(names, names, names, ("", "1", "2")):
        found = join(said(report, study_uid=uid), [study(issuer=here), study("2", OTHER, there)], alike)
        assert found.study_uid in ("", "1")
