"""How the ways of one organisation do: which is out of reach now, and how many bytes a second each takes. In memory.

A way that fails is left alone for a while, longer each time, so that what is urgent is not held up by it; how fast a
way is, is taken from what went up by it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

FIRST_REST: Final = 5.0
LONGEST_REST: Final = 60.0

MEASURED_BYTES: Final = 256 * 1024
"""Less than this says nothing about how fast a way is."""

WEIGHT: Final = 0.3
"""Of the newest measure, beside those before."""

MEASURES: Final = 3
"""So many are needed before a way counts as slow."""

SLOWER: Final = 0.5
"""A way that takes less than this share of what another one takes is not chosen before it."""


@dataclass(slots=True)
class _Way:
    rests_until: float = 0.0
    rest: float = 0.0
    rate: float = 0.0
    measures: int = 0


class Pace:
    """Thread-safe."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._ways: dict[str, _Way] = {}
        self._lock = threading.Lock()

    def failed(self, way: str) -> None:
        """It is out of reach."""
        with self._lock:
            one = self._ways.setdefault(way, _Way())
            one.rest = min(LONGEST_REST, max(FIRST_REST, one.rest * 2))
            one.rests_until = self._monotonic() + one.rest

    def works(self, way: str, size: int = 0, seconds: float = 0.0) -> None:
        """It took something; ``size`` bytes in ``seconds``."""
        with self._lock:
            one = self._ways.setdefault(way, _Way())
            one.rest = one.rests_until = 0.0
            if size >= MEASURED_BYTES and seconds > 0:
                rate = size / seconds
                one.rate = rate if not one.measures else one.rate + WEIGHT * (rate - one.rate)
                one.measures += 1

    def rests(self, way: str) -> bool:
        """Whether it failed a moment ago."""
        with self._lock:
            one = self._ways.get(way)
        return one is not None and self._monotonic() < one.rests_until

    def in_order(self, ways: Iterable[str]) -> list[str]:
        """As given, but for those that are much slower than a later one, and those that rest, which come last."""
        listed = list(ways)
        best = max((self._rate(way) for way in listed), default=0.0)
        return sorted(listed, key=lambda way: (self.rests(way), 0 < self._rate(way) < SLOWER * best))

    def _rate(self, way: str) -> float:
        """Bytes a second; 0 where that is not known."""
        with self._lock:
            one = self._ways.get(way)
        return one.rate if one is not None and one.measures >= MEASURES else 0.0
