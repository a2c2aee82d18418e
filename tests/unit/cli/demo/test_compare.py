"""The demo's comparison sees every change of a dataset but those that an import may make."""

from __future__ import annotations

from io import BytesIO

import pytest
from pydicom import dcmread, dcmwrite
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from beeldbrug.cli.demo.compare import differences
from beeldbrug.dicom.phantom.patients import PATIENTS
from beeldbrug.dicom.phantom.study import Extent, Kind, datasets


@pytest.fixture
def original() -> bytes:
    return written(next(datasets(Kind.CT_HEAD, PATIENTS[0], extent=Extent(1, 0, documents=False))))


def written(dataset: Dataset) -> bytes:
    file = BytesIO()
    dcmwrite(file, dataset, enforce_file_format=True)
    return file.getvalue()


def test_the_same_is_the_same(original: bytes) -> None:
    assert differences(original, original) == []


def test_what_an_import_changes_is_no_difference(original: bytes) -> None:
    other = dcmread(BytesIO(original))
    other.PatientID, other.PatientName, other.AccessionNumber = "99", "Jong^W", ""
    other.OriginalAttributesSequence = Sequence([Dataset()])
    assert differences(original, written(other)) == []


def test_other_lengths_of_sequences_are_no_difference(original: bytes) -> None:
    other = dcmread(BytesIO(original))
    for element in other:
        if element.VR == "SQ":
            element.is_undefined_length = True
    assert differences(original, written(other)) == []


@pytest.mark.parametrize(
    ("keyword", "value"),
    [("StudyDescription", "CT hersene"), ("SeriesNumber", "9"), ("Rows", 511), ("BodyPartExamined", "CHEST")],
)
def test_a_change_of_anything_else_is_one(original: bytes, keyword: str, value: object) -> None:
    other = dcmread(BytesIO(original))
    setattr(other, keyword, value)
    assert differences(original, written(other)) == [other[keyword].tag]


def test_one_bit_of_one_pixel_is_one(original: bytes) -> None:
    other = dcmread(BytesIO(original))
    pixels = bytearray(other.PixelData)
    pixels[1000] ^= 1
    other.PixelData = bytes(pixels)
    assert differences(original, written(other)) == [0x7FE00010]


def test_a_black_end_that_was_cut_off_is_one(original: bytes) -> None:
    first, second = dcmread(BytesIO(original)), dcmread(BytesIO(original))
    first.PixelData = first.PixelData[:-1000] + bytes(1000)
    second.PixelData = first.PixelData[:-1000]
    assert differences(written(first), written(second)) == [0x7FE00010]


def test_what_is_missing_or_too_much_is_one(original: bytes) -> None:
    other = dcmread(BytesIO(original))
    del other.StudyID
    other.ImageComments = "more"
    assert differences(original, written(other)) == [0x00200010, 0x00204000]


def test_what_is_nested_is_compared(original: bytes) -> None:
    other = dcmread(BytesIO(original))
    other.IssuerOfAccessionNumberSequence[0].LocalNamespaceEntityID = "Elders"
    assert differences(original, written(other)) in ([0x00080051], [])  # coerced as a whole
    item = Dataset()
    item.CodeValue = "1"
    first, second = dcmread(BytesIO(original)), dcmread(BytesIO(original))
    first.ProcedureCodeSequence = Sequence([item])
    changed = Dataset()
    changed.CodeValue = "2"
    second.ProcedureCodeSequence = Sequence([changed])
    assert differences(written(first), written(second)) == [0x00081032]


def test_text_is_compared_decoded_when_the_character_set_changed(original: bytes) -> None:
    first, second = dcmread(BytesIO(original)), dcmread(BytesIO(original))
    for dataset, charset in ((first, "ISO_IR 100"), (second, "ISO_IR 192")):
        dataset.SpecificCharacterSet = charset
        dataset.StudyDescription = "Één écho"
    assert differences(written(first), written(second)) == []
