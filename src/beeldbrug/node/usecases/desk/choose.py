"""A human at the receiving desk decides under which own number an arrival is imported (FIELD 5.6 rule 2).

The number is kept sealed with the exchange; ``usecases.imports`` honours it. Once datasets are fixed for the PACS
(guarantee 3) the number stands, and only a repeat is possible.
"""

from __future__ import annotations

from beeldbrug.model.errors import Conflict, Malformed, NotFound
from beeldbrug.model.exchange import Direction, State
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.policy.reconciliation import CHOSEN
from beeldbrug.node.ports.records import AuditEvent, ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.desk.waiting import WAITING
from beeldbrug.node.usecases.imports.chosen import written

LONGEST_NUMBER = 64
"""Characters of a LO value (PS3.5 section 6.2)."""


def choose(
    database: Database, organisation: str, exchange_id: str, number: PatientNumber | None, actor: str, now: float
) -> None:
    """Import under ``number`` (``issuer`` empty means the hospital's own), or without it try again as before.

    Raises NotFound, Conflict ``not-waiting`` or ``number-fixed``, Malformed ``number-malformed``.
    """
    if number is not None:
        _check(number)
    with database.write() as tx:
        exchange = arrival(tx, organisation, exchange_id)
        if exchange.state not in WAITING or exchange.verified is None:
            raise Conflict(
                "not-waiting",
                "The arrival does not wait for a decision.",
                "See `beeldbrug desk list` for those that do.",
            )
        if number is not None and tx.imports.begun(exchange.id):
            raise Conflict(
                "number-fixed",
                "The import under another number had begun; it stands.",
                "Repeat the import without a number.",
            )
        changes: dict[str, object] = {"state": State.SEEN if exchange.seen is not None else State.VERIFIED}
        if number is not None:
            changes |= {"reason_code": CHOSEN.code, "local_number": written(number)}
        tx.exchanges.update(exchange.id, now, **changes)
        tx.alerts.clear(organisation, exchange.id, None, now)
        tx.audit.append(_event(exchange, number, actor, now))
        tx.work.add(organisation, WorkKind.IMPORT, exchange.id, exchange.urgency, now)


def arrival(tx: Transaction, organisation: str, exchange_id: str) -> ExchangeRow:
    """The arrived exchange. Raises NotFound ``exchange-unknown``, Conflict ``withdrawn``."""
    exchange = tx.exchanges.get(organisation, exchange_id)
    if exchange is None or exchange.direction is not Direction.IN:
        raise NotFound("exchange-unknown", "There is no arrival with this id.", "See `beeldbrug desk list`.")
    if exchange.withdrawn is not None:
        raise Conflict("withdrawn", "The sender has withdrawn it.")
    return exchange


def _check(number: PatientNumber) -> None:
    for value in (number.value, number.issuer):
        if len(value) > LONGEST_NUMBER or not value.isprintable() or set(value) & {"\\", "^"}:
            raise Malformed("number-malformed", "This is no patient number or issuer.", "Give it as the PACS shows it.")
    if not number.value.strip():
        raise Malformed("number-malformed", "The patient number is empty.", "Give it as the PACS shows it.")


def _event(exchange: ExchangeRow, number: PatientNumber | None, actor: str, now: float) -> AuditEvent:
    value, decision = (number.value, CHOSEN.code) if number is not None else ("", "repeat")
    return of_exchange(exchange, "desk-import", "U", "success", now, actor=actor, patient=value, decision=(decision,))
