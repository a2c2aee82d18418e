"""When something has waited too long for a human: pure decisions over facts (DESIGN section 5).

Times are POSIX seconds. Nothing is decided about a patient; only about how long something stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DAY: Final = 86400.0
LOOK_BACK_DAYS: Final = 90.0
"""Traffic before this says nothing about a partner of today."""

REGULAR: Final = 10
"""Arrivals in that time that make a partner one who sends regularly."""

TIMES: Final = 8.0
"""A partner is silent when so many times the usual pause has passed."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long what may wait: urgent arrivals and sendings unopened, arrivals at the desk, and the least silence of a
    partner. In seconds."""

    urgent: float = 15 * 60.0
    desk: float = 3 * DAY
    silent: float = 4 * DAY


def is_silent(count: int, first: float, last: float, now: float, patience: Patience) -> bool:
    """Whether a partner that sent ``count`` times from ``first`` to ``last`` has been silent for much longer than it
    uses to, and for longer than a long weekend."""
    if count < REGULAR or last <= first:
        return False
    usual = (last - first) / (count - 1)
    return now - last > max(patience.silent, TIMES * usual)
