"""Whom the desk is shown for an arrival."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.ports.pacs import Pacs, PatientRecord
from beeldbrug.node.usecases.desk.waiting import candidates


class Known:
    """A PACS that knows these, in this order; what else a PACS does is not asked of it."""

    def __init__(self, *patients: Patient) -> None:
        self._patients = patients

    def find_patients(self, patient: Patient) -> Iterator[PatientRecord]:
        del patient
        yield from (PatientRecord(one, "pacs") for one in self._patients)


def test_the_most_alike_come_first_and_each_own_number_once() -> None:
    arrived = Patient("Vries^Els^^de", "19700201", "F", PatientNumber("9", "ZHB"))
    other = Patient("Vries^Karel^^de", "19510630", "M", PatientNumber("1", "ZHA"))
    swapped = Patient("de Vries^E.", "19700102", "F", PatientNumber("2", "ZHA"))
    same = Patient("Vries-Bakker^Els^^de", "19700201", "F", PatientNumber("3", "ZHA"))
    found = candidates(cast(Pacs, Known(other, swapped, same, swapped)), arrived)
    assert [one.record.patient.number.value for one in found] == ["3", "2", "1"]
