"""A report as a DICOM instance: whole, of the right patient and study, the same each time it is made."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.sending import Enclosure
from beeldbrug.node.usecases.pdf import PDF_BYTES, check_pdf
from beeldbrug.node.usecases.sending.enclosing import encapsulated

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
EXCHANGE = "ab" * 16
STUDY = "2.25.1"


def attributes() -> dict[str, Any]:
    image = Dataset()
    image.SpecificCharacterSet = "ISO_IR 192"
    image.PatientName, image.PatientID, image.IssuerOfPatientID = "Çelik^Anna^^van", "123", "Ziekenhuis A"
    image.PatientBirthDate, image.PatientSex = "19620314", "F"
    other = Dataset()
    other.PatientID, other.IssuerOfPatientID = "999990019", "NLMINBIZA"
    image.OtherPatientIDsSequence = [other]
    image.StudyDate, image.AccessionNumber, image.StudyDescription = "20251120", "A1", "CT hersenen"
    image.Modality, image.SeriesDescription, image.Rows = "CT", "axiaal", 512
    found: dict[str, Any] = image.to_json_dict()
    return found


def made(content: bytes = PDF, exchange: str = EXCHANGE) -> bytes:
    return encapsulated(
        Enclosure("e", "A", "arts", "Verslag CT", content, 1_700_000_000.5), exchange, STUDY, attributes()
    )


def test_the_report_is_of_the_patient_and_study_it_goes_with() -> None:
    found = dcmread(BytesIO(made()))
    assert (str(found.PatientName), found.PatientID, found.IssuerOfPatientID) == (
        "Çelik^Anna^^van",
        "123",
        "Ziekenhuis A",
    )
    assert found.OtherPatientIDsSequence[0].PatientID == "999990019"
    assert (found.StudyInstanceUID, found.AccessionNumber, found.StudyDescription) == (STUDY, "A1", "CT hersenen")
    assert (found.Modality, found.SeriesDescription) == ("DOC", "Verslag")
    assert "Rows" not in found


@pytest.mark.parametrize("content", [PDF, PDF + b"\n"])
def test_the_pdf_comes_out_byte_for_byte_whatever_its_length(content: bytes) -> None:
    found = dcmread(BytesIO(made(content)))
    assert found.EncapsulatedDocument[: found.EncapsulatedDocumentLength] == content
    assert len(found.EncapsulatedDocument) % 2 == 0


def test_made_again_it_is_the_same_and_another_sending_makes_another() -> None:
    assert made() == made()
    first, second = dcmread(BytesIO(made())), dcmread(BytesIO(made(exchange="cd" * 16)))
    assert first.SOPInstanceUID != second.SOPInstanceUID
    assert first.SOPInstanceUID != first.SeriesInstanceUID


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "report-not-pdf"),
        (b"MZ\x90", "report-not-pdf"),
        (b"<html>%PDF-</html>", "report-not-pdf"),
        (PDF[:-6], "report-not-pdf"),
        (PDF.replace(b"/Root", b"/Encrypt 2 0 R/Root"), "report-locked"),
        (b"%PDF-" + b"0" * PDF_BYTES + b"%%EOF", "report-too-large"),
    ],
)
def test_what_is_no_whole_open_pdf_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(BeeldbrugError) as refused:
        check_pdf(content)
    assert refused.value.code == code
