"""A report as a DICOM object: of the patient and study of the import, the same each time, and read back the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from io import BytesIO

import pytest
from pydicom.dataset import Dataset

from beeldbrug.model.report import Report, ReportStatus
from beeldbrug.node.usecases.reports.objects import Made, Place, as_pdf, as_sr, identifiers
from beeldbrug.node.usecases.reports.of_dicom import of_dicom
from beeldbrug.node.usecases.reports.print import Paper
from tests.contract.node.exchange.small import decoded
from tests.unit.node.protocols.hl7.test_oru import REPORT
from tests.unit.node.usecases.sending.test_enclosing import PDF, STUDY, attributes

PLACE = Place(attributes(), STUDY, "e" * 32, "9" * 32, 1, 0, 1_763_700_000.0)
PAPER = Paper("Ziekenhuis B", "nl", UTC)


def read(made: Made) -> Report:
    found = decoded(made.content)
    return of_dicom(found.to_json_dict(), "00000001", UTC, found.get("EncapsulatedDocument", b"")).report


@pytest.mark.parametrize("status", list(ReportStatus))
def test_what_is_made_is_read_back_with_its_status(status: ReportStatus) -> None:
    report = replace(REPORT, status=status)
    back = read(as_sr(report, PLACE, PAPER))
    final = status in (ReportStatus.FINAL, ReportStatus.CORRECTED)
    assert back.status is (ReportStatus.FINAL if final else ReportStatus.PRELIMINARY)
    assert all(line.strip() in back.text for line in report.text.split("\n"))
    assert (back.author, back.verifier) == (report.author, report.verifier if final else "")
    assert read(as_pdf(report, PDF, PLACE, PAPER)).document == PDF


def test_patient_and_study_are_those_of_the_import() -> None:
    for made in (as_sr(REPORT, PLACE, PAPER), as_pdf(REPORT, PDF, PLACE, PAPER)):
        found = decoded(made.content)
        assert (found.PatientID, found.IssuerOfPatientID, found.AccessionNumber) == ("123", "Ziekenhuis A", "A1")
        assert (found.StudyInstanceUID, str(found.SOPInstanceUID)) == (STUDY, made.instance_uid)
        assert identifiers(made.content) == (made.sop_class, made.instance_uid)


def test_a_repeat_is_identical_and_another_version_another_object() -> None:
    assert as_sr(REPORT, PLACE, PAPER) == as_sr(REPORT, PLACE, PAPER)
    uids = {
        as_sr(REPORT, PLACE, PAPER).instance_uid,
        as_pdf(REPORT, PDF, PLACE, PAPER).instance_uid,
        as_sr(REPORT, replace(PLACE, number=2), PAPER).instance_uid,
        as_sr(REPORT, replace(PLACE, report="8" * 32), PAPER).instance_uid,
        as_sr(REPORT, replace(PLACE, exchange="f" * 32), PAPER).instance_uid,
    }
    assert len(uids) == 5


def test_a_version_names_the_one_that_it_replaces() -> None:
    first = decoded(as_sr(REPORT, PLACE, PAPER).content)
    second = decoded(as_sr(REPORT, replace(PLACE, number=2, before=1), PAPER).content)
    series = second.PredecessorDocumentsSequence[0].ReferencedSeriesSequence[0]
    assert series.SeriesInstanceUID == first.SeriesInstanceUID
    assert series.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == first.SOPInstanceUID
    assert "PredecessorDocumentsSequence" not in first


def test_nothing_is_called_verified_of_which_nobody_says_who_and_when() -> None:
    for report in (replace(REPORT, verifier=""), replace(REPORT, written=0.0)):
        found = decoded(as_sr(report, PLACE, PAPER).content)
        assert (found.VerificationFlag, found.PreliminaryFlag) == ("UNVERIFIED", "FINAL")
        assert "VerifyingObserverSequence" not in found


def test_the_title_says_what_is_not_final() -> None:
    titles = {
        status: decoded(as_pdf(replace(REPORT, status=status), PDF, PLACE, PAPER).content).DocumentTitle
        for status in ReportStatus
    }
    assert titles[ReportStatus.FINAL] == "CT hersenen"
    assert titles[ReportStatus.PRELIMINARY] == "VOORLOPIG VERSLAG: CT hersenen"
    assert titles[ReportStatus.CANCELLED].startswith("INGETROKKEN VERSLAG")


def test_a_name_with_marks_of_a_person_name_stays_one_name() -> None:
    found = decoded(as_sr(replace(REPORT, author="A^B=C\\D"), PLACE, PAPER).content)
    assert str(found.ContentSequence[1].PersonName) == "A B C D"
    assert isinstance(found, Dataset)
    assert BytesIO(as_sr(REPORT, PLACE, PAPER).content).read(4) == b"\x08\x00\x05\x00"
