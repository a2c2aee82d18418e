"""Who is on call: a department's weekly pattern, what replaces it for once, and what people are told of.

Times of day and dates are those of the wall clock at the hospital; what they mean in a night in which that clock
changes is ``policy.duty``'s matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from beeldbrug.model.exchange import Urgency

DAY_MINUTES = 24 * 60

NOBODY = ""
"""An account that stands for nobody: a hole that was made on purpose."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Every week on this day, from ``start`` until ``end`` (minutes since midnight); an ``end`` that is not later than
    ``start`` lies on the next day. ``level`` 1 is called first; Monday is 0."""

    level: int
    account: str
    weekday: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Substitution:
    """From ``start`` until ``end`` (wall clock, without zone) this account in the place of the pattern of its level."""

    level: int
    account: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Rules:
    """What a department wants to be told of. ``verified`` is the least urgency of which it is, None for never.
    ``wait`` is after how many seconds without an acknowledgement the next person is called."""

    first_image: bool = True
    verified: Urgency | None = Urgency.ROUTINE
    answer: bool = True
    parked: bool = True
    wait: float = 300.0


@dataclass(frozen=True, slots=True)
class Roster:
    """The roster of one department. ``revision`` counts its changes."""

    id: str
    organisation: str
    department: str
    rules: Rules = Rules()
    shifts: tuple[Shift, ...] = ()
    substitutions: tuple[Substitution, ...] = ()
    revision: int = 0


def fold_department(department: str) -> str:
    """Departments are the same when only case and spaces differ."""
    return " ".join(department.casefold().split())
