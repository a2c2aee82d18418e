"""The own PACS as an archive: studies, series and retrieval by Orthanc and DCMTK's dcmqrscp (PS3.4 annex C)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydicom import dcmread

from beeldbrug.dicom.phantom.patients import PATIENTS
from beeldbrug.kit.ports import free_port
from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.archive import StudyKey
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse.archive import DimseArchive
from tests.e2e.studies import Made, make_study
from tests.peers.dcmtk import Dcmtk, start_dcmqrscp
from tests.peers.orthanc import start_orthanc
from tests.reception import AE, MemoryReception, listening

pytestmark = pytest.mark.timeout(120)

PATIENT = PATIENTS[0]


@dataclass
class Peer:
    archive: DimseArchive
    reception: MemoryReception
    study: list[Made]
    number: str
    name: str


def orthanc(stack: contextlib.ExitStack, folder: Path, files: list[Path], port: int) -> Application:
    peer = start_orthanc(stack, folder, "PACS", {"node": (AE, "127.0.0.1", port)}, {})
    for file in files:
        peer.put(file)
    return Application(peer.ae, "127.0.0.1", peer.dicom_port, AE, timeout=20.0)


def dcmqrscp(stack: contextlib.ExitStack, folder: Path, files: list[Path], port: int) -> Application:
    own = start_dcmqrscp(stack, folder, {AE: port})
    done = Dcmtk()("storescu", "-aec", "QRSCP", "127.0.0.1", own, *files)
    assert done.code == 0, done.output
    return Application("QRSCP", "127.0.0.1", own, AE, timeout=20.0)


@pytest.fixture(scope="module", params=[orthanc, dcmqrscp], ids=["orthanc", "dcmqrscp"])
def peer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    folder = tmp_path_factory.mktemp("archive")
    study = make_study(PATIENT, 6, seed="archive", series=2)
    other = make_study(PATIENTS[1], 1, seed="other")
    files = [one.write(folder) for one in (*study, *other)]
    header = dcmread(files[0], stop_before_pixels=True)
    reception = MemoryReception()
    with listening(reception) as listener, contextlib.ExitStack() as stack:
        archive = DimseArchive(request.param(stack, folder, files, listener.port))
        yield Peer(archive, reception, study, str(header.PatientID), str(header.PatientName.family_name))


def kept(peer: Peer) -> set[str]:
    return {one.request.instance_uid for one in peer.reception.kept}


@pytest.mark.parametrize("key", ["number", "name", "birth date"])
def test_studies_of_a_patient_are_found_by(peer: Peer, key: str) -> None:
    word = max(peer.name.replace("-", " ").split(), key=len)
    wanted = {
        "number": StudyKey(number=peer.number),
        "name": StudyKey(name=f"*{word}*"),
        "birth date": StudyKey(birth_date=PATIENT.birth_date),
    }[key]
    (found,) = peer.archive.find_studies(wanted, 10)
    assert found.study_uid == peer.study[0].study_uid
    assert found.description == "CT hersenen"
    assert found.patient.birth_date == PATIENT.birth_date
    assert found.instances in (6, None) and found.modalities in (("CT",), ())


def test_what_nobody_is_called_is_not_found(peer: Peer) -> None:
    assert list(peer.archive.find_studies(StudyKey(name="*zzzz*"), 10)) == []


def test_series_are_listed_and_only_the_chosen_one_is_sent(peer: Peer) -> None:
    series = peer.archive.find_series(peer.study[0].study_uid)
    assert {one.series_uid for one in series} == {one.series_uid for one in peer.study}
    assert {one.modality for one in series} == {"CT"}
    chosen = peer.study[0].series_uid
    peer.reception.kept.clear()
    *_, last = peer.archive.move(peer.study[0].study_uid, [chosen], AE, lambda: True)
    assert last.over and not last.failed and last.completed == 3
    assert kept(peer) == {one.uid for one in peer.study if one.series_uid == chosen}


def test_a_whole_study_is_sent(peer: Peer) -> None:
    peer.reception.kept.clear()
    *_, last = peer.archive.move(peer.study[0].study_uid, [], AE, lambda: True)
    assert last.over and not last.failed
    assert kept(peer) == {one.uid for one in peer.study}


def test_a_pacs_that_is_off_is_told_as_such() -> None:
    archive = DimseArchive(Application("PACS", "127.0.0.1", free_port(), AE, timeout=2.0))
    with pytest.raises(Unavailable) as asked:
        list(archive.find_studies(StudyKey(number="1"), 10))
    assert asked.value.code == "peer-no-query"
    with pytest.raises(Unavailable) as moved:
        list(archive.move("1.2.3", [], AE, lambda: False))
    assert moved.value.code == "peer-unreachable"


def test_the_instances_of_a_series_are_listed(peer: Peer) -> None:
    chosen = peer.study[0].series_uid
    found = peer.archive.find_instances(peer.study[0].study_uid, chosen)
    assert sorted(found) == sorted(one.uid for one in peer.study if one.series_uid == chosen)
