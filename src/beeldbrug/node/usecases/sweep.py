"""What time does: exchanges whose end date has come expire, spent keys go, alerts go out (DESIGN 3 and 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.ports.notices import Notifier
from beeldbrug.node.ports.records import AuditEvent, ExchangeRow
from beeldbrug.node.ports.segments import SegmentStore
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.own_keys import destroy_spent
from beeldbrug.node.usecases.withdraw import forget

SWEEP_SECONDS = 10.0
"""How often; an alert so goes out well within its 60 s."""

RUNNING = (
    State.QUEUED,
    State.PARKED,
    State.SENDING,
    State.ARRIVING,
    State.VERIFIED,
    State.SEEN,
    State.IMPORTED,
    State.FAILED,
    State.REFUSED,
)

log = get("sweep")


@dataclass(frozen=True)
class SweepStep:
    """The work ``sweep`` of one organisation."""

    organisation: str
    database: Database
    store: SegmentStore
    notifier: Notifier
    clock: Callable[[], float]
    mend: Callable[[float], object] = lambda now: None
    """Looks after what killed processes left behind."""

    def step(self, subject: str) -> float | None:
        """One sweep; again in SWEEP_SECONDS."""
        now = self.clock()
        self._expire(now)
        destroy_spent(self.organisation, self.database, now)
        self.mend(now)
        self._notify(now)  # last: a mail server that is away must hold up nothing else
        return SWEEP_SECONDS

    def failed(self, subject: str, error: BeeldbrugError) -> None:
        """Nothing to note beyond the engine's own log line; the next sweep comes."""
        log.error("sweep failed", code=error.code)

    def _notify(self, now: float) -> None:
        with self.database.read() as tx:
            fresh = [alert for alert in tx.alerts.open(self.organisation) if alert.notified is None]
        for alert in fresh:
            self.notifier.notify(alert)
            with self.database.write() as tx:
                tx.alerts.notified(alert.id, now)

    def _expire(self, now: float) -> None:
        with self.database.read() as tx:
            rows = tx.exchanges.listing(self.organisation, None, RUNNING, limit=10_000)
        for exchange in rows:
            if exchange.expires and exchange.expires < now:
                self._end(exchange, now)

    def _end(self, exchange: ExchangeRow, now: float) -> None:
        packs: list[str] = []
        with self.database.write() as tx:
            if exchange.direction is Direction.IN:
                packs = forget(tx, exchange, State.EXPIRED, now)
                tx.work.add(self.organisation, WorkKind.RECEIPT, exchange.id, exchange.urgency, now)
            elif exchange.state is not State.IMPORTED:
                tx.exchanges.update(exchange.id, now, state=State.EXPIRED)
            else:
                return
            tx.audit.append(
                AuditEvent(
                    self.organisation,
                    "expired",
                    "D",
                    "success",
                    actor="node",
                    exchange=exchange.id,
                    peer=exchange.peer,
                    study_uid=exchange.study_uid,
                    at=now,
                )
            )
        for pack in packs:
            self.store.delete_pack(pack)
