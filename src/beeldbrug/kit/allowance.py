"""So much for each key within so much time, in memory: what a stranger may do before he has to wait.

Windows are fixed and begin with a key's first use; a key that is forgotten because there are too many begins anew.
Thread-safe.
"""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

KEYS_MOST = 10_000
"""Keys that are remembered; the one that came longest ago goes first."""


@dataclass
class Allowance:
    """At most ``most`` for each key in ``seconds``."""

    most: float
    seconds: float
    now: Callable[[], float]
    _used: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: str, amount: float = 1.0) -> bool:
        """Use so much of it; False, and nothing is used, when that is more than is left."""
        now = self.now()
        with self._lock:
            began, used = self._used.get(key, (now, 0.0))
            if not 0 <= now - began < self.seconds:
                began, used = now, 0.0
            if used + amount > self.most:
                return False
            self._used.setdefault(key, (began, used))
            self._used[key] = (began, used + amount)
            while len(self._used) > KEYS_MOST:
                self._used.popitem(last=False)
            return True


def network_of(address: str) -> str:
    """The key of a client's address: an IPv6 address by its /64, which one household or ward has whole (RFC 6177)."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
