"""The main job between two real PACSes that are not ours: Orthanc sends, Orthanc gets, and is read back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread

from beeldbrug.dicom.phantom.patients import HOSPITAL_A, HOSPITAL_B, PhantomPatient
from beeldbrug.model.exchange import State
from beeldbrug.node.ports.committing import CommitState
from tests.e2e.archive import Archive
from tests.e2e.studies import make_study
from tests.e2e.world import World, build_world
from tests.peers.orthanc import Orthanc, start_orthanc
from tests.peers.processes import wait_until

pytestmark = [pytest.mark.timeout(240), pytest.mark.slow]


@dataclass(frozen=True)
class Between:
    """The world, and Orthanc at both ends."""

    world: World
    a: Orthanc
    b: Orthanc


@pytest.fixture
def between(tmp_path: Path) -> Iterator[Between]:
    with ExitStack() as stack:
        a = start_orthanc(stack, tmp_path / "pacs-a", "PACSA", {}, {})
        b = start_orthanc(stack, tmp_path / "pacs-b", "PACSB", {}, {})
        nobody = Archive(tmp_path / "nobody", 0)
        world = build_world(tmp_path, nobody, ports=(a.dicom_port, b.dicom_port))
        stack.callback(world.stop)
        world.start()
        a.know("spoed", ("SPOED_B", "127.0.0.1", world.a.site.dimse_port))
        yield Between(world, a, b)


def test_orthanc_at_a_sends_and_orthanc_at_b_has_it_under_its_own_number(
    between: Between, tmp_path: Path, patient: PhantomPatient
) -> None:
    earlier = make_study(patient, 1, seed="earlier", hospital=HOSPITAL_B)
    between.b.put(earlier[0].write(tmp_path))
    study = make_study(patient, 12, rows=(64, 128), seed="orthanc", series=2)
    for one in study:
        between.a.put(one.write(tmp_path))
    report = between.a.send("spoed", between.a.find({"StudyInstanceUID": study[0].study_uid}))
    assert report["FailedInstancesCount"] == 0
    between.world.imported(study[0].study_uid, seconds=90)
    wait_until(lambda: len(between.b.ids()) == 13, "all instances are in B's Orthanc")
    found = between.b.find({"StudyInstanceUID": study[0].study_uid}, "Instance")
    datasets = {one.SOPInstanceUID: one for one in (dcmread(BytesIO(between.b.file(each))) for each in found)}
    assert set(datasets) == {one.uid for one in study}
    for one in study:
        sent, stored = dcmread(BytesIO(one.dataset), force=True), datasets[one.uid]
        assert stored.PixelData == sent.PixelData
        assert stored.PatientID == patient.number(HOSPITAL_B)
        kept = stored.OriginalAttributesSequence[0].ModifiedAttributesSequence[0]
        assert kept.PatientID == patient.number(HOSPITAL_A)


def test_orthanc_that_sends_again_makes_nothing_double(
    between: Between, tmp_path: Path, patient: PhantomPatient
) -> None:
    study = make_study(patient, 3, seed="orthanc again")
    for one in study:
        between.a.put(one.write(tmp_path))
    ids = between.a.find({"StudyInstanceUID": study[0].study_uid})
    for _ in range(3):
        assert between.a.send("spoed", ids)["FailedInstancesCount"] == 0
    between.world.wait_row(
        between.world.a, study[0].study_uid, lambda row: row.state is State.IMPORTED and row.closed, "imported"
    )
    assert len(between.b.ids()) == 3


def test_orthanc_commits_to_keep_what_was_imported(between: Between, tmp_path: Path, patient: PhantomPatient) -> None:
    between.b.know("node", ("BEELDBRUG", "127.0.0.1", between.world.b.site.dimse_port))
    study = make_study(patient, 5, seed="orthanc commits")
    earlier = make_study(patient, 1, seed="earlier", hospital=HOSPITAL_B)
    between.b.put(earlier[0].write(tmp_path))
    for one in study:
        between.a.put(one.write(tmp_path))
    between.a.send("spoed", between.a.find({"StudyInstanceUID": study[0].study_uid}))
    _, there = between.world.imported(study[0].study_uid, seconds=90)
    b = between.world.b

    def state() -> list[CommitState]:
        with b.vault.database.read() as tx:
            return [one.state for one in tx.commitments.of(b.site.ura, there.id, 0.0)]

    wait_until(lambda: state() == [CommitState.COMMITTED], "Orthanc reports on an association of its own", 60, 0.3)
    assert "committed" in b.events(there.id)
