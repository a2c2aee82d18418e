"""What is found on a carrier: instances by what they hold, and everything odd told."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite

from beeldbrug.model.errors import TooLarge
from beeldbrug.node.ports.carrier import CarrierEntry, CarrierLimits
from beeldbrug.node.stores.carrier.open import open_carrier
from beeldbrug.node.usecases.intake.listing import Listing, list_carrier
from tests.contract.node.exchange.small import new_uid, study
from tests.contract.node.intake.desk import files, patient


def listing(path: Path, limits: CarrierLimits | None = None) -> Listing:
    with open_carrier(path, limits or CarrierLimits()) as carrier:
        return list_carrier(carrier)


def found(path: Path) -> dict[str, int]:
    return {code: one.count for code, one in listing(path).findings.items()}


def dicomdir(*names: list[str]) -> bytes:
    """A DICOMDIR whose records name these files."""
    made = Dataset()
    made.FileSetID = "DISC"
    records = []
    for name in names:
        record = Dataset()
        record.DirectoryRecordType = "IMAGE"
        record.ReferencedFileID = name
        records.append(record)
    made.DirectoryRecordSequence = records
    made.file_meta = FileMetaDataset()
    made.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.1.3.10"
    made.file_meta.MediaStorageSOPInstanceUID = new_uid()
    made.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    buffer = BytesIO()
    dcmwrite(buffer, made, enforce_file_format=True)
    return buffer.getvalue()


def test_what_is_no_instance_is_counted_and_carried_nowhere(tmp_path: Path) -> None:
    files(tmp_path, 2)
    (tmp_path / "AUTORUN.INF").write_bytes(b"[autorun]")
    (tmp_path / "VIEWER.EXE").write_bytes(b"MZ\x90\0" + bytes(5000))
    (tmp_path / "verslag.pdf").write_bytes(b"%PDF-1.4\n")
    (tmp_path / "foto.dcm").write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    (tmp_path / "LEEG").write_bytes(b"")
    (tmp_path / "binnen.zip").write_bytes(b"PK\x03\x04" + bytes(100))
    seen = listing(tmp_path)
    assert (seen.instances, dict(seen.others)) == (2, {"other": 3, "pdf": 1, "jpeg": 1, "empty": 1})
    assert seen.findings == {}


def test_instances_are_known_without_preamble_and_whatever_their_name(tmp_path: Path) -> None:
    for number, (_, _, _, content) in enumerate(study(patient(), 2)):
        (tmp_path / f"{number}.txt").write_bytes(content)
    (one,) = listing(tmp_path).patients
    (only,) = one.studies.values()
    (series,) = only.series.values()
    assert (only.instances, only.description, only.date, series.modality) == (2, "CT hersenen", "20250311", "CT")
    assert only.size == sum(path.stat().st_size for path in tmp_path.iterdir())


def test_a_file_that_ends_before_its_image_is_cut_off(tmp_path: Path) -> None:
    made = files(tmp_path, 3)
    made[0].write_bytes(made[0].read_bytes()[:-1])
    study_uid = made[1].read_bytes().index(b"\x20\x00\x0d\x00UI")
    made[1].write_bytes(made[1].read_bytes()[:study_uid])
    made[2].write_bytes(made[2].read_bytes()[:140] + bytes(300))
    seen = listing(tmp_path)
    assert seen.instances == 0
    assert {code: one.count for code, one in seen.findings.items()} == {
        "disc-file-truncated": 1,
        "disc-file-broken": 2,
    }
    assert (seen.lacking, seen.unknown_lacking()) == (3, 2), "of one the study is known"


def test_the_same_image_twice_is_one_and_two_versions_are_two(tmp_path: Path) -> None:
    made = files(tmp_path, 2)
    (tmp_path / "kopie").write_bytes(made[0].read_bytes())
    (tmp_path / "ander").write_bytes(made[1].read_bytes()[:-1] + b"\x01")
    seen = listing(tmp_path)
    assert seen.instances == 3
    assert {code: one.count for code, one in seen.findings.items()} == {"disc-duplicate": 1, "disc-differing": 1}


def test_a_dicomdir_is_a_hint_of_what_is_missing_and_leads_nowhere(tmp_path: Path) -> None:
    files(tmp_path / "disc" / "DICOM", 2)
    outside = tmp_path / "secret"
    outside.write_bytes(b"x")
    named = [["DICOM", "IM000001"], ["dicom", "im000002."], ["DICOM", "IM000003"], ["..", "secret"], ["", "etc", "x"]]
    (tmp_path / "disc" / "DICOMDIR").write_bytes(dicomdir(*named))
    seen = listing(tmp_path / "disc")
    assert (seen.instances, seen.others["dicomdir"]) == (2, 1)
    assert {code: one.count for code, one in seen.findings.items()} == {"dicomdir-missing": 1, "dicomdir-outside": 2}
    assert seen.unknown_lacking() == 1


def test_a_dicomdir_that_is_broken_stands_in_nobodys_way(tmp_path: Path) -> None:
    files(tmp_path, 1)
    whole = dicomdir(["IM000001"])
    (tmp_path / "DICOMDIR").write_bytes(whole[:-9] + b"\xff" * 9)
    assert listing(tmp_path).instances == 1


def test_links_are_not_followed_and_no_device_is_opened(tmp_path: Path) -> None:
    files(tmp_path / "elsewhere", 2)
    disc = tmp_path / "disc"
    files(disc, 1, number=1)
    (disc / "file").symlink_to(tmp_path / "elsewhere" / "IM000001")
    (disc / "folder").symlink_to(tmp_path / "elsewhere")
    (disc / "null").symlink_to("/dev/zero")
    seen = listing(disc)
    assert (seen.instances, seen.findings["disc-link"].count) == (1, 3)


def test_one_patient_spelt_in_two_ways_is_one_and_another_is_another(tmp_path: Path) -> None:
    uid = new_uid()
    (first,) = files(tmp_path / "a", 1, uid=uid)
    (second,) = files(tmp_path / "a", 1, uid=uid, start=2)
    content = second.read_bytes()
    assert content.count(b"^") >= 1
    second.write_bytes(content.replace(b"^", b" ", 1))
    files(tmp_path / "b", 1, number=1)
    one, other = listing(tmp_path).patients
    assert (one.instances, other.instances) == (2, 1)
    assert one.patient != other.patient and first.exists()


def test_more_than_a_carrier_may_hold_is_refused(tmp_path: Path) -> None:
    files(tmp_path, 5)
    for limits in (CarrierLimits(files=4), CarrierLimits(total_bytes=10_000), CarrierLimits(file_bytes=100)):
        with pytest.raises(TooLarge):
            listing(tmp_path, limits)
    deep = tmp_path
    for _ in range(4):
        deep = deep / "d"
    deep.mkdir(parents=True)
    with pytest.raises(TooLarge):
        listing(tmp_path, CarrierLimits(depth=3))


class Tiny:
    """A carrier of 20,000 tiny files."""

    def entries(self) -> Iterator[CarrierEntry]:
        return (CarrierEntry(f"{number // 1000}/{number}", 4, "", number) for number in range(20_000))

    @contextmanager
    def open(self, entry: CarrierEntry) -> Iterator[BytesIO]:
        yield BytesIO(b"tiny")


def test_twenty_thousand_tiny_files_take_little_memory() -> None:
    tracemalloc.start()
    seen = list_carrier(Tiny())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (seen.files, seen.instances, seen.others["other"]) == (20_000, 0, 20_000)
    assert peak < 5 * 2**20
