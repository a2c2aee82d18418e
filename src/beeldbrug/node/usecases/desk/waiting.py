"""The receiving desk's list: arrivals that wait for a human, and who they may be here (FIELD 5.6)."""

from __future__ import annotations

from beeldbrug.model.exchange import Direction, State
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.ports.pacs import Pacs, PatientRecord
from beeldbrug.node.ports.records import ExchangeRow, StudyRow
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.overview import MOST

WAITING = (State.VERIFIED, State.SEEN, State.FAILED)


def waiting(database: Database, organisation: str) -> list[ExchangeRow]:
    """Arrivals that were checked and have not come into the PACS, with the reason; oldest first."""
    with database.read() as tx:
        rows = tx.exchanges.listing(organisation, Direction.IN, WAITING, limit=MOST)
    return [row for row in reversed(rows) if row.reason_code and row.withdrawn is None]


def candidates(pacs: Pacs, study: StudyRow) -> list[PatientRecord]:
    """Own patients that an arrival may be of, asked live. Raises Unavailable."""
    arrived = Patient(study.patient_name, study.birth_date, study.sex, study.patient_number)
    found: dict[PatientNumber, PatientRecord] = {}
    for record in pacs.find_patients(arrived):
        found.setdefault(record.patient.number, record)
    return list(found.values())
