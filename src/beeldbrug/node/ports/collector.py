"""The hospital's own collector of audit messages (IHE ATNA audit record repository)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from beeldbrug.node.ports.records import AuditEvent


class Collector(Protocol):
    """Takes events of the trail."""

    def take(self, events: Sequence[tuple[int, AuditEvent]]) -> None:
        """Give it these events by sequence, in order, and return when it has read them all.

        Raises Unavailable ``collector-unreachable``, ``collector-tls``, ``collector-broke-off``. What was given may
        have arrived all the same, and is given again: a collector tells repeats by host and number.
        """
