"""Totals of X-ray dose reports, made here as the templates of PS3.16 say."""

from __future__ import annotations

from io import BytesIO

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from beeldbrug.dicom.dose import XRAY_DOSE_SR, ReportedDose, reported_dose
from beeldbrug.model.errors import Malformed

CT_REPORT = ("77477000", "SCT")
PROJECTION = ("113704", "DCM")


def code(value: str, scheme: str = "DCM", meaning: str = "x") -> list[Dataset]:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return [item]


def container(name: str, *children: Dataset) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = "CONTAINS", "CONTAINER"
    item.ConceptNameCodeSequence = code(name)
    item.ContentSequence = list(children)
    return item


def number(name: str, value: str, unit: str) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = "CONTAINS", "NUM"
    item.ConceptNameCodeSequence = code(name)
    measured = Dataset()
    measured.NumericValue = value
    measured.MeasurementUnitsCodeSequence = code(unit, "UCUM")
    item.MeasuredValueSequence = [measured]
    return item


def report(procedure: tuple[str, str], *content: Dataset, sop_class: str = XRAY_DOSE_SR) -> bytes:
    """A report with a patient in it, who must not come out."""
    root = container("113701", *content)
    root.PatientName, root.PatientID = "Vries^Johanna^de", "999990019"
    kind = Dataset()
    kind.RelationshipType, kind.ValueType = "HAS CONCEPT MOD", "CODE"
    kind.ConceptNameCodeSequence, kind.ConceptCodeSequence = code("121058"), code(*procedure)
    root.ContentSequence = [kind, *content]
    root.SOPClassUID, root.SOPInstanceUID = sop_class, generate_uid()
    root.file_meta = FileMetaDataset()
    root.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    root.file_meta.MediaStorageSOPClassUID = sop_class
    root.file_meta.MediaStorageSOPInstanceUID = root.SOPInstanceUID
    file = BytesIO()
    root.save_as(file, enforce_file_format=True)
    return file.getvalue()


def test_ct_gives_the_dose_length_product_total_and_not_that_of_each_event() -> None:
    event = container("113819", container("113829", number("113838", "300", "mGy.cm")))
    total = container("113811", number("113813", "612.5", "mGy.cm"))
    assert reported_dose(report(CT_REPORT, total, event)) == ReportedDose("CT", 612.5, 0.0)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [("0.0025", "Gy.m2", 0.0025), ("250", "dGy.cm2", 0.0025), ("2500", "uGy.m2", 0.0025), ("25", "Gy.cm2", 0.0025)],
)
def test_projection_gives_the_dose_area_product_total_in_one_unit(value: str, unit: str, expected: float) -> None:
    read = reported_dose(report(PROJECTION, container("113702", number("113722", value, unit))))
    assert read is not None
    assert (read.modality, read.dlp) == ("RF", 0.0)
    assert read.dap == pytest.approx(expected)


def test_two_planes_are_added_up() -> None:
    planes = [container("113702", number("113722", "0.001", "Gy.m2")) for _ in range(2)]
    read = reported_dose(report(PROJECTION, *planes))
    assert read is not None
    assert read.dap == pytest.approx(0.002)


@pytest.mark.parametrize(("value", "unit"), [("612", "furlong"), ("-4", "mGy.cm"), ("1e30", "mGy.cm"), ("0", "mGy.cm")])
def test_absurd_values_and_unknown_units_say_nothing(value: str, unit: str) -> None:
    assert reported_dose(report(CT_REPORT, container("113811", number("113813", value, unit)))) is None


def test_what_is_no_dose_report_says_nothing() -> None:
    total = container("113811", number("113813", "612.5", "mGy.cm"))
    assert reported_dose(report(CT_REPORT, total, sop_class="1.2.840.10008.5.1.4.1.1.88.22")) is None


def test_a_report_of_endless_depth_ends() -> None:
    deep = number("113813", "612.5", "mGy.cm")
    for _ in range(60):
        deep = container("113811", deep)
    assert reported_dose(report(CT_REPORT, deep)) is None


@pytest.mark.parametrize("cut", [140, 300, 500])
def test_a_broken_file_is_refused_or_says_nothing(cut: int) -> None:
    whole = report(CT_REPORT, container("113811", number("113813", "612.5", "mGy.cm")))
    try:
        assert reported_dose(whole[:cut]) is None
    except Malformed as error:
        assert error.code == "dose-report-malformed"
