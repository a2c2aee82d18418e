"""Is the PACS full, or can it not take this one dataset? Both are answered A7xx (PS3.4 table B.2-1, out of resources).

A full PACS takes nothing; so an instance that is turned away time after time, while instances that were offered later
were taken, is no matter of space. All of it is in memory, bounded: a restart counts anew, and only waits longer.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

OUT_OF_RESOURCES = range(0xA700, 0xA800)

TRIES = 5
"""Times that an instance is turned away by a PACS that takes others, after which it counts as refused."""

KEPT = 10_000
"""Instances that are remembered; beyond that the exchange that began to wait first is forgotten."""


@dataclass(slots=True)
class _Turned:
    """How often in all, and how often while others were taken."""

    answers: int = 0
    tries: int = 0


class TurnedAway:
    """What one PACS turned away, by exchange and instance. Thread-safe."""

    def __init__(self, tries: int = TRIES, kept: int = KEPT) -> None:
        self._tries = tries
        self._kept = kept
        self._turned: dict[str, dict[int, _Turned]] = {}
        self._size = 0
        self._newest = 0
        """Number of instances that were turned away for the first time."""
        self._offered = 0
        """What that number was when the latest accepted instance was offered."""
        self._lock = threading.Lock()

    def offers(self) -> int:
        """An instance is about to be offered; hand the number to ``accepted``."""
        with self._lock:
            return self._newest

    def accepted(self, exchange: str, instance: int, offered: int) -> None:
        """The PACS has taken it. What was under way when another was turned away says nothing of that one."""
        with self._lock:
            self._offered = max(self._offered, offered)
            if self._turned.get(exchange, {}).pop(instance, None) is not None:
                self._size -= 1

    def again(self, exchange: str, instance: int) -> bool:
        """The PACS was out of resources for it: whether it should be offered again, or counts as refused.

        It is no matter of space when something was taken that was offered after the last instance was first turned
        away: whoever is turned away then was so before.
        """
        with self._lock:
            turned = self._known(exchange, instance)
            turned.answers += 1
            if turned.answers == 1:
                self._newest += 1
            elif self._offered == self._newest:
                turned.tries += 1
            return turned.tries < self._tries

    def in_order(self, exchange: str, instances: Sequence[int]) -> list[int]:
        """Those that are worth an offer, the seldom turned away first: a few bad ones must not stand before others."""
        with self._lock:
            known = self._turned.get(exchange, {})
            answers = {instance: turned.answers for instance, turned in known.items()}
            refused = {instance for instance, turned in known.items() if turned.tries >= self._tries}
        return sorted((one for one in instances if one not in refused), key=lambda one: answers.get(one, 0))

    def forget(self, exchange: str) -> None:
        """The exchange has ended; when a human begins it again, so does the counting."""
        with self._lock:
            self._size -= len(self._turned.pop(exchange, {}))

    @property
    def size(self) -> int:
        """Instances that are remembered."""
        with self._lock:
            return self._size

    def _known(self, exchange: str, instance: int) -> _Turned:
        known = self._turned.setdefault(exchange, {})
        if instance not in known:
            while self._size >= self._kept:
                self._size -= len(self._turned.pop(next(iter(self._turned))))
            known = self._turned.setdefault(exchange, {})
            known[instance] = _Turned()
            self._size += 1
        return known[instance]
