"""Begin a viewing: the audit event and the *seen* mark, durable before the first byte goes out (guarantees 4 and 5).

One event per token, study and origin in 15 minutes; never per frame. The first viewing of a received exchange marks it
seen and wishes for a receipt to its sender, in the same transaction as the event. When that cannot be written, nothing
is disclosed. FIELD 5.2 (NEN 7513): reading and searching are logged with user, role, purpose and object.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import TimeoutError as FutureTimeout

from beeldbrug.model.errors import Unavailable
from beeldbrug.model.exchange import State
from beeldbrug.node.ports.records import OWN, AuditEvent, ExchangeRow, StudyRow
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.read.reach import may_be_read, not_found
from beeldbrug.node.usecases.read.scope import Scope
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.wake import looked

VIEWING_SECONDS = 15 * 60
"""Repeats of the same viewing or search within this time are one event."""

WRITE_SECONDS = 30.0
"""How long a reader waits for the audit trail."""

_REMEMBERED = 20_000

Mark = tuple[bytes, str, str]


class Ledger:
    """Which viewings of this process have an audit event already; bounded and thread-safe.

    A process that starts again, or a second one, writes an event more: never one less.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[Mark, float] = {}

    def fresh(self, marks: Sequence[Mark], now: float) -> list[Mark]:
        """The marks that have no live event."""
        with self._lock:
            return [mark for mark in marks if self._until.get(mark, 0.0) <= now]

    def keep(self, marks: Sequence[Mark], now: float) -> None:
        """These have an event now."""
        with self._lock:
            if len(self._until) > _REMEMBERED:
                self._until = {mark: until for mark, until in self._until.items() if until > now}
            if len(self._until) > _REMEMBERED:
                self._until.clear()
            self._until.update((mark, now + VIEWING_SECONDS) for mark in marks)


def begin_viewing(sources: Sources, ledger: Ledger, scope: Scope, copies: Sequence[StudyRow]) -> None:
    """Write what must be on record before these copies, one per origin, are shown.

    Raises NotFound when an exchange was withdrawn meanwhile, Unavailable ``audit-not-written`` when the audit trail
    does not take the event in time.
    """
    now = sources.clock.now()
    by_mark: dict[Mark, StudyRow] = {(scope.token, copy.study_uid, copy.origin): copy for copy in copies}
    marks = ledger.fresh(list(by_mark), now)
    if not marks:
        return

    def deed(transaction: Transaction) -> None:
        for mark in marks:
            _view(transaction, scope, by_mark[mark], now)

    write(sources, deed)
    ledger.keep(marks, now)


def record_search(
    sources: Sources, ledger: Ledger, scope: Scope, level: str, match: Mapping[str, Mapping[str, str]], results: int
) -> None:
    """Write that somebody searched, before the results go out. What was searched for stays in memory, to tell searches
    apart; only a study that was named goes on record, sealed."""
    now = sources.clock.now()
    mark: Mark = (scope.token, "search " + level, repr(match))
    if not ledger.fresh([mark], now):
        return
    study_uid = match["study"].get("StudyInstanceUID", "")
    event = of_scope(scope, "search", "E", "success", now, study_uid=study_uid, level=level, results=results)

    def deed(transaction: Transaction) -> None:
        transaction.audit.append(event)

    write(sources, deed)
    ledger.keep([mark], now)


def record_failure(sources: Sources, ledger: Ledger, scope: Scope, study_uid: str) -> None:
    """Write that somebody asked for a study that is not there for them (FIELD 5.2: failed attempts are logged)."""
    now = sources.clock.now()
    mark: Mark = (scope.token, study_uid, "not found")
    if not ledger.fresh([mark], now):
        return
    event = of_scope(scope, "view", "R", "failure", now, study_uid=study_uid, code="not-found")

    def deed(transaction: Transaction) -> None:
        transaction.audit.append(event)

    write(sources, deed)
    ledger.keep([mark], now)


def write(sources: Sources, deed: Callable[[Transaction], None]) -> None:
    """Run a deed and wait, bounded, until it is durable."""
    try:
        sources.database.submit(deed).result(timeout=WRITE_SECONDS)
    except FutureTimeout:
        raise Unavailable(
            "audit-not-written",
            "The audit trail did not take the event in time, so nothing was shown.",
            "Try again; if it stays, look at the disk and the database of this node.",
        ) from None


def _view(transaction: Transaction, scope: Scope, copy: StudyRow, now: float) -> None:
    exchange = None
    if copy.origin != OWN:
        exchange = transaction.exchanges.get(scope.organisation, copy.origin)
        if exchange is None or not may_be_read(exchange, now):
            raise not_found()
        _mark_seen(transaction, exchange, now)
        looked(transaction, exchange, scope.user, scope.role, now)
    patient, study_uid = copy.patient_number.value, copy.study_uid
    event = of_scope(scope, "view", "R", "success", now, study_uid=study_uid, patient=patient, exchange=exchange)
    transaction.audit.append(event)


def _mark_seen(transaction: Transaction, exchange: ExchangeRow, now: float) -> None:
    if exchange.seen is not None:
        return
    if exchange.state is State.VERIFIED:
        transaction.exchanges.update(exchange.id, now, seen=now, state=State.SEEN)
    else:
        transaction.exchanges.update(exchange.id, now, seen=now)
    transaction.work.add(exchange.organisation, "receipt", exchange.id, exchange.urgency, now)


def of_scope(
    scope: Scope,
    event: str,
    action: str,
    outcome: str,
    now: float,
    *,
    study_uid: str = "",
    patient: str = "",
    exchange: ExchangeRow | None = None,
    **details: str | int,
) -> AuditEvent:
    """The audit event of what the holder of a token did, by its role and for its purpose; ground and consent are those
    of the exchange that it came in."""
    return AuditEvent(
        organisation=scope.organisation,
        event=event,
        action=action,
        outcome=outcome,
        actor=scope.user,
        role=scope.role,
        responsible=scope.role,
        purpose=scope.purpose,
        ground=exchange.terms.ground.value if exchange else "",
        exchange=exchange.id if exchange else "",
        peer=exchange.peer if exchange else "",
        patient=patient,
        study_uid=study_uid,
        consent=exchange.terms.consent if exchange else "",
        details={"token": scope.token[:8].hex(), **details},
        at=now,
    )
