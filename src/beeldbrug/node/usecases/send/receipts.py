"""What a receiver's receipt does to the sender's exchange (DESIGN section 3, states seen by both ends).

A receipt is believed for the parcel it answers and from its receiver only. States do not go back, except that a
supplement opens an exchange again.
"""

from __future__ import annotations

from beeldbrug.model.capsule import Receipt
from beeldbrug.model.errors import Denied
from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.ports.records import AlertRow, AuditEvent, ExchangeRow
from beeldbrug.node.ports.vault import Transaction
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


def take_receipt(tx: Transaction, organisation: str, envelope: Envelope, receipt: Receipt, now: float) -> None:
    """Apply one receipt within the transaction that keeps its part."""
    exchange = tx.exchanges.get(organisation, envelope.parcel)
    if exchange is None or exchange.peer != envelope.sender or exchange.direction is not Direction.OUT:
        raise Denied("receipt-misplaced", "A receipt answers no sending to that organisation.")
    state = State(receipt.state)
    if state in (State.VERIFIED, State.IMPORTED) and exchange.closed_hash and receipt.hash != exchange.closed_hash:
        if exchange.closed:
            _audit(tx, exchange, "receipt-of-earlier-manifest", receipt, now)
        return  # it is about the parcel before its supplement
    changes: dict[str, object] = {"done": max(exchange.done, receipt.received)}
    if _goes_on(exchange, state):
        changes["state"] = state
        changes["reason_code"] = receipt.reason
    if state in TIMES and getattr(exchange, TIMES[state]) is None:
        changes[TIMES[state]] = now
    if state is State.IMPORTED:
        changes["imported"] = receipt.received
    if receipt.reason == IMPORT_HAD_BEGUN:
        changes["withdrawn"] = None
    if state is State.WITHDRAWN:
        changes["withdrawn"] = now
        changes["seen"] = now if receipt.opened and exchange.seen is None else exchange.seen
    tx.exchanges.update(exchange.id, now, **changes)
    if state is not State.ARRIVING:
        _audit(tx, exchange, f"receipt-{state}", receipt, now)
    if state in TEXTS:
        tx.alerts.raise_(AlertRow(0, organisation, exchange.id, f"receiver-{state}", *TEXTS[state], raised=now))


def _goes_on(exchange: ExchangeRow, state: State) -> bool:
    if state in WHOLE and not exchange.closed:
        return False  # our own side is still sending, a supplement perhaps; the count says enough
    return RANK[state] >= RANK[exchange.state]


def _audit(tx: Transaction, exchange: ExchangeRow, event: str, receipt: Receipt, now: float) -> None:
    tx.audit.append(
        AuditEvent(
            organisation=exchange.organisation,
            event=event,
            action="U",
            outcome=receipt.reason or "success",
            actor=exchange.peer,
            exchange=exchange.id,
            peer=exchange.peer,
            study_uid=exchange.study_uid,
            details={"received": receipt.received, "total": receipt.total, "opened": receipt.opened},
            at=now,
        )
    )
