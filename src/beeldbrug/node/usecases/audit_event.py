"""The audit event of a deed about an exchange, made in one place so that all say the same (guarantee 4, FIELD 5.2).

Who, what and to what end come from the exchange and its terms; the caller adds what was done and how it ended. Events
that are about no exchange are made where they happen.
"""

from __future__ import annotations

from beeldbrug.model.exchange import Direction
from beeldbrug.node.ports.records import AuditEvent, ExchangeRow


def of_exchange(
    exchange: ExchangeRow,
    event: str,
    action: str,
    outcome: str,
    now: float,
    *,
    actor: str = "node",
    patient: str = "",
    decision: tuple[str, ...] = (),
    **details: str | int | float | bool,
) -> AuditEvent:
    """The event; ``action`` is C, R, U, D or E, ``now`` in POSIX seconds. ``details`` hold codes and counts, never
    identity, which goes into ``patient`` alone."""
    terms = exchange.terms if _stated(exchange) else None
    return AuditEvent(
        organisation=exchange.organisation,
        event=event,
        action=action,
        outcome=outcome,
        actor=actor,
        responsible=terms.responsible if terms else "",
        purpose=terms.purpose if terms else "",
        ground=terms.ground if terms else "",
        exchange=exchange.id,
        peer=exchange.peer,
        patient=patient,
        study_uid=exchange.study_uid,
        consent=terms.consent if terms else "",
        decision=decision,
        details=dict(details),
        at=now,
    )


def _stated(exchange: ExchangeRow) -> bool:
    """Whether anybody has stated its terms: not yet for what waits to be told for whom it is, nor for an arrival whose
    offer was never opened."""
    if exchange.direction is Direction.IN:
        return exchange.first_part is not None
    return bool(exchange.terms.receiver.organisation)
