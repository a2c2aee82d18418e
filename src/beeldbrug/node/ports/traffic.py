"""How much came from whom: what tells that a partner fell silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Traffic:
    """Arrivals from one partner (URA): how many, and when the first and the last began (POSIX seconds)."""

    peer: str
    count: int
    first: float
    last: float


class Traffics(Protocol):
    """Counts over exchanges."""

    def arrivals(self, organisation: str, since: float) -> Sequence[Traffic]:
        """Per partner, what came in since then; what came without a partner (on a disc) is left out."""

    def oldest_at_desk(self, organisation: str) -> float | None:
        """When the arrival that waits longest at the desk began; None when nothing waits."""
