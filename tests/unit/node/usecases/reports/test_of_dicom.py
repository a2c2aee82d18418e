"""A DICOM instance as a report: its status, who wrote and verified it, its versions, and what is none."""

from __future__ import annotations

from datetime import UTC
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydicom import dcmread

from beeldbrug.dicom.json_model import to_json
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.report import DOCUMENT_BYTES, Coded, ReportSource, ReportStatus
from beeldbrug.node.usecases.reports.of_dicom import CDA, PDF, STRUCTURED, Found, chains, of_dicom
from tests.shared_data import available, shared
from tests.unit.dicom.test_content_tree import coded, item, text

BASIC_TEXT = "1.2.840.10008.5.1.4.1.1.88.11"
REAL = tuple(
    f"dicom/object/{name}.dcm"
    for name in ("sr", "structured_report", "sample-sr", "sr_document", "sr_document_with_multiple_groups")
)


def attribute(value: Any, vr: str = "LO") -> dict[str, Any]:
    return {"vr": vr, "Value": [value]}


def sr(uid: str = "1.2.3", sop_class: str = BASIC_TEXT, **more: Any) -> dict[str, Any]:
    found = item("CONTAINER", "Radiologieverslag", (text("Conclusie", "Geen afwijkingen."),))
    found |= {"00080016": attribute(sop_class, "UI"), "00080018": attribute(uid, "UI")}
    return found | {tag.removeprefix("t"): value for tag, value in more.items()}


def flags(preliminary: str = "", verified: str = "", completed: str = "") -> dict[str, Any]:
    said = {"0040A496": preliminary, "0040A493": verified, "0040A491": completed}
    return {tag: attribute(value, "CS") for tag, value in said.items() if value}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (flags("PRELIMINARY", "VERIFIED", "COMPLETE"), ReportStatus.PRELIMINARY),
        (flags("FINAL", "UNVERIFIED", "COMPLETE"), ReportStatus.FINAL),
        (flags("", "VERIFIED", "COMPLETE"), ReportStatus.FINAL),
        (flags("", "VERIFIED", "PARTIAL"), ReportStatus.PRELIMINARY),
        (flags("", "UNVERIFIED", "COMPLETE"), ReportStatus.PRELIMINARY),
        ({}, ReportStatus.PRELIMINARY),
    ],
)
def test_what_nobody_verified_is_preliminary(said: dict[str, Any], status: ReportStatus) -> None:
    assert of_dicom(sr() | said, "1", UTC).report.status is status


def test_everything_that_is_said_of_a_report_is_read() -> None:
    verifier = {
        "0040A075": attribute({"Alphabetic": "Vries^Piet"}, "PN"),
        "0040A030": attribute("20251120100000", "DT"),
    }
    request = {"00402016": attribute("P1"), "00402017": attribute("F1")}
    more = {
        "00100020": attribute("123"),
        "0020000D": attribute("2.25.1", "UI"),
        "00080050": attribute("A1"),
        "00080051": attribute({"00400031": attribute("ZBC")}, "SQ"),
        "0040A370": attribute(request, "SQ"),
        "00080020": attribute("20251119", "DA"),
        "00081032": attribute(coded("CTHER", "CT hersenen"), "SQ"),
        "0040A078": attribute({"0040A123": attribute({"Alphabetic": "Çelik^Anna"}, "PN")}, "SQ"),
        "0040A073": attribute(verifier, "SQ"),
        "00080023": attribute("20251119", "DA"),
        "00080033": attribute("170000", "TM"),
    }
    report = of_dicom(sr() | more | flags("FINAL"), "00000001", ZoneInfo("Europe/Amsterdam")).report
    assert (report.key.organisation, report.key.issuer, report.key.number) == ("00000001", "DICOM", "1.2.3")
    assert (report.title, report.author, report.verifier) == ("Radiologieverslag", "Anna Çelik", "Piet Vries")
    assert (report.procedure, report.source) == (Coded("CTHER", "", "CT hersenen"), ReportSource.DICOM_SR)
    subject = report.subject
    assert (subject.patient_id, subject.study_uid, subject.observed) == ("123", "2.25.1", "20251119")
    assert (subject.accession, subject.accession_issuer, subject.placer, subject.filler) == ("A1", "ZBC", "P1", "F1")
    assert report.written == 1763629200.0  # 2025-11-20 09:00 UTC
    assert report.text == "Conclusie: Geen afwijkingen."


def test_times_are_read_by_the_zone_that_the_instance_says() -> None:
    dated = {"00080023": attribute("20251120", "DA"), "00080033": attribute("100000", "TM")}
    offset = {"00080201": attribute("-0500", "SH")}
    assert of_dicom(sr() | dated | offset, "1", UTC).report.written == 1763650800.0
    assert of_dicom(sr(t00080023=attribute("20251399", "DA")), "1", UTC).report.written == 0.0


def found(uid: str, *replaces: str, status: str = "FINAL", day: str = "20251120") -> Found:
    sequence = [{"00081155": attribute(one, "UI")} for one in replaces]
    series = {"00081199": {"vr": "SQ", "Value": sequence}}
    more: dict[str, Any] = {"0040A360": attribute({"00081115": attribute(series, "SQ")}, "SQ")} if replaces else {}
    return of_dicom(sr(uid) | more | flags(status) | {"00080023": attribute(day, "DA")}, "1", UTC)


def test_what_replaces_a_report_is_a_version_of_it() -> None:
    draft, final, corrected = found("1.1", status="PRELIMINARY"), found("1.2", "1.1"), found("1.3", "1.2")
    other = found("1.9")
    versions = chains([corrected, other, draft, final])
    chain = next(one for one in versions if len(one) == 3)
    assert [one.status for one in chain] == [ReportStatus.PRELIMINARY, ReportStatus.FINAL, ReportStatus.CORRECTED]
    assert {one.key.number for one in chain} == {"1.1"}
    assert len(versions) == 2


def test_documents_that_replace_each_other_in_a_ring_end() -> None:
    assert sum(map(len, chains([found("1.1", "1.2"), found("1.2", "1.1"), found("1.3", "1.3")]))) == 3


PDF_BYTES = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def test_a_pdf_comes_out_without_its_padding_and_is_final_unless_it_says_not() -> None:
    report = of_dicom(sr(sop_class=PDF, t00420010=attribute("Verslag", "ST")), "1", UTC, PDF_BYTES + b"\0").report
    assert (report.document, report.text, report.title) == (PDF_BYTES, "", "Verslag")
    assert (report.status, report.source) == (ReportStatus.FINAL, ReportSource.DICOM_PDF)
    unverified = of_dicom(sr(sop_class=PDF) | flags("", "UNVERIFIED"), "1", UTC, PDF_BYTES).report
    assert unverified.status is ReportStatus.PRELIMINARY


@pytest.mark.parametrize(
    ("attributes", "document", "code"),
    [
        (sr(sop_class=CDA), b"<ClinicalDocument/>", "report-cda"),
        (sr(sop_class="1.2.840.10008.5.1.4.1.1.88.67"), b"", "report-sop-class"),
        (sr(sop_class="1.2.840.10008.5.1.4.1.1.88.59"), b"", "report-sop-class"),
        ({}, b"", "report-sop-class"),
        (sr(sop_class=PDF), b"", "report-not-pdf"),
        (sr(sop_class=PDF), b"<html>", "report-not-pdf"),
        (sr(sop_class=PDF), b"%PDF-1.4" + bytes(DOCUMENT_BYTES), "report-too-large"),
    ],
    ids=["cda", "dose", "key objects", "nothing", "no pdf", "html", "large"],
)
def test_what_is_no_report_is_refused_by_name(attributes: dict[str, Any], document: bytes, code: str) -> None:
    with pytest.raises(BeeldbrugError) as caught:
        of_dicom(attributes, "1", UTC, document)
    assert caught.value.code == code


@pytest.mark.parametrize("file", REAL if available() else [pytest.param("", marks=pytest.mark.skip("no test data"))])
def test_every_word_and_number_of_a_real_report_is_in_its_text(file: str) -> None:
    content = shared(file).read_bytes()
    original = dcmread(BytesIO(content))
    assert str(original.SOPClassUID) in STRUCTURED
    attributes = to_json(content, str(original.file_meta.TransferSyntaxUID), True, lambda _: "", 65536)
    report = of_dicom(attributes, "1", UTC).report
    assert report.status is ReportStatus.PRELIMINARY
    words = " ".join(report.text.split())
    for one in original.iterall():
        if one.keyword == "TextValue":
            assert " ".join(str(one.value).split()) in words
        if one.keyword == "NumericValue":
            assert f"{float(one.value):g}"[:6] in words


@pytest.mark.parametrize("cut", [200, 1000, 3000, 4400])
def test_a_report_that_was_cut_off_is_read_as_far_as_it_goes_or_refused(cut: int) -> None:
    content = Path(shared("dicom/object/sample-sr.dcm")).read_bytes()[:cut]
    try:
        of_dicom(to_json(content, "1.2.840.10008.1.2.1", True, lambda _: "", 65536), "1", UTC)
    except BeeldbrugError as error:
        assert error.code.startswith(("report-", "dicom", "dataset", "meta", "file"))
