"""Whom the desk is shown for an arrival."""

from __future__ import annotations

from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.ports.pacs import PatientRecord
from beeldbrug.node.usecases.desk.waiting import candidates
from beeldbrug.node.usecases.known import Found


def test_the_most_alike_come_first_and_each_own_number_once() -> None:
    arrived = Patient("Vries^Els^^de", "19700201", "F", PatientNumber("9", "ZHB"))
    other = Patient("Vries^Karel^^de", "19510630", "M", PatientNumber("1", "ZHA"))
    swapped = Patient("de Vries^E.", "19700102", "F", PatientNumber("2", "ZHA"))
    same = Patient("Vries-Bakker^Els^^de", "19700201", "F", PatientNumber("3", "ZHA"))
    records = tuple(PatientRecord(one, "pacs") for one in (other, swapped, same, swapped))
    found = candidates(Found(records, (), ("pacs",)), "ZHA", arrived)
    assert [one.person.patient.number.value for one in found] == ["3", "2", "1"]
    assert [one.person.sources for one in found] == [("pacs",)] * 3


def test_what_several_sources_say_of_a_number_is_one_candidate_with_all_of_them() -> None:
    arrived = Patient("Vries^Els^^de", "19700201", "F", PatientNumber("9", "ZHB"))
    bsn = PatientNumber("999990019", "NLMINBIZA", "PID-3")
    records = (
        PatientRecord(Patient("Vries^E.", "", "F", PatientNumber("3", "ZHA")), "pacs"),
        PatientRecord(Patient("Vries^E.", "19700201", "F", PatientNumber("3")), "worklist", "ORDER-1"),
        PatientRecord(Patient("de Vries^Els", "19700201", "F", PatientNumber("3"), (bsn,)), "hl7"),
        PatientRecord(Patient("Vries^E.", "19700201", "F", PatientNumber("3", "elsewhere")), "pacs"),
    )
    gone = PatientRecord(Patient("Vries^Els", "19700201", "F", PatientNumber("4")), "pacs")
    own, *others = candidates(Found(records, (gone,), ("pacs", "worklist", "hl7")), "ZHA", arrived)
    assert own.person.sources == ("pacs", "worklist", "hl7") and own.person.order == "ORDER-1"
    assert own.person.patient == Patient("Vries^E.", "19700201", "F", PatientNumber("3", "ZHA"), (bsn,))
    assert [one.person.patient.number for one in others] == [PatientNumber("3", "elsewhere"), PatientNumber("4")]
