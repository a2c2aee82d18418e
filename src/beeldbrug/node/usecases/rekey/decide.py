"""A human at the desk says whose the images under an emergency number are, takes that back, or says that the PACS has
it under the own number already."""

from __future__ import annotations

from dataclasses import replace

from beeldbrug.model.errors import Conflict
from beeldbrug.model.exchange import State, Urgency
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.policy.rekeying import NOT_FOLLOWED
from beeldbrug.node.policy.undoing import IMPORT_UNDONE
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.rekeying import UNKNOWN, Rekeying, RekeyState
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.alert import alert_of
from beeldbrug.node.usecases.arrival import arrival
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.desk.choose import check_number
from beeldbrug.node.usecases.desk.claim import take
from beeldbrug.node.usecases.imports.chosen import written
from beeldbrug.node.usecases.imports.undone import asked_after_undoing
from beeldbrug.node.usecases.rekey.move import back, begin, ended, plain


def rekey(
    database: Database,
    organisation: str,
    exchange_id: str,
    number: PatientNumber,
    actor: str,
    now: float,
    wait: float,
    as_of: float | None = None,
) -> None:
    """This emergency patient is ``number`` (``issuer`` empty means the hospital's own). The PACS has ``wait`` seconds
    to follow; ``as_of`` as with ``desk.choose``.

    Raises NotFound, Conflict ``not-emergency``, ``decided-meanwhile``, ``desk-taken`` or ``same-number``, Malformed
    ``number-malformed``.
    """
    check_number(number)
    with database.write() as tx:
        exchange, row = _found(tx, organisation, exchange_id)
        if as_of is not None and row.changed > as_of:
            raise Conflict(
                "decided-meanwhile",
                "A colleague has just decided about this arrival.",
                "Open it again to see what was decided, and decide anew if need be.",
            )
        if exchange.state is not State.IMPORTED or row.state not in UNKNOWN:
            raise _not_emergency()
        take(tx, exchange, actor, now)
        if not number.issuer:
            number = PatientNumber(tx.own_patients.standing(organisation, number.value))
        if number.value == plain(row.number):
            raise Conflict(
                "same-number",
                "This is the emergency number itself.",
                "Give the patient's own number, as the PACS has it.",
            )
        begin(tx, exchange, row, written(number), actor, now, wait)


def take_back(database: Database, organisation: str, exchange_id: str, actor: str, now: float) -> None:
    """It stays under the emergency number after all; where the import was undone already, the desk decides anew.

    Raises NotFound, Conflict ``not-rekeying`` or ``desk-taken``.
    """
    with database.write() as tx:
        exchange, row = _found(tx, organisation, exchange_id)
        if row.state not in (RekeyState.ASKED, RekeyState.QUESTION, RekeyState.LOOKING, RekeyState.ASIDE):
            raise _not_rekeying()
        take(tx, exchange, actor, now)
        if row.state is not RekeyState.ASIDE:
            back(tx, exchange, row, actor, now)
            return
        ended(tx, exchange_id, organisation, row, now)
        tx.exchanges.bump(exchange_id, now)
        tx.alerts.clear(organisation, exchange_id, NOT_FOLLOWED.code, now)
        if asked_after_undoing(tx, organisation, exchange_id) is IMPORT_UNDONE:
            tx.alerts.raise_(alert_of(exchange, IMPORT_UNDONE, now))
        tx.audit.append(
            of_exchange(exchange, "re-key-undone", "U", "success", now, actor=actor, patient=plain(row.into))
        )


def confirm_moved(database: Database, organisation: str, exchange_id: str, actor: str, now: float) -> None:
    """Somebody has looked: the PACS has it under the own number. Raises NotFound, Conflict ``not-rekeying``."""
    with database.write() as tx:
        exchange, row = _found(tx, organisation, exchange_id)
        if row.state is not RekeyState.LOOKING:
            raise _not_rekeying()
        tx.rekeyings.put(organisation, replace(row, state=RekeyState.MOVED, changed=now))
        tx.exchanges.bump(exchange_id, now)
        tx.audit.append(
            of_exchange(exchange, "re-key-confirmed", "U", "success", now, actor=actor, patient=plain(row.into))
        )
        tx.work.add(organisation, WorkKind.REKEY, exchange_id, Urgency.URGENT, now)


def _found(tx: Transaction, organisation: str, exchange_id: str) -> tuple[ExchangeRow, Rekeying]:
    exchange = arrival(tx, organisation, exchange_id)
    row = tx.rekeyings.get(organisation, exchange_id)
    if row is None:
        raise _not_emergency()
    return exchange, row


def _not_emergency() -> Conflict:
    return Conflict(
        "not-emergency",
        "This study does not stand in the PACS under an emergency number of which it is open whose it is.",
        "Look at the arrival again.",
    )


def _not_rekeying() -> Conflict:
    return Conflict(
        "not-rekeying",
        "Its emergency number is not being replaced now.",
        "Look at the arrival again; an import that has ended can be undone.",
    )
