"""The main job, with real processes: what a hospital sends is what the other one gets, once, and both can see so."""

from __future__ import annotations

import hashlib

import pytest

from beeldbrug.dicom.phantom.patients import HOSPITAL_A, HOSPITAL_B, PhantomPatient
from beeldbrug.model.exchange import State
from tests.e2e.conftest import KNOWN, STRANGERS
from tests.e2e.studies import altered, make_study
from tests.e2e.world import World

pytestmark = pytest.mark.timeout(240)


def test_study_goes_from_pacs_a_to_pacs_b_under_bs_own_number_and_a_can_see_so(
    world: World, patient: PhantomPatient
) -> None:
    study = make_study(patient, 8, rows=(32, 64, 200), seed="main", series=2)
    assert world.send(study) == [0] * 8
    at_a, at_b = world.imported(study[0].study_uid)
    assert (at_a.total, at_a.imported, at_b.total, at_b.imported) == (8, 8, 8, 8)
    stored = world.pacs.received("PACSB", study[0].study_uid)
    assert sorted(one.uid for one in stored) == sorted(one.uid for one in study)
    assert {one.pixels for one in stored} == {one.pixels for one in study}
    assert {(one.patient, one.issuer) for one in stored} == {(patient.number(HOSPITAL_B), "Ziekenhuis B")}
    assert at_a.verified is not None and at_a.imported_at is not None
    assert not world.a.alerts(at_a.id) and not world.b.alerts(at_b.id)


def test_originals_stay_in_the_imported_dataset(world: World, patient: PhantomPatient) -> None:
    study = make_study(patient, 1, seed="originals")
    world.send(study)
    world.imported(study[0].study_uid)
    dataset = world.pacs.dataset(world.pacs.received("PACSB", study[0].study_uid)[0])
    original = dataset.OriginalAttributesSequence[0].ModifiedAttributesSequence[0]
    assert original.PatientID == patient.number(HOSPITAL_A)
    assert dataset.PatientName == patient.person_name


def test_every_instance_is_byte_for_byte_on_bs_node(world: World, patient: PhantomPatient) -> None:
    study = make_study(patient, 5, rows=(16, 300), seed="bytes")
    world.send(study, "SPOED_B")
    _, at_b = world.imported(study[0].study_uid)
    sent = {one.uid: hashlib.sha256(one.dataset).hexdigest() for one in study}
    got = {row.instance_uid: hashlib.sha256(world.b.original(row)).hexdigest() for row in world.b.instances(at_b.id)}
    assert got == sent


def test_late_instance_is_a_supplement_and_arrives(world: World, patient: PhantomPatient) -> None:
    study = make_study(patient, 6, seed="late")
    world.send(study[:4])
    world.imported(study[0].study_uid)
    assert world.send(study[4:]) == [0, 0]
    at_a = world.wait_row(
        world.a, study[0].study_uid, lambda row: row.state is State.IMPORTED and row.imported == 6, "supplement"
    )
    stored = world.pacs.received("PACSB", study[0].study_uid)
    assert sorted(one.uid for one in stored) == sorted(one.uid for one in study)
    assert len(world.a.exchanges(study[0].study_uid)) == len(world.b.exchanges(study[0].study_uid)) == 1
    assert at_a.total == 6


def test_instances_that_come_while_the_first_are_under_way_all_arrive(world: World, patient: PhantomPatient) -> None:
    study = make_study(patient, 12, seed="trickle")
    for one in study:  # an association each, some before and some after the study was thought complete
        assert world.send([one], "SPOED_B") == [0]
    world.wait_row(
        world.a, study[0].study_uid, lambda row: row.state is State.IMPORTED and row.imported == 12, "all twelve"
    )
    stored = world.pacs.received("PACSB", study[0].study_uid)
    assert sorted(one.uid for one in stored) == sorted(one.uid for one in study)


def test_resent_study_is_not_there_twice(world: World, patient: PhantomPatient) -> None:
    study = make_study(patient, 4, seed="again")
    world.send(study)
    world.imported(study[0].study_uid)
    assert world.send(study) == [0] * 4
    assert world.send(study) == [0] * 4
    world.wait_row(
        world.a,
        study[0].study_uid,
        lambda row: row.state is State.IMPORTED and row.closed and row.imported == 4,
        "imported again",
    )
    stored = world.pacs.received("PACSB", study[0].study_uid)
    assert len({(one.uid, one.hash) for one in stored}) == 4
    assert len(world.b.exchanges(study[0].study_uid)) == 1
    with world.a.vault.database.read() as tx:
        assert len(tx.instances.instances(world.a.site.ura, "own", study[0].study_uid, None, {})) == 4


def test_same_uid_with_other_content_is_a_question_and_never_an_overwrite(
    world: World, patient: PhantomPatient
) -> None:
    study = make_study(patient, 2, seed="other")
    world.send(study)
    world.imported(study[0].study_uid)
    assert world.send([altered(study[0])]) == [0]
    at_b = world.wait_row(world.b, study[0].study_uid, lambda row: row.state is State.FAILED, "a question at B")
    assert at_b.reason_code == "imported-before-with-other-content"
    assert [alert.code for alert in world.b.alerts(at_b.id)] == ["imported-before-with-other-content"]
    at_a = world.wait_row(world.a, study[0].study_uid, lambda row: row.state is State.FAILED, "A told so")
    assert at_a.reason_code == "imported-before-with-other-content"
    assert "same-uid-other-content" in [alert.code for alert in world.a.alerts(at_a.id)]
    stored = world.pacs.received("PACSB", study[0].study_uid)
    assert sorted(one.pixels for one in stored) == sorted(one.pixels for one in study)


def test_receiver_without_match_waits_visibly_and_is_imported_when_the_patient_appears(world: World) -> None:
    stranger = STRANGERS[0]
    study = make_study(stranger, 3, seed="unmatched")
    world.send(study, "ROUTINE_B")
    at_b = world.wait_row(
        world.b, study[0].study_uid, lambda row: row.reason_code == "patient-not-found", "waits with the reason"
    )
    assert at_b.state is State.VERIFIED
    assert [alert.code for alert in world.b.alerts(at_b.id)] == ["patient-not-found"]
    assert not world.pacs.received("PACSB", study[0].study_uid)
    world.wait_state(world.a, study[0].study_uid, State.VERIFIED)
    world.pacs.know({"PACSB": [(one, HOSPITAL_B) for one in (*KNOWN, stranger)]})
    world.wait_state(world.b, study[0].study_uid, State.IMPORTED, seconds=90)
    world.wait_state(world.a, study[0].study_uid, State.IMPORTED)
    assert not world.b.alerts(at_b.id)
    assert {one.patient for one in world.pacs.received("PACSB", study[0].study_uid)} == {stranger.number(HOSPITAL_B)}


def test_stat_without_local_number_is_imported_under_an_emergency_number_of_its_own_issuer(world: World) -> None:
    study = make_study(STRANGERS[1], 3, seed="emergency")
    world.send(study, "SPOED_B")
    _, at_b = world.imported(study[0].study_uid)
    stored = world.pacs.received("PACSB", study[0].study_uid)
    assert {one.issuer for one in stored} == {"Ziekenhuis B spoed"}
    (number,) = {one.patient for one in stored}
    assert number.startswith("SPOED") and at_b.local_number.startswith(number)
    assert [alert.code for alert in world.b.alerts(at_b.id)] == ["emergency-number"]


def test_b_sends_to_a_as_well(world: World, patient: PhantomPatient) -> None:
    world.pacs.know({"PACSB": [(one, HOSPITAL_B) for one in KNOWN], "PACSA": [(patient, HOSPITAL_A)]})
    study = make_study(patient, 3, seed="back", hospital=HOSPITAL_B)
    assert world.send(study, "NAAR_A", "PACSB", world.b) == [0] * 3
    world.wait_state(world.a, study[0].study_uid, State.IMPORTED)
    world.wait_state(world.b, study[0].study_uid, State.IMPORTED)
    assert {one.patient for one in world.pacs.received("PACSA", study[0].study_uid)} == {patient.number(HOSPITAL_A)}
