"""The demo's read-back by C-FIND and C-MOVE finds what is right, and everything that is not; with both its PACSes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from blake3 import blake3
from pydicom import dcmread, dcmwrite

from beeldbrug.cli.demo.orthanc import OrthancPacs, find_program
from beeldbrug.cli.demo.pacs import DemoPacs
from beeldbrug.cli.demo.processes import Processes
from beeldbrug.cli.demo.readback import ReadBack, read_back
from beeldbrug.cli.demo.retrieve import Retriever, opened_retriever
from beeldbrug.cli.demo.stand_in import StandInPacs
from beeldbrug.cli.demo.studies import source_file
from beeldbrug.dicom.phantom.patients import PATIENTS
from beeldbrug.dicom.phantom.study import Kind, write_study
from beeldbrug.node.ports.records import InstanceRow

IMPLICIT = "1.2.840.10008.1.2"


@dataclass(frozen=True)
class Sent:
    """What the read-back asks of a row of A's vault."""

    study_uid: str
    series_uid: str
    instance_uid: str
    transfer_syntax: str
    part10: bool
    hash: bytes


@dataclass
class Files:
    """A viewer that gives the files of a folder."""

    paths: dict[str, Path]

    def file(self, study_uid: str, series_uid: str, instance_uid: str, target: Path) -> None:
        target.write_bytes(self.paths[instance_uid].read_bytes())


@dataclass
class Setting:
    """A PACS with a retriever, and a study of files that may be in it."""

    pacs: DemoPacs
    retriever: Retriever
    files: list[Path]
    folder: Path

    def read(self, **changes: Any) -> ReadBack:
        rows, paths = [], {}
        for path in self.files:
            file, dataset = source_file(path), dcmread(path)
            number = str(dataset.PatientID)
            rows.append(
                Sent(
                    file.study_uid,
                    dataset.SeriesInstanceUID,
                    file.instance_uid,
                    file.transfer_syntax,
                    False,
                    blake3(b"".join(file.dataset())).digest(),
                )
            )
            paths[file.instance_uid] = path
        numbers = {rows[0].study_uid: changes.get("number", number)}
        sent: list[InstanceRow] = rows  # type: ignore[assignment]  # the part that is asked for
        return read_back(sent, numbers, Files(paths), self.retriever, self.folder)  # type: ignore[arg-type]  # likewise

    def take(self, path: Path, **changes: Any) -> None:
        """Put a file into the PACS, with other values of these attributes."""
        dataset = dcmread(path)
        for keyword, value in changes.items():
            setattr(dataset, keyword, value)
        content = BytesIO()
        dcmwrite(content, dataset)
        target = self.folder / "changed.dcm"
        target.write_bytes(content.getvalue())
        assert self.pacs.take(target)


@pytest.fixture(scope="module", params=["stand-in", "Orthanc"])
def pacs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoPacs]:
    folder = tmp_path_factory.mktemp("pacs")
    if request.param == "stand-in":
        stand_in = StandInPacs(folder, "PACSB")
        yield stand_in
        stand_in.stop()
        return
    program = find_program()
    if program is None:
        pytest.skip("Orthanc is not installed: apt-get install orthanc")
    with Processes() as processes:
        orthanc = OrthancPacs(program, folder, "PACSB", processes)
        orthanc.wait_until_ready(60.0)
        yield orthanc
        orthanc.stop()


@pytest.fixture
def setting(pacs: DemoPacs, tmp_path: Path) -> Iterator[Setting]:
    seed = abs(hash(tmp_path)) % 2**31
    files = write_study(Kind.CT_HEAD, PATIENTS[0], tmp_path / "study", slices=2, thin_slices=0, seed=seed)
    with opened_retriever(pacs, tmp_path / "read-back") as retriever:
        yield Setting(pacs, retriever, files, tmp_path)
    assert not (tmp_path / "read-back").exists(), "patients were left behind"


def test_what_is_there_comes_back_once_and_equal(setting: Setting) -> None:
    for path in setting.files:
        assert setting.pacs.take(path)
    read, count = setting.read(), len(setting.files)
    assert (read.instances, read.byte_exact, read.imported, read.duplicates) == (count, count, count, 0)
    assert read.faults == {}
    assert list((setting.folder / "read-back").iterdir()) == [], "a study was kept"


def test_what_is_not_there_is_missed(setting: Setting) -> None:
    for path in setting.files[1:]:
        setting.pacs.take(path)
    read = setting.read()
    assert read.imported == len(setting.files) - 1 and read.faults == {"not-in-pacs": 1}


def test_a_second_copy_is_a_duplicate(setting: Setting) -> None:
    for path in setting.files:
        setting.pacs.take(path)
    setting.take(setting.files[0], PatientID="ANOTHER")
    assert setting.read().duplicates == 1


def test_other_content_another_number_and_another_syntax_are_faults(setting: Setting) -> None:
    setting.take(setting.files[0], StudyDescription="Iets anders")
    setting.take(setting.files[1], PatientID="ANOTHER")
    other = dcmread(setting.files[2])
    other.file_meta.TransferSyntaxUID = IMPLICIT
    target = setting.folder / "implicit.dcm"
    dcmwrite(target, other, implicit_vr=True, little_endian=True)
    assert setting.pacs.take(target)
    for path in setting.files[3:]:
        setting.pacs.take(path)
    read = setting.read()
    assert read.imported == len(setting.files) - 3
    assert read.faults == {"differs-in-00081030": 1, "other-number": 1, "other-transfer-syntax": 1}


def test_what_was_never_sent_is_a_fault(setting: Setting) -> None:
    for path in setting.files:
        setting.pacs.take(path)
    setting.files.pop()
    assert setting.read().faults == {"never-sent": 1}


def test_a_pacs_that_does_not_know_us_is_told_and_nothing_breaks(pacs: DemoPacs, setting: Setting) -> None:
    for path in setting.files:
        setting.pacs.take(path)
    pacs.know("TERUGLEZEN", 1)
    read = setting.read()
    assert read.byte_exact == len(setting.files) and read.imported == 0
    assert read.faults["not-sent-by-pacs"] == len(setting.files)
    assert any(code.startswith("peer-move-") for code in read.faults)
