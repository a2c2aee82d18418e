"""Searching the audit trail: what is asked, and the place in the answer to go on from. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PAGE_MOST: Final = 1000
"""Events that readers get at once."""

FOREVER: Final = 1e12


@dataclass(frozen=True, slots=True)
class Place:
    """Of one event in the order of answers: newest first, by time and then by number."""

    at: float
    sequence: int


@dataclass(frozen=True, slots=True)
class TrailQuery:
    """Events of ``organisation`` from ``since`` up to, not with, ``until`` (POSIX seconds), newest first.

    ``patients`` (numbers), ``studies`` (UIDs) and ``exchanges`` together say whom it is about: an event of any of them
    fits; without all three, every event does. ``events`` are the kinds wanted, all when there are none. Each of the
    other texts, unless empty, must be equal. ``before`` is the
    last place of the page before. At most ``limit`` events.
    """

    organisation: str
    since: float = 0.0
    until: float = FOREVER
    patients: tuple[str, ...] = ()
    studies: tuple[str, ...] = ()
    exchanges: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    action: str = ""
    actor: str = ""
    role: str = ""
    peer: str = ""
    before: Place | None = None
    limit: int = 100
