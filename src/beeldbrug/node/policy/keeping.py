"""How long what came in with an exchange is kept after the exchange has ended (DESIGN sections 4 and 7). Values only.

What was sent is in the PACS that it came from, what was imported in the own PACS: the vault needs neither for good. An
exchange that has not ended is kept whatever its age; what the two share is the use case's matter.
"""

from __future__ import annotations

from dataclasses import dataclass

from beeldbrug.model.exchange import ENDED, Direction, State

OVER: dict[Direction, frozenset[State]] = {
    Direction.OUT: ENDED,
    Direction.IN: frozenset({State.IMPORTED}),
}
"""States from which time to be kept counts down; what arrived and ended in another one was destroyed when it did, or
waits for a human until its end date."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Days to keep what was sent, and what was imported; None: until the exchange's own end date. ``committed``: of
    what was imported only what the PACS has committed to keep goes before that date."""

    sent_days: float = 7.0
    imported_days: float | None = None
    committed: bool = False

    def days(self, direction: Direction) -> float | None:
        """For this direction."""
        return self.sent_days if direction is Direction.OUT else self.imported_days


def last_change(keeping: Keeping, direction: Direction, now: float) -> float | None:
    """Exchanges in a state of OVER in which nothing has happened since this time (POSIX seconds) are kept no longer;
    None when time alone ends none."""
    days = keeping.days(direction)
    return None if days is None else now - days * 86400.0
