"""What time does: exchanges whose end date has come expire, what ended long ago is emptied, what stands still is told,
spent keys and sessions go, alerts go out.

Nothing that waits is silent: a sending or arrival in which nothing has happened for a while raises an alert with its
remedy, which goes when it moves again. DESIGN sections 3 and 4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import Direction, Route, State
from beeldbrug.node.policy.keeping import Keeping
from beeldbrug.node.ports.notices import Notifier
from beeldbrug.node.ports.records import AlertRow, ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.empty import empty_over
from beeldbrug.node.usecases.own_keys import destroy_spent
from beeldbrug.node.usecases.withdraw import forget

SWEEP_SECONDS = 10.0
"""How often; an alert so goes out well within its 60 s."""

NOTIFY_AGAIN_SECONDS = 60.0
"""Pause after a web hook or mail server did not take an alert."""

SILENT_SECONDS = 900.0
"""After how long without any progress a human is told."""

UNSEEN_SECONDS = 86400.0
"""A session in which nobody has acted for so long has ended by any setting."""

MOVING = (State.QUEUED, State.SENDING, State.ARRIVING)
"""States in which something has to happen by itself."""

IN_VAIN = frozenset({State.QUEUED, State.PARKED, State.SENDING, State.ARRIVING})
"""An exchange that ends in one of these never reached anybody; one that arrived and is VERIFIED never got further."""

NO_PROGRESS = "no-progress"
EXPIRED = "expired"

STILL: dict[Direction, tuple[str, str, str, str]] = {
    Direction.OUT: (
        "In deze zending gebeurt al een tijd niets.",
        "Nothing has happened in this sending for a while.",
        "Kijk of de afzendende modaliteit klaar is en of Beeldbrug bij de ontvanger aan staat; bel de ontvanger.",
        "See whether the modality has finished sending and Beeldbrug is running at the receiver; call the receiver.",
    ),
    Direction.IN: (
        "Deze zending komt niet verder binnen.",
        "This arrival does not get any further.",
        "Bel de afzender; laat zo nodig opnieuw versturen. Wat er is, kan al bekeken worden.",
        "Call the sender; have it sent again if needed. What is here can be viewed already.",
    ),
}

ENDED_IN_VAIN: dict[Direction, tuple[str, str, str, str]] = {
    Direction.OUT: (
        "Een zending is verlopen voordat de ontvanger haar compleet had.",
        "A sending has expired before the receiver had it complete.",
        "Verstuur opnieuw als de beelden nog nodig zijn.",
        "Send again if the images are still needed.",
    ),
    Direction.IN: (
        "Een ontvangen zending is verlopen voordat zij in het PACS stond.",
        "An arrival has expired before it was in the PACS.",
        "Vraag de afzender opnieuw te versturen als de beelden nog nodig zijn.",
        "Ask the sender to send again if the images are still needed.",
    ),
}

log = get("sweep")


@dataclass
class SweepStep:
    """The work ``sweep`` of one organisation."""

    organisation: str
    database: Database
    notifier: Notifier
    clock: Callable[[], float]
    mend: Callable[[float], object] = lambda now: None
    """Looks after what killed processes left behind."""
    keeping: Keeping = field(default_factory=Keeping)
    _notify_from: float = 0.0

    def step(self, subject: str) -> float | None:
        """One sweep; again in SWEEP_SECONDS."""
        now = self.clock()
        self._expire(now)
        empty_over(self.database, self.organisation, self.keeping, now)
        self._tell_silent(now)
        if destroy_spent(self.organisation, self.database, now):
            self.database.scrub()
        with self.database.write() as tx:
            tx.sessions.sweep(self.organisation, now, now - UNSEEN_SECONDS)
        self.mend(now)
        self._notify(now)  # last: a mail server that is away must hold up nothing else
        return SWEEP_SECONDS

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """Nothing to note beyond a log line; the next sweep comes."""
        log.error("sweep failed", code=error.code)
        return SWEEP_SECONDS

    def _notify(self, now: float) -> None:
        if now < self._notify_from:
            return
        with self.database.read() as tx:
            fresh = [alert for alert in tx.alerts.open(self.organisation) if alert.notified is None]
        for alert in fresh:
            try:
                self.notifier.notify(alert)
            except BeeldbrugError as error:
                log.error("alert not told", code=error.code, remedy=error.remedy)
                self._notify_from = now + NOTIFY_AGAIN_SECONDS
                return
            with self.database.write() as tx:
                tx.alerts.notified(alert.id, now)

    def _tell_silent(self, now: float) -> None:
        with self.database.read() as tx:
            found = tx.exchanges.silent(self.organisation, MOVING, now - SILENT_SECONDS)
            silent = {row.id: row for row in found if not _waits_for_disc(row)}
            told = {alert.exchange for alert in tx.alerts.open(self.organisation) if alert.code == NO_PROGRESS}
            moved = [id_ for id_ in told - silent.keys() if not self._is_silent(tx, id_, now)]
        if not moved and silent.keys() <= told:
            return
        with self.database.write() as tx:
            for id_ in moved:
                tx.alerts.clear(self.organisation, id_, NO_PROGRESS, now)
            for id_ in silent.keys() - told:
                tx.alerts.raise_(_alert(silent[id_], NO_PROGRESS, STILL, now))

    def _is_silent(self, tx: Transaction, exchange_id: str, now: float) -> bool:
        row = tx.exchanges.get(self.organisation, exchange_id)
        return row is not None and row.state in MOVING and row.updated <= now - SILENT_SECONDS

    def _expire(self, now: float) -> None:
        with self.database.read() as tx:
            rows = tx.exchanges.expired(self.organisation, now)
        for exchange in rows:
            with self.database.write() as tx:
                current = tx.exchanges.get(self.organisation, exchange.id)
                if current is not None and not _import_under_way(tx, current):
                    _end(tx, current, now)


def _waits_for_disc(exchange: ExchangeRow) -> bool:
    """All of it is here; somebody makes the disc when he comes to it."""
    return exchange.route is Route.DISC and exchange.direction is Direction.OUT and exchange.closed


def _import_under_way(tx: Transaction, exchange: ExchangeRow) -> bool:
    """An import that has begun is finished first: half a study in the PACS helps nobody."""
    return exchange.state in (State.VERIFIED, State.SEEN) and bool(tx.imports.waiting(exchange.id))


def _end(tx: Transaction, exchange: ExchangeRow, now: float) -> None:
    tx.alerts.clear(exchange.organisation, exchange.id, None, now)
    if exchange.direction is Direction.IN:
        forget(tx, exchange, State.EXPIRED, now)
    else:
        tx.parcels.retract(exchange.organisation, exchange.id, exchange.organisation)
        tx.live_secrets.delete(exchange.organisation, exchange.id)
        tx.exchanges.update(exchange.id, now, state=State.EXPIRED)
    if exchange.state in IN_VAIN or (exchange.direction is Direction.IN and exchange.state is State.VERIFIED):
        tx.alerts.raise_(_alert(exchange, EXPIRED, ENDED_IN_VAIN, now))
    tx.audit.append(of_exchange(exchange, "expired", "D", "success", now))


def _alert(exchange: ExchangeRow, code: str, texts: dict[Direction, tuple[str, str, str, str]], now: float) -> AlertRow:
    return AlertRow(0, exchange.organisation, exchange.id, code, *texts[exchange.direction], raised=now)
