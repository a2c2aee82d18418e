"""Say for whom a parked study is: terms are set, the exchange is queued again, policy decides anew (guarantee 4).

Only a human does this, and the trail names him. The instances themselves are not touched.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from beeldbrug.model.errors import Conflict, Malformed, NotFound
from beeldbrug.model.exchange import Direction, Ground, Party, Purpose, State, Terms, Urgency
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.receive.keep import UNDO_SECONDS


@dataclass(frozen=True, slots=True)
class Choice:
    """What the human says; None keeps what the exchange has. ``receiver`` brings its whole address along,
    ``sender`` who can be asked."""

    receiver: Party | None = None
    purpose: Purpose | None = None
    ground: Ground | None = None
    responsible: str | None = None
    urgency: Urgency | None = None
    question: str | None = None
    consent: str | None = None
    sender: Party | None = None


def release(database: Database, organisation: str, exchange_id: str, choice: Choice, actor: str, now: float) -> Terms:
    """Queue a parked exchange under the terms chosen; returns them.

    Raises NotFound, Conflict ``not-parked`` or ``still-coming-in``, Malformed ``terms-incomplete``.
    """
    with database.write() as tx:
        exchange = parked(tx, organisation, exchange_id)
        if tx.exchanges.associations_open(exchange.id):
            raise Conflict("still-coming-in", "The study is still coming in.", "Wait until it is complete.")
        terms = _terms(exchange, choice)
        rule = exchange.rule if terms.receiver == exchange.terms.receiver else f"released-{exchange.id}"
        tx.exchanges.update(
            exchange.id,
            now,
            terms=terms,
            peer=terms.receiver.organisation,
            state=State.QUEUED,
            reason_code="",
            # a rule of its own: what comes in later under the general title waits for a human again
            rule=rule,
            undo_until=now + UNDO_SECONDS,
        )
        tx.alerts.clear(organisation, exchange.id, None, now)
        stated = replace(exchange, terms=terms, peer=terms.receiver.organisation)
        tx.audit.append(of_exchange(stated, "release", "U", "success", now, actor=actor))
        tx.work.add(organisation, WorkKind.SEND, exchange.id, terms.urgency, now)
    return terms


def parked(tx: Transaction, organisation: str, exchange_id: str) -> ExchangeRow:
    """The parked exchange. Raises NotFound ``exchange-unknown``, Conflict ``not-parked``."""
    exchange = tx.exchanges.get(organisation, exchange_id)
    if exchange is None or exchange.direction is not Direction.OUT:
        raise NotFound("exchange-unknown", "There is no sending with this id.", "See `beeldbrug park list`.")
    if exchange.state is not State.PARKED:
        raise Conflict("not-parked", "The exchange is not parked.", "See `beeldbrug status` for its state.")
    return exchange


def _terms(exchange: ExchangeRow, choice: Choice) -> Terms:
    said = {
        name: value
        for name in ("purpose", "ground", "responsible", "urgency", "question", "consent", "sender")
        if (value := getattr(choice, name)) is not None
    }
    receiver = choice.receiver or exchange.terms.receiver
    terms = replace(exchange.terms, receiver=receiver, **said)
    if receiver.organisation == exchange.organisation:
        raise Malformed("receiver-is-self", "The receiver is this organisation itself.", "Name the other one's URA.")
    lacking = [
        option
        for option, there in (
            ("--receiver", receiver.organisation),
            ("--ground", choice.ground or exchange.terms.receiver.organisation),
            ("--responsible", terms.responsible),
        )
        if not there
    ]
    if lacking:
        raise Malformed("terms-incomplete", "Not all terms are known.", f"Give {', '.join(lacking)}.")
    return terms
