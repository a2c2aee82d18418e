"""The receiving desk's list: arrivals that wait for a human, and who they may be here (FIELD 5.6)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from beeldbrug.model.exchange import State, Urgency
from beeldbrug.model.identity import Patient
from beeldbrug.node.policy.likeness import Likeness, likeness
from beeldbrug.node.ports.listing import Sort, Wanted
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.known import Found, Known, Person, people
from beeldbrug.node.usecases.overview import MOST
from beeldbrug.node.usecases.patient import patient_of, sample_of
from beeldbrug.node.usecases.read.sources import Sources

WAITING = (State.VERIFIED, State.SEEN, State.FAILED)
"""Where an arrival stands while a human can still say who it is."""

URGENT = (Urgency.STAT, Urgency.ASAP)


NO_LIMIT = Wanted()


def waiting(database: Database, organisation: str, wanted: Wanted = NO_LIMIT) -> list[ExchangeRow]:
    """Arrivals that were checked and wait for a human, with the reason, as far as they are ``wanted`` and in its order;
    without one urgent first, then oldest first."""
    with database.read() as tx:
        rows = tx.listings.page(organisation, replace(wanted, at_desk=True, oldest=True), None, MOST)
    if wanted.sort is not Sort.USUAL:
        return rows
    return sorted(rows, key=lambda row: (row.urgency not in URGENT, row.created))


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody the hospital knows, and how he is like whom the arrival is of."""

    person: Person
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of the question who it is: as the sender has it, with all numbers, and whom it may be here."""

    arrived: Patient
    candidates: tuple[Candidate, ...]
    asked: tuple[str, ...] = ()
    """Where the own patients were looked up: ``pacs``, ``worklist``, ``hl7``, ``list``."""
    complete: bool = True
    """Whether all of these answered."""


def sides(sources: Sources, known: Known, exchange: ExchangeRow, plain: Patient) -> Sides:
    """Both sides of an arrival, asked live; ``plain`` is its patient as the index has it. Raises Unavailable when no
    source answers."""
    with sources.database.read() as tx:
        sample = sample_of(tx, exchange.organisation, exchange.id, exchange.study_uid)
    arrived = patient_of(sources, sample) or plain
    found = known.find(arrived)
    if found.failure is not None and not found.records:
        raise found.failure
    return Sides(arrived, tuple(candidates(found, known.issuer, arrived)), found.asked, found.complete)


def candidates(found: Found, issuer: str, arrived: Patient) -> list[Candidate]:
    """Own patients that an arrival may be of, the most alike first; ``issuer`` is that of own numbers."""
    compared = [Candidate(person, likeness(arrived, person.patient)) for person in people(found, issuer)]
    return sorted(compared, key=lambda one: -one.likeness.points)
