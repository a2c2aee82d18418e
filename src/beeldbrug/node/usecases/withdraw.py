"""Take a sending back, at either end (DESIGN section 4, "Withdrawing").

Sender: the hub deletes, the receiver is asked to delete; only its signed answer makes the state *withdrawn*. What never
left is withdrawn at once. Receiver: keys and rows go, and the answer says whether anybody saw it; an import that has
begun wins and says so. The sender's own instances, keys and other recipients stay; ``usecases.empty`` destroys what no
exchange needs any more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from beeldbrug.kit.log import get
from beeldbrug.model.capsule import Withdrawal
from beeldbrug.model.errors import BeeldbrugError, Conflict, NotFound
from beeldbrug.model.exchange import ENDED, Direction, State, Urgency, is_partner
from beeldbrug.node.policy.delivering import STOPPED
from beeldbrug.node.ports.records import AlertRow, ExchangeRow
from beeldbrug.node.ports.segments import SegmentStore
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.alert import alert_of
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.cancel_order import cancel_order
from beeldbrug.node.usecases.post import Post
from beeldbrug.node.usecases.send.receipts import IMPORT_HAD_BEGUN
from beeldbrug.sealed.envelope import EnvelopeKind

log = get("withdraw")

GONE = frozenset({State.WITHDRAWN, State.EXPIRED})

ANSWER_SECONDS = 900.0
"""A receiver that has not answered a withdrawal after so long is told to a human, who can call."""

UNANSWERED = "withdrawal-unanswered"
UNANSWERED_TEXTS = (
    "De ontvanger heeft nog niet geantwoord op de intrekking.",
    "The receiver has not answered the withdrawal yet.",
    "Bel de ontvanger: zijn node staat uit of bereikt de hub niet. Op de hub is alles gewist.",
    "Call the receiver: its node is off or does not reach the hub. Everything at the hub was deleted.",
)
NOT_DELIVERED = "withdrawal-not-delivered"
NOT_DELIVERED_NL = "De ontvanger kon niet worden gevraagd te wissen."


def withdraw(database: Database, organisation: str, exchange_id: str, actor: str, reason: str, now: float) -> str:
    """Ask for a sending to be withdrawn.

    Returns ``undone`` (nothing had left), ``undoing`` (within the time to undo, not opened), ``withdrawing``, or
    ``stopped`` (of what goes to a partner without receipts, some is there for good). Raises NotFound, Conflict.
    """
    with database.write() as tx:
        exchange = tx.exchanges.get(organisation, exchange_id)
        if exchange is None or exchange.direction is not Direction.OUT:
            raise NotFound("exchange-unknown", "There is no sending with this id.", "See `beeldbrug status`.")
        if exchange.state in GONE or exchange.withdrawn is not None:
            raise Conflict("already-withdrawn", "The sending was withdrawn before, or has expired.")
        return take_back(tx, exchange, actor, reason, now)


def take_back(tx: Transaction, exchange: ExchangeRow, actor: str, reason: str, now: float) -> str:
    """The same within a transaction, for a sending that is known to be there and not withdrawn."""
    organisation = exchange.organisation
    if is_partner(exchange.peer) and exchange.first_part is not None:
        return _stop(tx, exchange, actor, reason, now)
    seen = exchange.seen is not None
    tx.audit.append(of_exchange(exchange, "withdraw", "D", "success", now, actor=actor, seen=seen, reason=reason))
    tx.alerts.clear(organisation, exchange.id, None, now)
    if tx.parcels.count_parts(organisation, exchange.id, organisation) == 0:
        tx.exchanges.update(exchange.id, now, state=State.WITHDRAWN, withdrawn=now, reason_code="undone")
        return "undone"
    tx.exchanges.update(exchange.id, now, withdrawn=now)
    tx.work.add(organisation, WorkKind.WITHDRAW, exchange.id, "stat", now)
    return "undoing" if now <= exchange.undo_until and exchange.seen is None else "withdrawing"


def _stop(tx: Transaction, exchange: ExchangeRow, actor: str, reason: str, now: float) -> str:
    """Of what has begun to reach a partner that no hub knows, the rest is kept back; nothing there can be deleted."""
    if exchange.state in ENDED:
        raise Conflict(
            "delivered-for-good",
            "It was delivered to a system that takes nothing back: it cannot be withdrawn from here.",
            "Call the receiver and ask for it to be deleted.",
        )
    event = of_exchange(exchange, "withdraw", "D", STOPPED.code, now, actor=actor, reason=reason, done=exchange.done)
    tx.audit.append(event)
    tx.alerts.clear(exchange.organisation, exchange.id, None, now)
    tx.alerts.raise_(alert_of(exchange, STOPPED, now))
    tx.exchanges.update(exchange.id, now, state=State.FAILED, reason_code=STOPPED.code)
    return "stopped"


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
        if exchange is None or (exchange.withdrawn is None or exchange.state in GONE):
            return None
        if exchange.direction is Direction.OUT:
            return self._ask(exchange)
        self._obey(exchange)
        return None

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """The receiver cannot be asked (any more): a human must, and may try here again."""
        log.error("withdrawal not delivered", code=error.code, exchange=subject)
        now = self.clock()
        with self.database.write() as tx:
            exchange = tx.exchanges.get(self.post.own.ura, subject)
            if exchange is None or exchange.state in GONE:
                return None
            tx.exchanges.update(subject, now, withdrawn=None, reason_code=NOT_DELIVERED)
            texts = (NOT_DELIVERED_NL, error.text, "Bel de ontvanger; trek daarna zo nodig opnieuw in.")
            row = AlertRow(0, exchange.organisation, subject, NOT_DELIVERED, *texts, error.remedy, raised=now)
            tx.alerts.raise_(row)
            tx.audit.append(of_exchange(exchange, "withdraw", "D", error.code, now, seen=exchange.seen is not None))
        return None

    def _ask(self, exchange: ExchangeRow) -> float | None:
        """The hub deletes; then the receiver is asked. Comes back until there is an answer, and tells when it fails to
        come."""
        if not self.post.take_back(exchange):
            self._nothing_left(exchange)
            return None
        with self.database.read() as tx:
            last = tx.parcels.last_part(self.post.own.ura, exchange.id, self.post.own.ura)
        if last is None or last.kind != EnvelopeKind.WITHDRAW:
            self.post.publish(exchange, EnvelopeKind.WITHDRAW, [Withdrawal("withdrawn", self.clock())])
        return self._await_answer(exchange)

    def _nothing_left(self, exchange: ExchangeRow) -> None:
        """It is undone: the hub never had any of it, so the receiver neither."""
        now = self.clock()
        with self.database.write() as tx:
            tx.exchanges.update(exchange.id, now, state=State.WITHDRAWN, reason_code="undone")
            tx.audit.append(of_exchange(exchange, "withdrawn", "D", "success", now, seen=exchange.seen is not None))

    def _await_answer(self, exchange: ExchangeRow) -> float:
        now = self.clock()
        if exchange.withdrawn is not None and now - exchange.withdrawn >= ANSWER_SECONDS:
            with self.database.write() as tx:
                row = AlertRow(0, exchange.organisation, exchange.id, UNANSWERED, *UNANSWERED_TEXTS, raised=now)
                tx.alerts.raise_(row)
        return ANSWER_SECONDS

    def _obey(self, exchange: ExchangeRow) -> None:
        now = self.clock()
        packs: list[str] = []
        with self.database.write() as tx:
            current = tx.exchanges.get(exchange.organisation, exchange.id)
            if current is None or current.withdrawn is None:
                return
            seen = current.seen is not None
            if tx.imports.begun(exchange.id):
                tx.exchanges.update(exchange.id, now, withdrawn=None, reason_code=IMPORT_HAD_BEGUN)
                tx.audit.append(of_exchange(current, "withdraw-refused", "D", IMPORT_HAD_BEGUN, now, seen=seen))
                for kind in (WorkKind.FETCH, WorkKind.IMPORT):  # what stood still while this was being decided
                    tx.work.add(exchange.organisation, kind, exchange.id, exchange.urgency, now)
            elif current.state not in GONE:
                packs = forget(tx, current, State.WITHDRAWN, now)
                tx.alerts.clear(current.organisation, current.id, None, now)
                tx.audit.append(of_exchange(current, "withdrawn", "D", "success", now, seen=seen))
            tx.work.add(exchange.organisation, WorkKind.RECEIPT, exchange.id, "stat", now)
        for pack in packs:
            self.store.delete_pack(pack)


def forget(tx: Transaction, exchange: ExchangeRow, state: State, now: float) -> list[str]:
    """Delete keys and rows of an arrived exchange; returns the packs whose files can be deleted at once, and wishes for
    that too, for a crash may come before. What is being added to it is waited for: nothing of it may be left behind."""
    tx.exchanges.hold(exchange.organisation, exchange.id)
    if not tx.imports.begun(exchange.id):
        cancel_order(tx, exchange, "node", now)
    tx.packs.delete_keys(exchange.organisation, exchange.id)
    tx.live_secrets.delete(exchange.organisation, exchange.id)
    tx.report_deliveries.forget(exchange.organisation, exchange.id)
    tx.reports.forget(exchange.organisation, exchange.id)
    packs = tx.packs.delete_origin(exchange.organisation, exchange.id)
    tx.instances.delete_origin(exchange.organisation, exchange.id)
    tx.imports.forget(exchange.organisation, exchange.id)
    tx.parcels.delete_sendings(exchange.organisation, exchange.id)
    withdrawn = now if state is State.WITHDRAWN else None
    gone = {"withdrawn": withdrawn, "emptied": now, "description": "", "local_number": ""}
    tx.exchanges.update(exchange.id, now, state=state, **gone)
    for pack in packs:
        tx.work.add(exchange.organisation, WorkKind.DISCARD, pack, Urgency.ROUTINE, now)
    return packs
