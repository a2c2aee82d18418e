"""Files are found to be files in all the forms met, and files we make are read by others."""

from __future__ import annotations

from io import BytesIO

import pydicom
import pytest

from beeldbrug.dicom.part10 import IMPLEMENTATION_CLASS_UID, file_meta, read_prologue
from tests.unit.dicom.samples import EXPLICIT, dataset


def test_file_we_make_is_read_by_pydicom() -> None:
    other = pydicom.dcmread(BytesIO(file_meta("1.2.840.10008.5.1.4.1.1.2", "1.2.3", EXPLICIT) + dataset()))
    assert other.file_meta.MediaStorageSOPInstanceUID == "1.2.3"
    assert other.file_meta.TransferSyntaxUID == EXPLICIT
    assert other.file_meta.ImplementationClassUID == IMPLEMENTATION_CLASS_UID
    assert other.PatientID == "999990019"


@pytest.mark.parametrize("start", [0, 128, 132])
def test_meta_is_found_with_and_without_preamble(start: int) -> None:
    whole = file_meta("1.2.3", "1.2.3.4", EXPLICIT)
    prologue = read_prologue(whole[start:] + dataset(), False)
    assert prologue is not None
    assert prologue.start == len(whole) - start
    assert prologue.part10
    assert (prologue.sop_class, prologue.sop_uid, prologue.transfer_syntax) == ("1.2.3", "1.2.3.4", EXPLICIT)


def test_more_bytes_are_asked_for_until_the_meta_is_complete() -> None:
    data = file_meta("1.2.3", "1.2.3.4", EXPLICIT) + dataset()
    end = len(file_meta("1.2.3", "1.2.3.4", EXPLICIT))
    for length in range(end + 8):
        assert read_prologue(data[:length], False) is None
        assert read_prologue(data[:length], True) is not None
    assert read_prologue(data[: end + 8], False) is not None


def test_bare_dataset_is_no_file() -> None:
    prologue = read_prologue(dataset(), True)
    assert prologue is not None
    assert (prologue.start, prologue.part10) == (0, False)
