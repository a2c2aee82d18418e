"""What the receiver's answer does at the sender: it is kept with its history, shown, and alerted of where it asks for
something.

Believed for the parcel that it answers and from its receiver only; the chain of envelopes refuses a replay.
"""

from __future__ import annotations

from beeldbrug.model.answer import AnswerKind, AnswerOutcome
from beeldbrug.model.capsule import AnswerRecord
from beeldbrug.model.errors import Conflict, Denied, NotFound, Unsupported
from beeldbrug.model.exchange import Direction
from beeldbrug.model.notice import Cause, Matter
from beeldbrug.node.policy.consult import ALERTS, alert_code, as_transfer
from beeldbrug.node.ports.consult import AnswerRow
from beeldbrug.node.ports.records import AlertRow, ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.consult.answer import ground_before
from beeldbrug.node.usecases.wake import acknowledge, wake
from beeldbrug.sealed.envelope import Envelope


def take_answer(tx: Transaction, organisation: str, envelope: Envelope, record: AnswerRecord, now: float) -> None:
    """Apply one answer within the transaction that keeps its part.

    Raises Denied ``answer-misplaced``, Conflict ``answer-reused``, Unsupported ``answer-unknown``.
    """
    exchange = tx.exchanges.get(organisation, envelope.parcel)
    if exchange is None or exchange.peer != envelope.sender or exchange.direction is not Direction.OUT:
        raise Denied("answer-misplaced", "An answer belongs to no sending to that organisation.")
    last = tx.answers.last(organisation, exchange.id)
    if last is not None and record.number <= last.number:
        raise Conflict("answer-reused", "An answer with this number came before.", "Call the receiver.")
    row = _row(organisation, exchange, envelope, record)
    changes: dict[str, object] = {}
    if row.answer is AnswerKind.COME and row.outcome is AnswerOutcome.DONE:
        changes["terms"] = as_transfer(exchange.terms)
    elif row.answer is AnswerKind.RETRACTED and row.outcome is AnswerOutcome.DONE:
        changes = ground_before(tx, exchange, last)
    tx.answers.add(row)
    tx.exchanges.update(exchange.id, now, **changes)
    _alert(tx, exchange, row, now)
    wake(tx, exchange, Cause.ANSWER, now)
    decision = (f"answer-{row.answer.value}", row.outcome.value)
    tx.audit.append(of_exchange(exchange, "answered", "U", "success", now, actor=exchange.peer, decision=decision))


def hear(database: Database, organisation: str, exchange_id: str, actor: str, now: float) -> None:
    """Somebody at the sender has taken note of the answers: their alerts go. Raises NotFound."""
    with database.write() as tx:
        exchange = tx.exchanges.get(organisation, exchange_id)
        if exchange is None or exchange.direction is not Direction.OUT:
            raise NotFound("exchange-unknown", "There is no sending with this id.", "Go back to the list.")
        if tx.answers.heard(organisation, exchange_id, now):
            _clear(tx, exchange, now)
            acknowledge(tx, exchange, actor, now, (Matter.ANSWER,), "heard")
            tx.exchanges.bump(exchange_id, now)
            tx.audit.append(of_exchange(exchange, "answer-heard", "U", "success", now, actor=actor))


def _row(organisation: str, exchange: ExchangeRow, envelope: Envelope, record: AnswerRecord) -> AnswerRow:
    try:
        answer, outcome = AnswerKind(record.answer), AnswerOutcome(record.outcome)
    except ValueError:
        raise Unsupported("answer-unknown", "An answer is not known here.", "Upgrade this program.") from None
    return AnswerRow(
        organisation=organisation,
        exchange=exchange.id,
        number=record.number,
        answer=answer,
        outcome=outcome,
        who=record.who,
        at=record.at,
        text=record.text,
        phone=record.phone,
        ground=exchange.terms.ground if answer is AnswerKind.COME else None,
        part=envelope.part,
    )


def _alert(tx: Transaction, exchange: ExchangeRow, row: AnswerRow, now: float) -> None:
    _clear(tx, exchange, now)
    if row.answer in ALERTS:
        texts = ALERTS[row.answer]
        code = alert_code(row.answer)
        tx.alerts.raise_(AlertRow(0, exchange.organisation, exchange.id, code, *texts, raised=now))


def _clear(tx: Transaction, exchange: ExchangeRow, now: float) -> None:
    for kind in ALERTS:
        tx.alerts.clear(exchange.organisation, exchange.id, alert_code(kind), now)
