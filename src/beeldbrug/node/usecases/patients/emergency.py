"""The hospital says who an emergency patient is (A40): the imports under that number are to get the own number."""

from __future__ import annotations

from dataclasses import replace

from beeldbrug.model.exchange import Urgency
from beeldbrug.node.policy.rekeying import OTHER_NUMBER
from beeldbrug.node.ports.own_patients import Rekeyed
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.rekeying import UNKNOWN, Rekeying, RekeyState
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.alert import alert_of
from beeldbrug.node.usecases.audit_event import of_exchange

ACTOR = "hl7"


def ask_rekey(tx: Transaction, organisation: str, said: Rekeyed, now: float) -> int:
    """Wish for it; what is older than what is known changes nothing. Returns how many imports there are under it."""
    into = tx.own_patients.standing(organisation, said.into)
    rows = tx.rekeyings.under(organisation, said.number)
    for row in rows:
        exchange = tx.exchanges.get(organisation, row.exchange)
        if exchange is None or row.state is RekeyState.ENDED or said.at <= row.said:
            continue
        same = tx.own_patients.standing(organisation, row.into) == into
        if row.state in UNKNOWN and (not same or row.state is RekeyState.STANDS):
            _ask(tx, exchange, replace(row, into=into, said=said.at), now)
        elif row.state not in UNKNOWN and not same:
            _other(tx, exchange, replace(row, said=said.at), into, now)
    return len(rows)


def _ask(tx: Transaction, exchange: ExchangeRow, row: Rekeying, now: float) -> None:
    tx.rekeyings.put(exchange.organisation, replace(row, state=RekeyState.ASKED, changed=now, actor=ACTOR))
    event = of_exchange(
        exchange, "re-key-asked", "U", "success", now, actor=ACTOR, patient=row.number.partition("^")[0]
    )
    tx.audit.append(event)
    tx.work.add(exchange.organisation, WorkKind.REKEY, exchange.id, Urgency.URGENT, now)


def _other(tx: Transaction, exchange: ExchangeRow, row: Rekeying, into: str, now: float) -> None:
    """It has a number already, and now the hospital gives another: a human must look."""
    tx.rekeyings.put(exchange.organisation, row)
    tx.alerts.raise_(alert_of(exchange, OTHER_NUMBER, now))
    code = OTHER_NUMBER.code
    tx.audit.append(of_exchange(exchange, "re-key-asked", "E", code, now, actor=ACTOR, patient=into))
