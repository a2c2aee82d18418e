"""What was looked up lately, valid until anything was committed to the vault: for the frames of one scroll.

A withdrawal, a revoked token or a new instance is a commit, so nothing outlives its right to be read. Bounded.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")


class Recent:
    """Values by key; each was made at one version of the vault and is used at that version only."""

    def __init__(self, most: int = 256) -> None:
        self._lock = threading.Lock()
        self._most = most
        self._values: OrderedDict[Hashable, tuple[int, object]] = OrderedDict()

    def get(self, key: Hashable, version: int, make: Callable[[], T]) -> T:
        """The value of ``key``, made again when the vault has changed. What ``make`` raises is not kept."""
        with self._lock:
            known = self._values.get(key)
            if known is not None and known[0] == version:
                self._values.move_to_end(key)
                return cast(T, known[1])
        value = make()
        with self._lock:
            self._values[key] = (version, value)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value
