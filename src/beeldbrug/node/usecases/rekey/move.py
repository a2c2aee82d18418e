"""What changes when an import under an emergency number gets its own number, and when that is taken back; each in one
transaction with its audit event."""

from __future__ import annotations

from dataclasses import replace

from beeldbrug.model.exchange import State, Urgency
from beeldbrug.node.policy.reconciliation import EMERGENCY, REKEYED
from beeldbrug.node.policy.rekeying import BY_HAND, NOT_FOLLOWED, QUESTION, WHY
from beeldbrug.node.policy.undoing import IMPORT_UNDONE
from beeldbrug.node.ports.importing import Undone
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.rekeying import Rekeying, RekeyState
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.alert import alert_of
from beeldbrug.node.usecases.audit_event import of_exchange


def begin(
    tx: Transaction, exchange: ExchangeRow, row: Rekeying, into: str, actor: str, now: float, wait: float
) -> None:
    """It bears ``into`` from now on; the PACS has ``wait`` seconds to follow."""
    organisation = exchange.organisation
    moving = replace(row, state=RekeyState.LOOKING, into=into, changed=now, until=now + wait, actor=actor)
    tx.rekeyings.put(organisation, moving)
    own = {"local_number": into} if exchange.emptied is None else {}
    tx.exchanges.update(exchange.id, now, reason_code=REKEYED.code, **own)
    for reason in (EMERGENCY, QUESTION):
        tx.alerts.clear(organisation, exchange.id, reason.code, now)
    tx.audit.append(of_exchange(exchange, "re-keyed", "U", "success", now, actor=actor, patient=plain(into)))
    tx.work.add(organisation, WorkKind.REKEY, exchange.id, Urgency.URGENT, now)


def question(tx: Transaction, exchange: ExchangeRow, row: Rekeying, now: float) -> None:
    """The images name another person than the hospital does: a human must look."""
    tx.rekeyings.put(exchange.organisation, replace(row, state=RekeyState.QUESTION, changed=now))
    tx.exchanges.update(exchange.id, now, reason_code=QUESTION.code)
    tx.alerts.clear(exchange.organisation, exchange.id, EMERGENCY.code, now)
    tx.alerts.raise_(alert_of(exchange, QUESTION, now))
    tx.audit.append(of_exchange(exchange, "re-keyed", "E", QUESTION.code, now, patient=plain(row.into)))


def back(tx: Transaction, exchange: ExchangeRow, row: Rekeying, actor: str, now: float) -> None:
    """It stands under the emergency number as before, and nobody has said whose it is."""
    organisation = exchange.organisation
    stands = replace(row, state=RekeyState.STANDS, into="", changed=now, until=0.0, actor=actor)
    tx.rekeyings.put(organisation, stands)
    own = {"local_number": row.number} if exchange.emptied is None else {}
    ended = exchange.state is State.IMPORTED
    tx.exchanges.update(exchange.id, now, **own, **({"reason_code": EMERGENCY.code} if ended else {}))
    for reason in (QUESTION, BY_HAND):
        tx.alerts.clear(organisation, exchange.id, reason.code, now)
    tx.alerts.raise_(alert_of(exchange, EMERGENCY, now))
    tx.audit.append(of_exchange(exchange, "re-key-undone", "U", "success", now, actor=actor, patient=plain(row.into)))
    for kind in (WorkKind.IMPORT, WorkKind.ONWARD):  # what waited for it
        tx.work.add(organisation, kind, exchange.id, exchange.urgency, now)


def arrived_there(tx: Transaction, exchange: ExchangeRow, row: Rekeying, now: float) -> None:
    """The PACS has it under the own number. What was given on under the emergency number follows, as after an import
    that was undone; what waited for it goes on."""
    organisation = exchange.organisation
    tx.rekeyings.put(organisation, replace(row, state=RekeyState.DONE, changed=now))
    before = Undone(exchange.id, now, row.actor, WHY, row.number, "", exchange.imported, now)
    tx.undone.add(organisation, before)
    tx.alerts.clear(organisation, exchange.id, BY_HAND.code, now)
    tx.audit.append(
        of_exchange(
            exchange,
            "re-key-ended",
            "U",
            "success",
            now,
            patient=plain(row.into),
            decision=("followed",),
            instances=exchange.imported,
        )
    )
    tx.exchanges.bump(exchange.id, now)
    for kind in (WorkKind.IMPORT, WorkKind.ONWARD):
        tx.work.add(organisation, kind, exchange.id, exchange.urgency, now)


def put_aside(tx: Transaction, exchange: ExchangeRow, row: Rekeying, now: float) -> None:
    """The import was undone since the PACS did not follow; what was told of that is made clear."""
    tx.rekeyings.put(exchange.organisation, replace(row, state=RekeyState.ASIDE, changed=now))
    tx.alerts.clear(exchange.organisation, exchange.id, IMPORT_UNDONE.code, now)  # one says what there is to do
    tx.alerts.raise_(alert_of(exchange, NOT_FOLLOWED, now))


def ended(tx: Transaction, exchange_id: str, organisation: str, row: Rekeying, now: float) -> None:
    """Nothing is left of the import that could get another number."""
    tx.rekeyings.put(organisation, replace(row, state=RekeyState.ENDED, changed=now))


def plain(number: str) -> str:
    """The number alone, as the trail has it."""
    return number.partition("^")[0]
