"""The PACS is told of an undone import by a rejection note that others read, once, and as the hospital trusts it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset

from beeldbrug.dicom.part10 import file_meta
from beeldbrug.model.exchange import State, Urgency
from beeldbrug.model.identity import PatientNumber
from beeldbrug.model.importing import Left
from beeldbrug.node.policy.rules import ImportRule
from beeldbrug.node.ports.sender_rejections import SenderRejection
from beeldbrug.node.usecases.desk.choose import choose
from beeldbrug.node.usecases.desk.rest import import_rest
from beeldbrug.node.usecases.desk.undo import undo_import
from beeldbrug.node.usecases.desk.wish import Wish
from beeldbrug.node.usecases.imports.left_out import instances_out
from beeldbrug.node.usecases.reject.reject import EXPLICIT_LITTLE_ENDIAN, Rejecting, RejectStep
from beeldbrug.node.usecases.save.key_objects import SOP_CLASS
from tests.contract.node.exchange.house import (
    B,
    House,
    alerts,
    at_b,
    events,
    originals,
    rule_to_b,
    run_both,
    the_patient,
)
from tests.contract.node.exchange.small import decoded, new_uid, study
from tests.peers.processes import run, tool

REJECTING = Rejecting("Ziekenhuis B", "1.0", UTC)


@pytest.fixture
def b(houses: tuple[House, House]) -> House:
    a, b = houses
    a.rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
    a.receive(study(the_patient(), 3))
    run_both(a, b)
    assert b.exchange().state is State.IMPORTED
    return b


def undo(b: House, why: str = "wrong-patient") -> None:
    undo_import(b.database, B, b.exchange().id, why, 7, "els", b.clock.now(), REJECTING.reject)


def step(b: House, trusted: bool = False) -> RejectStep:
    return RejectStep(B, b.database, b.pacs, trusted, b.clock.now)


def the_note(b: House) -> bytes:
    """As a file."""
    with b.database.read() as tx:
        (note,) = tx.rejections.waiting(B, b.exchange().id)
    return file_meta(SOP_CLASS, note.instance_uid, EXPLICIT_LITTLE_ENDIAN) + note.dataset


@pytest.mark.parametrize(
    ("why", "title", "meaning"),
    [
        ("wrong-patient", "113037", "Rejected for Patient Safety Reasons"),
        ("wrong-order", "113038", "Incorrect Modality Worklist Entry"),
        ("images-unusable", "113001", "Rejected for Quality Reasons"),
    ],
)
def test_the_note_names_why_and_every_instance_as_the_pacs_has_it(
    b: House, why: str, title: str, meaning: str, tmp_path: Path
) -> None:
    stored = [decoded(one) for (one, *_) in b.pacs.taken.values()]
    undo(b, why)
    note = dcmread(BytesIO(the_note(b)))
    (concept,) = note.ConceptNameCodeSequence
    assert (concept.CodeValue, concept.CodingSchemeDesignator, concept.CodeMeaning) == (title, "DCM", meaning)
    assert note.PatientID == at_b(the_patient()).number.value, "under the number that it was imported under"
    assert note.StudyInstanceUID == stored[0].StudyInstanceUID
    wanted = {str(one.SOPInstanceUID) for one in stored}
    (evidence,) = note.CurrentRequestedProcedureEvidenceSequence
    assert evidence.StudyInstanceUID == note.StudyInstanceUID
    named = [one for series in evidence.ReferencedSeriesSequence for one in series.ReferencedSOPSequence]
    assert {str(one.ReferencedSOPInstanceUID) for one in named} == wanted
    content: list[Dataset] = [one.ReferencedSOPSequence[0] for one in note.ContentSequence]
    assert {str(one.ReferencedSOPInstanceUID) for one in content} == wanted
    file = tmp_path / "note.dcm"
    file.write_bytes(the_note(b))
    dump = run([tool("dsrdump", "dcmtk"), str(file)]).output
    assert meaning in dump and "error" not in dump.lower(), dump


def test_it_is_sent_once_and_a_human_still_confirms(b: House) -> None:
    undo(b)
    before = len(b.pacs.taken)
    step(b).step(b.exchange().id)
    assert len(b.pacs.taken) == before + 1
    step(b).step(b.exchange().id)
    assert (len(b.pacs.taken), alerts(b)) == (before + 1, ["import-undone"])
    assert "rejection-sent" in events(b)
    with b.database.read() as tx:
        note = tx.rejections.last(B, b.exchange().id)
    assert note is not None and (note.status, note.dataset, note.instances) == (0, b"", 3)


def test_a_pacs_that_is_trusted_to_hide_it_confirms_in_the_desks_stead(b: House) -> None:
    undo(b)
    step(b, trusted=True).step(b.exchange().id)
    assert b.exchange().reason_code == "undone-and-removed"
    assert events(b).count("removed-in-pacs") == 1


def test_without_the_setting_the_pacs_gets_nothing(b: House) -> None:
    undo_import(b.database, B, b.exchange().id, "wrong-patient", 7, "els", b.clock.now())
    before = len(b.pacs.taken)
    step(b, trusted=True).step(b.exchange().id)
    assert (len(b.pacs.taken), b.exchange().reason_code) == (before, "import-undone")


def taken_back(content: bytes, title: str = "113001") -> tuple[str, str, str, bytes]:
    """The note of A's PACS about one image."""
    image, note = decoded(content), Dataset()
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "StudyInstanceUID"):
        setattr(note, keyword, image.get(keyword, ""))
    note.SOPClassUID, note.SOPInstanceUID, note.SeriesInstanceUID = SOP_CLASS, new_uid(), new_uid()
    note.Modality = "KO"
    concept, one, series, evidence = Dataset(), Dataset(), Dataset(), Dataset()
    concept.CodeValue, concept.CodingSchemeDesignator, concept.CodeMeaning = title, "DCM", "A title"
    one.ReferencedSOPClassUID, one.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
    series.SeriesInstanceUID, series.ReferencedSOPSequence = image.SeriesInstanceUID, [one]
    evidence.StudyInstanceUID, evidence.ReferencedSeriesSequence = image.StudyInstanceUID, [series]
    note.ConceptNameCodeSequence, note.CurrentRequestedProcedureEvidenceSequence = [concept], [evidence]
    buffer = DicomBytesIO()
    buffer.is_implicit_VR, buffer.is_little_endian = False, True
    write_dataset(buffer, note)
    return SOP_CLASS, str(note.SOPInstanceUID), EXPLICIT_LITTLE_ENDIAN, buffer.getvalue()


def test_a_note_of_the_senders_pacs_is_told_of_and_stays_out(houses: tuple[House, House]) -> None:
    a, b = houses
    a.rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
    images = list(study(the_patient(), 3))
    a.receive(images)
    run_both(a, b)
    assert (b.exchange().state, alerts(b)) == (State.IMPORTED, [])
    note = taken_back(images[0][3])
    a.receive([note])
    run_both(a, b)
    assert "rejected-by-sender" in alerts(b)
    assert events(b).count("rejected-by-sender") == 1
    assert note[1] not in b.pacs.taken and len(b.pacs.taken) == 3


def test_by_setting_the_senders_note_goes_into_the_own_pacs_and_is_told_of_all_the_same(
    houses: tuple[House, House],
) -> None:
    a, b = houses
    a.rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
    b.import_rule = ImportRule(B, "Ziekenhuis B", rejections=True)
    b.wire()
    images = list(study(the_patient(), 2))
    note = taken_back(images[0][3], "113037")
    a.receive([*images, note])
    run_both(a, b)
    assert note[1] in b.pacs.taken
    assert events(b).count("rejected-by-sender") == 1


def test_an_ordinary_choice_of_key_images_is_no_rejection(houses: tuple[House, House]) -> None:
    a, b = houses
    a.rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
    images = list(study(the_patient(), 2))
    key_images = taken_back(images[0][3], "113000")
    a.receive([*images, key_images])
    run_both(a, b)
    assert alerts(b) == [] and key_images[1] in b.pacs.taken


def marks(b: House) -> dict[str, str]:
    """What is marked as taken back, and why."""
    with b.database.read() as tx:
        rows = tx.sender_rejections.of(B, b.exchange().id)
    return {one.instance_uid: one.title for one in rows if one.instance_uid != one.note}


def left(b: House) -> Left:
    with b.database.read() as tx:
        return tx.plans.left(B, [b.exchange().id])[b.exchange().id]


def test_what_a_sender_takes_back_is_marked_one_by_one_and_does_not_go_in_by_itself(
    houses: tuple[House, House],
) -> None:
    a, b = houses
    a.rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
    images = list(study(the_patient(), 3))
    a.receive([*images, taken_back(images[0][3], "113037")])
    run_both(a, b)
    assert marks(b) == {images[0][1]: "113037"}
    assert (b.exchange().state, set(b.pacs.taken)) == (State.IMPORTED, {images[1][1], images[2][1]})
    assert (left(b).left_series, left(b).left_instances) == (1, 2), "the note's own series, and one image beside it"
    kept = originals(b, b.exchange().id)
    assert images[0][1] in kept, "it is kept as it came"
    import_rest(b.database, B, b.exchange().id, [], (), "els", b.clock.now(), rejected=True)
    run_both(a, b)
    assert images[0][1] in b.pacs.taken and b.exchange().state is State.IMPORTED
    assert left(b).left_instances == 1


def test_a_human_takes_in_what_was_taken_back_when_he_decides_about_the_import(houses: tuple[House, House]) -> None:
    a, b = houses
    a.rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
    b.pacs.known = []
    images = list(study(the_patient(), 2))
    a.receive([*images, taken_back(images[0][3])])
    run_both(a, b)
    assert b.exchange().reason_code == "patient-not-found"
    now = b.clock.now()
    choose(b.database, B, b.exchange().id, PatientNumber("7001"), "els", now, wish=Wish(rejected=True))
    run_both(a, b)
    assert set(b.pacs.taken) == {images[0][1], images[1][1]}


def test_a_study_that_is_taken_back_whole_waits_for_a_human(houses: tuple[House, House]) -> None:
    a, b = houses
    a.rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
    images = list(study(the_patient(), 1))
    a.receive([*images, taken_back(images[0][3])])
    run_both(a, b)
    assert (b.exchange().reason_code, b.pacs.taken) == ("all-rejected", {})
    assert "all-rejected" in alerts(b)
    with b.database.read() as tx:
        assert tx.listings.count_at_desk(B) == 1


def test_a_note_that_comes_after_the_import_marks_what_is_in_the_pacs_and_takes_nothing_out(b: House) -> None:
    uid = next(iter(b.pacs.taken))
    with b.database.write() as tx:
        tx.sender_rejections.add(B, b.exchange().id, [SenderRejection("2.25.9", uid, f"{uid}.x", "113001", 1.0)])
        assert instances_out(tx, b.exchange()) == frozenset()
    assert len(b.pacs.taken) == 3


def test_a_note_without_references_or_with_odd_ones_is_told_of_once(houses: tuple[House, House]) -> None:
    a, b = houses
    a.rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
    images = list(study(the_patient(), 2))
    note = decoded(taken_back(images[0][3])[3])
    odd = Dataset()
    odd.ReferencedSOPInstanceUID = "1.2." + "3" * 70
    note.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0].ReferencedSOPSequence = [
        odd,
        Dataset(),
    ]
    buffer = DicomBytesIO()
    buffer.is_implicit_VR, buffer.is_little_endian = False, True
    write_dataset(buffer, note)
    a.receive([*images, (SOP_CLASS, str(note.SOPInstanceUID), EXPLICIT_LITTLE_ENDIAN, buffer.getvalue())])
    run_both(a, b)
    b.clock.ahead += 120
    run_both(a, b)
    assert (marks(b), len(b.pacs.taken), events(b).count("rejected-by-sender")) == ({}, 2, 1)
