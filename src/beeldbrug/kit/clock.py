"""Time, injectable: the system's clock, and one that a test moves by hand.

It does not schedule anything. Wall time is POSIX seconds; monotonic time is seconds from an arbitrary start, for spans.
"""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """What a use case may ask about time."""

    def now(self) -> float:
        """Wall time in POSIX seconds."""

    def monotonic(self) -> float:
        """Seconds that never go back; only differences mean anything."""

    def sleep(self, seconds: float) -> None:
        """Wait this many seconds."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Wall time in POSIX seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block this thread."""
        time.sleep(max(0.0, seconds))


class ManualClock:
    """A clock that stands still until ``advance`` or ``sleep`` moves it; thread-safe."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self._lock = threading.Lock()
        self._now = now
        self._monotonic = 0.0

    def now(self) -> float:
        """Wall time in POSIX seconds."""
        with self._lock:
            return self._now

    def monotonic(self) -> float:
        """Seconds since this clock was made."""
        with self._lock:
            return self._monotonic

    def advance(self, seconds: float) -> None:
        """Move both times forward."""
        with self._lock:
            self._now += seconds
            self._monotonic += seconds

    def sleep(self, seconds: float) -> None:
        """Return at once, with the time moved on."""
        self.advance(seconds)
