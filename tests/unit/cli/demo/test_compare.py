"""The demo's comparison sees every change of a dataset but those that an import may make."""

from __future__ import annotations

import tracemalloc
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from pydicom import dcmread, dcmwrite
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import RLELossless

from beeldbrug.cli.demo import compare
from beeldbrug.dicom.phantom.patients import PATIENTS
from beeldbrug.dicom.phantom.study import Extent, Kind, datasets


@pytest.fixture
def original() -> bytes:
    return written(next(datasets(Kind.CT_HEAD, PATIENTS[0], extent=Extent(1, 0, documents=False))))


def written(dataset: Dataset) -> bytes:
    file = BytesIO()
    dcmwrite(file, dataset, enforce_file_format=True)
    return file.getvalue()


def differences(one: bytes, two: bytes) -> list[int]:
    """Of two files with these bytes, in the same way whether their pixels are read or left on disk."""
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("one", "two")]
        for path, content in zip(paths, (one, two), strict=True):
            path.write_bytes(content)
        found = []
        for size in (1 << 40, 64):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(compare, "LONG_BYTES", size)
                found.append(compare.differences(*paths))
    assert found[0] == found[1]
    return found[0]


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


def encapsulated(original: bytes, frames: list[bytes]) -> bytes:
    dataset = dcmread(BytesIO(original))
    dataset.file_meta.TransferSyntaxUID = RLELossless
    dataset.PixelData = encapsulate(frames)
    dataset["PixelData"].is_undefined_length = True
    return written(dataset)


def test_fragments_are_compared(original: bytes) -> None:
    frames = [bytes((number,)) * 5000 for number in range(4)]
    one = encapsulated(original, frames)
    assert differences(one, one) == []
    other = encapsulated(original, [*frames[:-1], frames[-1][:-1] + b"\1"])
    assert differences(one, other) == [0x7FE00010]
    assert differences(one, encapsulated(original, frames[:-1])) == [0x7FE00010]
    assert differences(one, encapsulated(original, [*frames, frames[0]])) == [0x7FE00010]


def test_a_pad_byte_of_a_long_value_is_no_difference(original: bytes) -> None:
    """Some senders write odd lengths; an archive makes them even."""
    first, second = dcmread(BytesIO(original)), dcmread(BytesIO(original))
    second.PixelData = first.PixelData[:-1] + b"\0"
    one, other = written(first), written(second)
    length = len(first.PixelData)
    cut = one.rindex(length.to_bytes(4, "little") + first.PixelData[:64])
    odd = one[:cut] + (length - 1).to_bytes(4, "little") + one[cut + 4 : -1]
    assert differences(odd, other) == []
    assert differences(odd, other[:-1] + b"\7") == [0x7FE00010]


def test_a_long_value_is_never_read_whole(original: bytes, tmp_path: Path) -> None:
    dataset = dcmread(BytesIO(original))
    dataset.PixelData = bytes(64 * 1024 * 1024)
    paths = [tmp_path / name for name in ("one", "two")]
    for path in paths:
        path.write_bytes(written(dataset))
    del dataset
    tracemalloc.start()
    try:
        assert compare.differences(*paths) == []
        assert tracemalloc.get_traced_memory()[1] < 16 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_file_that_cannot_be_read_differs(tmp_path: Path, original: bytes) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    whole.write_bytes(original)
    cut.write_bytes(original[: len(original) // 2])
    assert compare.differences(whole, cut) != []
