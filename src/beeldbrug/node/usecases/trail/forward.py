"""Give every event of the trail to the hospital's own collector, in order, from the first on (IHE ATNA).

Where it has come is kept with the trail, and moves only when the collector has read a batch to its end: a crash or a
broken connection gives some events again and leaves none out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.collector import Collector
from beeldbrug.node.ports.records import AlertRow
from beeldbrug.node.ports.vault import Database

BATCH: Final = 500
PAUSE_SECONDS: Final = 2.0
GIVEN: Final = "audit-forwarded"
"""The fact that holds the number of the last event that was given."""

NOT_FORWARDED: Final = "audit-not-forwarded"
AGAIN_SECONDS: Final = 60.0

log = get("collector")


@dataclass(frozen=True)
class ForwardStep:
    """The work ``forward`` of one organisation; without a collector there is none."""

    organisation: str
    database: Database
    collector: Collector | None
    clock: Callable[[], float]

    def step(self, subject: str) -> float | None:
        """The next batch. Raises Unavailable."""
        if self.collector is None:
            return None
        with self.database.read() as tx:
            last = int(tx.facts.get(self.organisation, GIVEN) or 0)
            events = tx.audit.events(self.organisation, last, BATCH)
        if not events:
            return PAUSE_SECONDS
        self.collector.take(events)
        with self.database.write() as tx:
            tx.facts.set(self.organisation, GIVEN, str(events[-1][0]))
            tx.alerts.clear(self.organisation, "", NOT_FORWARDED, self.clock())
        return 0.0 if len(events) == BATCH else PAUSE_SECONDS

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """The settings do not fit: a human is told, and what stands in the trail is given later."""
        log.error("audit events not forwarded", code=error.code)
        texts = ("De auditgebeurtenissen gaan niet naar de verzamelaar.", error.text, "Lees de reden.", error.remedy)
        now = self.clock()
        with self.database.write() as tx:
            tx.alerts.raise_(AlertRow(0, self.organisation, "", NOT_FORWARDED, *texts, raised=now))
        return AGAIN_SECONDS
