"""What a receiver's receipt does to the sender's exchange (DESIGN section 3, states seen by both ends).

A receipt is believed for the parcel it answers and from its receiver only. States do not go back, except that a
supplement opens an exchange again.
"""

from __future__ import annotations

from dataclasses import replace

from beeldbrug.model.capsule import Receipt
from beeldbrug.model.errors import Denied, Malformed
from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.policy.consult import STAYS
from beeldbrug.node.ports.records import AlertRow, ExchangeRow
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.asking.settle import settle_requests
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.wake import NOT_ACKNOWLEDGED
from beeldbrug.sealed.envelope import Envelope

RANK = {
    State.QUEUED: 0,
    State.PARKED: 0,
    State.SENDING: 1,
    State.ARRIVING: 2,
    State.VERIFIED: 3,
    State.SEEN: 4,
    State.IMPORTED: 5,
    State.REFUSED: 5,
    State.FAILED: 5,
    State.EXPIRED: 6,
    State.WITHDRAWN: 7,
}
TIMES = {State.VERIFIED: "verified", State.SEEN: "seen", State.IMPORTED: "imported_at"}

WHOLE = frozenset({State.ARRIVING, State.VERIFIED, State.SEEN, State.IMPORTED})
"""What a receiver says of a parcel as it knows it; while more is on its way from here, it is not the whole story."""

CHECKED = frozenset({State.VERIFIED, State.SEEN, State.IMPORTED})
"""States that a receiver reaches by a manifest; its receipt says by which."""

TOLD = frozenset({*WHOLE, State.REFUSED, State.EXPIRED, State.WITHDRAWN, State.FAILED})
"""States that a receiver can be in."""

IMPORT_HAD_BEGUN = "import-had-begun"
"""Reason with which a receiver answers a withdrawal that came too late."""

TEXTS: dict[State, tuple[str, str, str, str]] = {
    State.REFUSED: (
        "De ontvanger heeft de zending geweigerd.",
        "The receiver has refused the sending.",
        "Lees de reden en bel zo nodig de ontvanger.",
        "Read the reason and call the receiver if needed.",
    ),
    State.FAILED: (
        "Bij de ontvanger is de zending niet compleet of niet in het PACS gekomen.",
        "At the receiver the sending did not become complete or did not get into the PACS.",
        "Lees de reden; verstuur opnieuw als dat erbij staat.",
        "Read the reason; send again where it says so.",
    ),
}

NOBODY_ANSWERS = "receiver-not-acknowledged"
NOBODY_ANSWERS_TEXTS = (
    "Bij de ontvanger heeft nog niemand van dienst gereageerd.",
    "At the receiver nobody on duty has responded yet.",
    "Bel de ontvanger.",
    "Telephone the receiver.",
)


def take_receipt(tx: Transaction, organisation: str, envelope: Envelope, receipt: Receipt, now: float) -> None:
    """Apply one receipt within the transaction that keeps its part.

    Raises Denied ``receipt-misplaced``, Malformed ``receipt-state-unknown``.
    """
    exchange = tx.exchanges.get(organisation, envelope.parcel)
    if exchange is None or exchange.peer != envelope.sender or exchange.direction is not Direction.OUT:
        raise Denied("receipt-misplaced", "A receipt answers no sending to that organisation.")
    if receipt.state not in TOLD:
        raise Malformed("receipt-state-unknown", "A receipt tells a state that a receiver cannot be in.")
    state = State(receipt.state)
    receipt = _called(tx, exchange, receipt, now)
    earlier = state in CHECKED and not (exchange.closed_hash and receipt.hash == exchange.closed_hash)
    changes = _always(exchange, receipt, state, now)
    if not earlier:  # else it is about the parcel before its supplement
        changes |= _changes(exchange, receipt, state, now)
    tx.exchanges.update(exchange.id, now, **changes)
    if receipt.reason == IMPORT_HAD_BEGUN:
        tx.work.add(organisation, WorkKind.SEND, exchange.id, exchange.urgency, now)  # a supplement had stood still
    if state is not State.ARRIVING:
        _audit(tx, exchange, "receipt-of-earlier-manifest" if earlier else f"receipt-{state}", receipt, now)
    if exchange.state is State.FAILED and "state" in changes:
        tx.work.add(organisation, WorkKind.REPORT, exchange.id, exchange.urgency, now)  # what stood still meanwhile
    if state in CHECKED and not earlier:
        settle_requests(tx, exchange, now)
    if "state" in changes:
        _tell(tx, exchange, state, receipt.reason, now)


def _called(tx: Transaction, exchange: ExchangeRow, receipt: Receipt, now: float) -> Receipt:
    """Whether anybody answers there is told beside the exchange; it is no reason for the state that it is in."""
    if receipt.reason != NOT_ACKNOWLEDGED:
        tx.alerts.clear(exchange.organisation, exchange.id, NOBODY_ANSWERS, now)
        return receipt
    tx.alerts.raise_(AlertRow(0, exchange.organisation, exchange.id, NOBODY_ANSWERS, *NOBODY_ANSWERS_TEXTS, raised=now))
    return replace(receipt, reason="")


def _always(exchange: ExchangeRow, receipt: Receipt, state: State, now: float) -> dict[str, object]:
    """What a receipt says whatever manifest it is about."""
    changes: dict[str, object] = {"done": max(exchange.done, min(receipt.received, exchange.total))}
    if receipt.opened and exchange.seen is None:
        changes["seen"] = now
    if receipt.reason == IMPORT_HAD_BEGUN:
        changes |= {"withdrawn": None, "reason_code": IMPORT_HAD_BEGUN}
    if state is State.WITHDRAWN:
        changes["withdrawn"] = now
    if state is State.EXPIRED:
        changes["withdrawn"] = None
    return changes


def _changes(exchange: ExchangeRow, receipt: Receipt, state: State, now: float) -> dict[str, object]:
    changes: dict[str, object] = {}
    if _goes_on(exchange, state):
        changes |= {"state": state, "reason_code": receipt.reason}
    if state in TIMES and getattr(exchange, TIMES[state]) is None:
        changes[TIMES[state]] = now
    if state is State.IMPORTED:
        changes["imported"] = min(receipt.received, exchange.total)
    return changes


def _goes_on(exchange: ExchangeRow, state: State) -> bool:
    if state in WHOLE and not exchange.closed:
        return False  # our own side is still sending, a supplement perhaps; the count says enough
    if state is State.EXPIRED and exchange.state is State.IMPORTED:
        return False  # only the copy outside the PACS has gone
    if exchange.state is State.FAILED and state in WHOLE:
        return True  # what had failed there was mended there
    return RANK[state] >= RANK[exchange.state]


def _tell(tx: Transaction, exchange: ExchangeRow, state: State, reason: str, now: float) -> None:
    organisation = exchange.organisation
    if state in TEXTS and reason != STAYS.code:  # that is the answer that was asked for
        tx.alerts.raise_(AlertRow(0, organisation, exchange.id, f"receiver-{state}", *TEXTS[state], raised=now))
    elif state is State.WITHDRAWN:
        tx.alerts.clear(organisation, exchange.id, None, now)
    else:
        for one in TEXTS:
            tx.alerts.clear(organisation, exchange.id, f"receiver-{one}", now)


def _audit(tx: Transaction, exchange: ExchangeRow, event: str, receipt: Receipt, now: float) -> None:
    tx.audit.append(
        of_exchange(
            exchange,
            event,
            "U",
            receipt.reason or "success",
            now,
            actor=exchange.peer,
            received=receipt.received,
            total=receipt.total,
            opened=receipt.opened,
        )
    )
