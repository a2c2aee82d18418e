"""What goes into the PACS is the dataset as it came, but for what an import may change."""

from __future__ import annotations

from io import BytesIO

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from beeldbrug.dicom.cut import Cutter
from beeldbrug.dicom.join import join
from beeldbrug.dicom.part10 import file_meta, read_prologue
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.ports.records import InstanceRow, InstanceState
from beeldbrug.node.usecases.imports.coerce import Coercion, check_coerced, coerce
from tests.instances import make
from tests.unit.dicom.samples import DEFLATED, EXPLICIT, Collected

COERCION = Coercion(PatientNumber("0042", "Here"), None, None, "There", 1_700_000_000.0)


def imported(dataset: bytes, syntax: str | None = EXPLICIT) -> tuple[bytes, Dataset]:
    """A dataset (or, without syntax, a file) after coercion, as bytes and read by others."""
    sink = Collected()
    cutter = Cutter(sink, syntax)
    cutter.feed(dataset)
    cut = cutter.finish()
    index = cut.index
    row = InstanceRow(
        id=1,
        organisation="00000001",
        origin="own",
        study_uid=index.study_uid,
        series_uid=index.series_uid,
        instance_uid=index.instance_uid,
        sop_class=index.sop_class,
        transfer_syntax=cut.transfer_syntax,
        part10=cut.part10,
        header_place=None,
        first_header_length=cut.first_header_length,
        pieces=cut.pieces,
        bulks=(),
        size=cut.size,
        hash=cut.hash,
        state=InstanceState.VERIFIED,
        received=0.0,
    )
    coerced = coerce("ab" * 16, row, cut.header, index.patient, COERCION, iter([dataset]))
    check_coerced(row, coerced)
    whole = b"".join(join(coerced.pieces, coerced.header, lambda ordinal: [bytes(sink.pieces[ordinal])]))
    return whole, dcmread(BytesIO(file_meta(row.sop_class, row.instance_uid, EXPLICIT) + whole))


def made() -> bytes:
    """A dataset without file meta information."""
    file = make()
    prologue = read_prologue(file, True)
    assert prologue is not None
    return file[prologue.start :]


def as_unknown(dataset: bytes, element: bytes) -> bytes:
    """The same with VR UN for one element."""
    at = dataset.index(element + b"UI")
    length = int.from_bytes(dataset[at + 6 : at + 8], "little")
    return dataset[:at] + element + b"UN\0\0" + length.to_bytes(4, "little") + dataset[at + 8 :]


def test_the_own_number_is_written_and_the_senders_is_kept() -> None:
    _, read = imported(made())
    assert (read.PatientID, read.IssuerOfPatientID) == ("0042", "Here")
    assert read.OtherPatientIDsSequence[0].PatientID == "999990019"
    original = read.OriginalAttributesSequence[0]
    assert original.ModifiedAttributesSequence[0].PatientID == "999990019"
    assert original.SourceOfPreviousValues == "There"


def test_the_same_arrival_gives_the_same_bytes() -> None:
    assert imported(made())[0] == imported(made())[0]


def test_uids_of_unknown_representation_become_uids_for_archives_that_look_for_one() -> None:
    dataset = made()
    for element in (b"\x08\x00\x16\x00", b"\x08\x00\x18\x00"):
        dataset = as_unknown(dataset, element)
    whole, read = imported(dataset)
    before = dcmread(BytesIO(make()))
    assert b"\x08\x00\x16\x00UI" in whole
    assert b"\x08\x00\x18\x00UI" in whole
    assert (read.SOPClassUID, read.SOPInstanceUID) == (before.SOPClassUID, before.SOPInstanceUID)
    assert read.PixelData == before.PixelData


@pytest.mark.parametrize("size", [16, 300])
@pytest.mark.parametrize("as_file", [True, False])
def test_a_deflated_dataset_is_imported_inflated_with_every_pixel(size: int, as_file: bool) -> None:
    file = make(size=size, frames=3, syntax=DEFLATED)
    prologue = read_prologue(file, True)
    assert prologue is not None
    whole, read = imported(file, None) if as_file else imported(file[prologue.start :], DEFLATED)
    before = dcmread(BytesIO(file))
    assert read.PixelData == before.PixelData
    assert whole.endswith(before.PixelData)
    assert (read.PatientID, read.StudyDescription) == ("0042", before.StudyDescription)


def test_nothing_of_the_sender_is_lost_when_only_the_number_changes() -> None:
    before, (_, after) = dcmread(BytesIO(make())), imported(made())
    changed = {element.tag for element in after if element.tag not in before or before[element.tag] != element}
    assert changed == {0x00100020, 0x00100021, 0x00080050, 0x00101002, 0x04000561}
