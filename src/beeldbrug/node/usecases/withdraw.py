"""Take a sending back, at either end (DESIGN section 4, "Withdrawing").

Sender: the hub deletes, the receiver is asked to delete; only its signed answer makes the state *withdrawn*. What never
left is withdrawn at once. Receiver: keys and rows go, and the answer says whether anybody saw it; an import that has
begun wins and says so. The sender's own instances, keys and other recipients stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from beeldbrug.kit.log import get
from beeldbrug.model.capsule import Withdrawal
from beeldbrug.model.errors import BeeldbrugError, Conflict, NotFound
from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.ports.records import AuditEvent, ExchangeRow
from beeldbrug.node.ports.segments import SegmentStore
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.post import Post
from beeldbrug.node.usecases.send.receipts import IMPORT_HAD_BEGUN

log = get("withdraw")

GONE = frozenset({State.WITHDRAWN, State.EXPIRED})


def withdraw(database: Database, organisation: str, exchange_id: str, actor: str, reason: str, now: float) -> str:
    """Ask for a sending to be withdrawn.

    Returns ``undone`` (nothing had left), ``undoing`` (within the time to undo, not opened), or ``withdrawing``.
    Raises NotFound, Conflict.
    """
    with database.write() as tx:
        exchange = tx.exchanges.get(organisation, exchange_id)
        if exchange is None or exchange.direction is not Direction.OUT:
            raise NotFound("exchange-unknown", "There is no sending with this id.", "See `beeldbrug status`.")
        if exchange.state in GONE or exchange.withdrawn is not None:
            raise Conflict("already-withdrawn", "The sending was withdrawn before, or has expired.")
        tx.audit.append(_event(exchange, "withdraw", "success", actor, now, reason))
        tx.alerts.clear(organisation, exchange_id, None, now)
        if tx.parcels.count_parts(organisation, exchange_id, organisation) == 0:
            tx.exchanges.update(exchange_id, now, state=State.WITHDRAWN, withdrawn=now, reason_code="undone")
            return "undone"
        tx.exchanges.update(exchange_id, now, withdrawn=now)
        tx.work.add(organisation, WorkKind.WITHDRAW, exchange_id, "stat", now)
        return "undoing" if now <= exchange.undo_until and exchange.seen is None else "withdrawing"


@dataclass(frozen=True)
class WithdrawStep:
    """The work ``withdraw`` of one organisation, sender's and receiver's side."""

    database: Database
    store: SegmentStore
    post: Post
    clock: Callable[[], float]

    def step(self, subject: str) -> float | None:
        """Carry it out as far as this side goes. Raises Unavailable."""
        with self.database.read() as tx:
            exchange = tx.exchanges.get(self.post.own.ura, subject)
        if exchange is None:
            return None
        if exchange.direction is Direction.OUT:
            self._ask(exchange)
        else:
            self._obey(exchange)
        return None

    def failed(self, subject: str, error: BeeldbrugError) -> None:
        """The receiver cannot be asked (any more); what the hub held is gone."""
        log.error("withdrawal not delivered", code=error.code, exchange=subject)

    def _ask(self, exchange: ExchangeRow) -> None:
        self.post.hub.withdraw(exchange.id)
        with self.database.read() as tx:
            last = tx.parcels.last_part(self.post.own.ura, exchange.id, self.post.own.ura)
        if last is not None and last.kind == "withdraw":
            self.post.deliver(exchange)
            return
        self.post.publish(exchange, "withdraw", [Withdrawal("withdrawn", self.clock())])

    def _obey(self, exchange: ExchangeRow) -> None:
        now = self.clock()
        packs: list[str] = []
        with self.database.write() as tx:
            current = tx.exchanges.get(exchange.organisation, exchange.id)
            if current is None:
                return
            if tx.imports.all(exchange.id):
                tx.exchanges.update(exchange.id, now, withdrawn=None, reason_code=IMPORT_HAD_BEGUN)
                tx.audit.append(_event(current, "withdraw-refused", IMPORT_HAD_BEGUN, "node", now))
                for kind in (WorkKind.FETCH, WorkKind.IMPORT):  # what stood still while this was being decided
                    tx.work.add(exchange.organisation, kind, exchange.id, exchange.urgency, now)
            elif current.state not in GONE:
                packs = forget(tx, current, State.WITHDRAWN, now)
                tx.audit.append(_event(current, "withdrawn", "success", "node", now))
            tx.work.add(exchange.organisation, WorkKind.RECEIPT, exchange.id, "stat", now)
        for pack in packs:
            self.store.delete_pack(pack)


def forget(tx: Transaction, exchange: ExchangeRow, state: State, now: float) -> list[str]:
    """Delete keys and rows of an arrived exchange; returns the packs whose files are to be deleted."""
    tx.packs.delete_keys(exchange.organisation, exchange.id)
    packs = tx.packs.delete_origin(exchange.organisation, exchange.id)
    tx.instances.delete_origin(exchange.organisation, exchange.id)
    tx.imports.forget(exchange.organisation, exchange.id)
    tx.exchanges.update(exchange.id, now, state=state, withdrawn=now if state is State.WITHDRAWN else None)
    return packs


def _event(exchange: ExchangeRow, event: str, outcome: str, actor: str, now: float, reason: str = "") -> AuditEvent:
    return AuditEvent(
        organisation=exchange.organisation,
        event=event,
        action="D",
        outcome=outcome,
        actor=actor,
        exchange=exchange.id,
        peer=exchange.peer,
        study_uid=exchange.study_uid,
        details={"seen": exchange.seen is not None, **({"reason": reason} if reason else {})},
        at=now,
    )
