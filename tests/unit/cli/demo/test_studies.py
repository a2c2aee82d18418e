"""What the demo sends of a folder, and what it leaves out and why; made studies are new at every run."""

from __future__ import annotations

import shutil
from pathlib import Path

from pydicom import dcmread

from beeldbrug.cli.demo.studies import Making, make, make_history, read_folder
from beeldbrug.dicom.phantom.patients import PATIENTS
from beeldbrug.dicom.phantom.study import Kind

SMALL = (Making(Kind.CT_HEAD, PATIENTS[0], 2),)


def test_other_files_and_repeats_are_left_out_and_counted(study: Path, tmp_path: Path) -> None:
    shutil.copytree(study, tmp_path / "one")
    shutil.copytree(study, tmp_path / "two" / "again")
    (tmp_path / "note.txt").write_text("no picture")
    found = read_folder(tmp_path)
    assert len(found.files) == 3
    assert found.left_out == {"same-instance-again": 3, "not-dicom": 1}


def test_the_dataset_of_a_file_begins_behind_its_meta_information(study: Path) -> None:
    file = read_folder(study).files[0]
    content = b"".join(file.dataset())
    assert file.path.read_bytes().endswith(content)
    assert content[:2] == b"\x08\x00"
    assert file.size == file.start + len(content)


def test_made_studies_have_new_identifiers_at_every_run(tmp_path: Path) -> None:
    first, second = (make(SMALL, tmp_path / name) for name in ("one", "two"))
    assert not {file.instance_uid for file in first.files} & {file.instance_uid for file in second.files}
    assert not first.studies.keys() & second.studies.keys()


def test_hospital_b_knows_the_patient_by_its_own_number(tmp_path: Path) -> None:
    (history,) = make_history(SMALL, tmp_path)
    dataset = dcmread(history, stop_before_pixels=True)
    assert dataset.PatientID == dict(PATIENTS[0].numbers)["B"]
    assert dataset.OtherPatientIDsSequence[0].PatientID == PATIENTS[0].bsn
