"""Exchanges as a list that people read: urgent first, a page at a time, and what has changed since (ports.vault)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from beeldbrug.model.exchange import Direction, State, Urgency
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.ports.records import ExchangeRow


class Owner(StrEnum):
    """Who decides about it now (claims): anybody or nobody, the reader, nobody, or a colleague."""

    ANY = ""
    MINE = "mine"
    NOBODY = "nobody"
    SOMEBODY = "somebody"


class Sort(StrEnum):
    """What stands first; within that by age. USUAL: what is urgent and has not ended, then the rest. URGENCY: stat,
    asap, urgent, routine. OWNER: the reader's own, colleagues', nobody's. AGE: by age alone."""

    USUAL = ""
    URGENCY = "urgency"
    OWNER = "owner"
    AGE = "age"


BY_URGENCY: Final = tuple(Urgency)
BY_OWNER: Final = (Owner.MINE, Owner.SOMEBODY, Owner.NOBODY)
"""The parts of these orders, one after the other."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: in this part of its order (``Sort``, from 0), at this exchange."""

    part: int
    created: float
    id: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader wants to see. Empty or None does not limit. ``typed`` is what
    somebody typed to find a patient. ``since`` and ``until`` are of ``created``, POSIX seconds. ``at_desk`` wants
    arrivals that wait for a human who has not decided yet. ``owner`` and ``sort`` are seen by ``reader`` (a login), as
    of ``at``; ``oldest`` puts the oldest first. ``asked`` wants those about which a request for missing images is
    open."""

    direction: Direction | None = None
    states: tuple[State, ...] = ()
    urgencies: tuple[Urgency, ...] = ()
    since: float | None = None
    until: float | None = None
    typed: str = ""
    at_desk: bool = False
    reader: str = ""
    owner: Owner = Owner.ANY
    sort: Sort = Sort.USUAL
    at: float = 0.0
    oldest: bool = False
    asked: bool = False
    exchanges: frozenset[str] = field(default_factory=frozenset)
    studies: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class PatientShown:
    """Who an exchange is about, as its headers say."""

    exchange: str
    study_row: int
    study_uid: str
    name: str
    birth_date: str
    sex: str
    number: PatientNumber
    study_date: str
    accession_number: str
    description: str


class Listings(Protocol):
    """Lists of one vault."""

    def page(self, organisation: str, wanted: Wanted, after: Place | None, limit: int) -> list[ExchangeRow]:
        """Part by part of the order that is wanted, each newest first, or oldest first where wanted."""

    def count_at_desk(self, organisation: str) -> int:
        """How many arrivals wait for a human."""

    def changed(self, organisation: str, since: float, limit: int = 500) -> list[ExchangeRow]:
        """Those of which something changed at or after ``since``, longest ago first."""

    def counts(self, organisation: str) -> dict[tuple[Direction, State, Urgency], int]:
        """How many there are that have not ended, by direction, state and urgency."""

    def patients(self, rows: Sequence[ExchangeRow]) -> dict[str, PatientShown]:
        """Whose study each of these (of one organisation) is, by exchange; none for one that holds no study now."""
