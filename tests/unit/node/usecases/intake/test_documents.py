"""A PDF or photograph as DICOM: upright, without what the camera wrote beside it, the same each time."""

from __future__ import annotations

from io import BytesIO

import imagecodecs
import numpy as np
import pytest
from pydicom import Dataset, dcmread

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.usecases.intake.documents import Filed, as_dicom

FILED = Filed("a" * 32, Patient("Vries^Els", "19700201", "F", PatientNumber("999990019", "BSN")), 1_700_000_000.0)
PDF = b"%PDF-1.4\n%%EOF\n"


def made(content: bytes, file: str = "f1") -> Dataset:
    return dcmread(BytesIO(as_dicom(content, file, FILED)))


def exif(orientation: int) -> bytes:
    entry = b"\x12\x01\x03\x00\x01\x00\x00\x00" + orientation.to_bytes(2, "little") + b"\0\0"
    tiff = b"II*\0\x08\0\0\0\x01\x00" + entry + b"\0\0\0\0PLAATS-EN-TOESTEL"
    block = b"Exif\0\0" + tiff
    return b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block


def photograph(orientation: int) -> bytes:
    """40 wide, 20 high, its left half white."""
    picture = np.zeros((20, 40, 3), np.uint8)
    picture[:, :20] = 255
    content = bytes(imagecodecs.jpeg8_encode(picture, level=95))
    return content[:2] + exif(orientation) + content[2:]


def test_a_pdf_is_encapsulated_for_the_patient_who_was_asked_for() -> None:
    one = made(PDF)
    assert (one.PatientName, one.PatientID, one.PatientBirthDate, one.Modality) == (
        "Vries^Els", "999990019", "19700201", "DOC",
    )  # fmt: skip
    assert one.EncapsulatedDocument[: one.EncapsulatedDocumentLength] == PDF
    assert as_dicom(PDF, "f1", FILED) == as_dicom(PDF, "f1", FILED)
    assert made(PDF, "f2").SOPInstanceUID != one.SOPInstanceUID
    assert made(PDF, "f2").StudyInstanceUID == one.StudyInstanceUID


@pytest.mark.parametrize(
    ("orientation", "shape", "white"),
    [(1, (20, 40), "left"), (3, (20, 40), "right"), (6, (40, 20), "top"), (8, (40, 20), "bottom")],
)
def test_a_photograph_is_turned_upright_and_loses_what_the_camera_wrote(
    orientation: int, shape: tuple[int, int], white: str
) -> None:
    content = photograph(orientation)
    assert b"PLAATS" in content and b"PLAATS" not in as_dicom(content, "f", FILED)
    one = made(content)
    assert (one.Rows, one.Columns) == shape
    pixels = np.frombuffer(one.PixelData, np.uint8).reshape(*shape, 3)
    half = {"left": pixels[:, :5], "right": pixels[:, -5:], "top": pixels[:5], "bottom": pixels[-5:]}[white]
    assert half.mean() > 240


def test_a_png_with_transparency_or_sixteen_bits_becomes_eight_bits() -> None:
    assert made(bytes(imagecodecs.png_encode(np.zeros((4, 6, 4), np.uint8)))).SamplesPerPixel == 3
    grey = made(bytes(imagecodecs.png_encode(np.full((4, 6), 65535, np.uint16))))
    assert (grey.SamplesPerPixel, set(grey.PixelData)) == (1, {255})


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff\xe0 no picture",
        b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (50_000).to_bytes(4, "big") * 2 + bytes(20),
        b"%PDF-1.4 cut off",
        b"%PDF-1.4 /Encrypt %%EOF",
    ],
)
def test_what_is_no_whole_document_is_refused(content: bytes) -> None:
    with pytest.raises((OSError, BeeldbrugError)):
        as_dicom(content, "f", FILED)
