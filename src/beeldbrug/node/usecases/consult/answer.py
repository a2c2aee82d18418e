"""The receiver answers an arrival: come, stay, more imaging, call me (FIELD: consult before transfer).

The answer, what follows from it and the wish to tell the sender are one transaction. "Stay" erases the copy as a
refusal does, unless an import has begun: that wins, and the answer says so. "Come" makes it a transfer and wishes for
the import. An answer can be changed; earlier ones are kept.
"""

from __future__ import annotations

from dataclasses import replace

from beeldbrug.model.answer import PHONE_CHARACTERS, TEXT_CHARACTERS, Answerer, AnswerKind, AnswerOutcome
from beeldbrug.model.errors import Conflict, Malformed
from beeldbrug.model.exchange import State
from beeldbrug.model.notice import Matter
from beeldbrug.node.policy.consult import (
    ERASABLE,
    STAYS,
    UNDO_SECONDS,
    as_transfer,
    is_consult,
    may_answer,
)
from beeldbrug.node.ports.consult import AnswerRow
from beeldbrug.node.ports.records import AuditEvent, ExchangeRow
from beeldbrug.node.ports.segments import SegmentStore
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.arrival import arrival
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.read.reach import may_be_read
from beeldbrug.node.usecases.wake import acknowledge
from beeldbrug.node.usecases.withdraw import forget

NONE_TO_RETRACT = "no-answer-to-retract"


def answer(
    database: Database,
    store: SegmentStore,
    organisation: str,
    exchange_id: str,
    kind: AnswerKind,
    who: Answerer,
    login: str,
    text: str,
    phone: str,
    now: float,
) -> AnswerRow:
    """Give or change the answer; the row that was kept.

    Raises NotFound, Malformed ``answer-malformed``, Conflict ``not-answerable`` or ``no-answer-to-retract``.
    """
    text, phone = _tidy(text, TEXT_CHARACTERS), _tidy(phone, PHONE_CHARACTERS)
    packs: list[str] = []
    with database.write() as tx:
        exchange = arrival(tx, organisation, exchange_id)
        _check(exchange, now)
        last = tx.answers.last(organisation, exchange_id)
        row = AnswerRow(
            organisation=organisation,
            exchange=exchange_id,
            number=last.number + 1 if last is not None else 1,
            answer=kind,
            outcome=AnswerOutcome.DONE,
            who=who,
            at=now,
            text=text,
            phone=phone,
            login=login,
        )
        match kind:
            case AnswerKind.COME:
                row = _come(tx, exchange, row)
            case AnswerKind.STAY:
                row, packs = _stay(tx, exchange, row)
            case AnswerKind.RETRACTED:
                row = _retract(tx, exchange, row, last)
            case _:
                pass
        tx.answers.add(row)
        tx.exchanges.bump(exchange.id, now)
        tx.audit.append(_event(exchange, row))
        acknowledge(tx, exchange, login, now, (Matter.ARRIVAL,), "answered")
        tx.work.add(organisation, WorkKind.ANSWER, exchange.id, exchange.urgency, now)
    for pack in packs:
        store.delete_pack(pack)
    return row


def ground_before(tx: Transaction, exchange: ExchangeRow, last: AnswerRow | None) -> dict[str, object]:
    """What taking back "come" changes in the exchange: its ground is what it was, while nothing has been imported."""
    if last is None or last.answer is not AnswerKind.COME or last.ground is None or tx.imports.begun(exchange.id):
        return {}
    return {"terms": replace(exchange.terms, ground=last.ground)}


def _come(tx: Transaction, exchange: ExchangeRow, row: AnswerRow) -> AnswerRow:
    if exchange.state is State.REFUSED:
        return replace(row, outcome=AnswerOutcome.NO_COPY)
    ground = exchange.terms.ground
    changes: dict[str, object] = {"terms": as_transfer(exchange.terms)}
    if exchange.state is State.FAILED and exchange.verified is not None:  # whole, and not in the PACS: once more
        changes["state"] = State.SEEN if exchange.seen is not None else State.VERIFIED
        tx.alerts.clear(exchange.organisation, exchange.id, None, row.at)
    tx.exchanges.update(exchange.id, row.at, **changes)
    if is_consult(exchange.terms) or "state" in changes:
        tx.work.add(exchange.organisation, WorkKind.IMPORT, exchange.id, exchange.urgency, row.at + UNDO_SECONDS)
    return replace(row, ground=ground)


def _stay(tx: Transaction, exchange: ExchangeRow, row: AnswerRow) -> tuple[AnswerRow, list[str]]:
    if tx.imports.begun(exchange.id) or exchange.state is State.IMPORTED:
        return replace(row, outcome=AnswerOutcome.IMPORT_HAD_BEGUN), []
    if exchange.state not in ERASABLE:
        return replace(row, outcome=AnswerOutcome.ERASED), []
    packs = forget(tx, exchange, State.REFUSED, row.at)
    tx.exchanges.update(exchange.id, row.at, reason_code=STAYS.code)
    tx.alerts.clear(exchange.organisation, exchange.id, None, row.at)
    tx.work.add(exchange.organisation, WorkKind.RECEIPT, exchange.id, exchange.urgency, row.at)
    return replace(row, outcome=AnswerOutcome.ERASED), packs


def _retract(tx: Transaction, exchange: ExchangeRow, row: AnswerRow, last: AnswerRow | None) -> AnswerRow:
    if last is None or last.answer is AnswerKind.RETRACTED:
        raise Conflict(NONE_TO_RETRACT, "There is no answer to take back.", "Give an answer.")
    if last.answer is AnswerKind.STAY and last.outcome is AnswerOutcome.ERASED:
        return replace(row, outcome=AnswerOutcome.NO_COPY)
    if tx.imports.begun(exchange.id):
        return replace(row, outcome=AnswerOutcome.IMPORT_HAD_BEGUN)
    changes = ground_before(tx, exchange, last)
    if changes:
        tx.exchanges.update(exchange.id, row.at, **changes)
    return row


def _check(exchange: ExchangeRow, now: float) -> None:
    withdrawn = exchange.withdrawn is not None
    readable = may_be_read(exchange, now)
    if not may_answer(exchange.direction, exchange.state, exchange.terms, withdrawn, exchange.reason_code, readable):
        raise Conflict("not-answerable", "This arrival does not ask for an answer, or has ended.", "Call the sender.")


def _tidy(text: str, most: int) -> str:
    """Without control characters but line ends. Raises Malformed ``answer-malformed`` when it is too long."""
    lines = ["".join(one for one in line if one.isprintable()).strip() for line in text.splitlines()]
    tidy = "\n".join(lines).strip()
    if len(tidy) > most:
        raise Malformed("answer-malformed", "The answer is too long.", "Say it in fewer words, or call.")
    return tidy


def _event(exchange: ExchangeRow, row: AnswerRow) -> AuditEvent:
    erased = row.outcome is AnswerOutcome.ERASED
    decision = (f"answer-{row.answer.value}", row.outcome.value)
    return of_exchange(
        exchange, "answer", "D" if erased else "U", "success", row.at, actor=row.login, decision=decision
    )
