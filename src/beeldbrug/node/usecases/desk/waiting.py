"""The receiving desk's list: arrivals that wait for a human, and who they may be here (FIELD 5.6)."""

from __future__ import annotations

from dataclasses import dataclass

from beeldbrug.model.exchange import State, Urgency
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.policy.likeness import Likeness, likeness
from beeldbrug.node.ports.listing import Wanted
from beeldbrug.node.ports.pacs import Pacs, PatientRecord
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.overview import MOST
from beeldbrug.node.usecases.patient import patient_of, sample_of
from beeldbrug.node.usecases.read.sources import Sources

WAITING = (State.VERIFIED, State.SEEN, State.FAILED)
"""Where an arrival stands while a human can still say who it is."""

URGENT = (Urgency.STAT, Urgency.ASAP)


def waiting(database: Database, organisation: str) -> list[ExchangeRow]:
    """Arrivals that were checked and wait for a human, with the reason; urgent first, then oldest first."""
    with database.read() as tx:
        rows = tx.listings.page(organisation, Wanted(at_desk=True), None, MOST)
    return sorted(rows, key=lambda row: (row.urgency not in URGENT, row.created))


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody the hospital knows, and how he is like whom the arrival is of."""

    record: PatientRecord
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of the question who it is: as the sender has it, with all numbers, and whom it may be here."""

    arrived: Patient
    candidates: tuple[Candidate, ...]


def sides(sources: Sources, pacs: Pacs, exchange: ExchangeRow, plain: Patient) -> Sides:
    """Both sides of an arrival, asked live; ``plain`` is its patient as the index has it. Raises Unavailable."""
    with sources.database.read() as tx:
        sample = sample_of(tx, exchange.organisation, exchange.id, exchange.study_uid)
    arrived = patient_of(sources, sample) or plain
    return Sides(arrived, tuple(candidates(pacs, arrived)))


def candidates(pacs: Pacs, arrived: Patient) -> list[Candidate]:
    """Own patients that an arrival may be of, asked live, the most alike first. Raises Unavailable."""
    found: dict[PatientNumber, PatientRecord] = {}
    for record in pacs.find_patients(arrived):
        found.setdefault(record.patient.number, record)
    compared = [Candidate(record, likeness(arrived, record.patient)) for record in found.values()]
    return sorted(compared, key=lambda one: -one.likeness.points)
