"""Undo an import that went wrong: the arrival goes back to the desk, and may go into the PACS under another number.

The own rows say so at once and the sender is told. The PACS is told by a rejection note, where that is set. The desk
sees under which number the study is to be removed there, and confirms it; only then the next import can begin.
Originals are not touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from beeldbrug.model.errors import Conflict, Malformed
from beeldbrug.model.exchange import State
from beeldbrug.node.policy.reconciliation import REKEYED
from beeldbrug.node.policy.rejecting import TITLE_OF_UNDONE
from beeldbrug.node.policy.undoing import IMPORT_UNDONE, REMOVED, WHY, Imported, may_undo
from beeldbrug.node.ports.importing import Undone
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.rekeying import MOVING, Rekeying, RekeyState
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.alert import alert_of
from beeldbrug.node.usecases.arrival import arrival
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.cancel_order import cancel_order
from beeldbrug.node.usecases.desk.claim import take
from beeldbrug.node.usecases.imports.undone import asked_after_undoing

Told = Callable[[Transaction, ExchangeRow, str, float], int]
"""Tells the PACS, by a note of this title, that the import is not to be shown; ``usecases.reject``."""


def undo_import(
    database: Database,
    organisation: str,
    exchange_id: str,
    why: str,
    days: float,
    actor: str,
    now: float,
    tell: Told | None = None,
) -> None:
    """Undo it within ``days`` of the import. ``why`` is one of ``policy.undoing.WHY``; ``tell``, where set, has the
    PACS told.

    Raises NotFound, Conflict ``not-undoable``, ``undo-too-late`` or ``desk-taken``, Malformed ``undo-why-unknown``.
    """
    if why not in WHY:
        raise Malformed("undo-why-unknown", "This is no reason to undo an import.", f"One of: {', '.join(WHY)}.")
    with database.write() as tx:
        exchange = arrival(tx, organisation, exchange_id)
        _check(exchange, days, now)
        take(tx, exchange, actor, now)
        row = tx.rekeyings.get(organisation, exchange_id)
        if row is not None and row.state in MOVING:
            raise Conflict(
                "re-key-under-way",
                "Its emergency number is being replaced by the own number.",
                "Wait until the PACS has followed, or take that back first.",
            )
        if row is not None:  # from here on the desk decides about it as about any other
            tx.rekeyings.put(organisation, replace(row, state=RekeyState.ENDED, changed=now))
        set_aside(tx, exchange, exchange.local_number, why, actor, now, tell)


def set_aside(
    tx: Transaction, exchange: ExchangeRow, number: str, why: str, actor: str, now: float, tell: Told | None
) -> None:
    """Undo an import that stands in the PACS under ``number``: it goes back to the desk, and nothing of it is imported
    before somebody has said that the PACS is clean."""
    organisation, exchange_id = exchange.organisation, exchange.id
    plan = tx.plans.get(organisation, exchange_id)
    order = plan.order.accession_number if plan.order is not None else ""
    tx.undone.add(organisation, Undone(exchange_id, now, actor, why, number, order, exchange.imported))
    cancel_order(tx, exchange, actor, now)
    if tell is not None:
        tell(tx, exchange, TITLE_OF_UNDONE[why], now)
    tx.imports.undo(organisation, exchange_id, f"{exchange_id}~{now:.3f}")
    tx.plans.put(organisation, exchange_id, replace(plan, order=None, ordered=False, table=None))
    back = {"state": State.FAILED, "local_number": "", "imported": 0, "imported_at": None}
    tx.exchanges.update(exchange_id, now, reason_code=IMPORT_UNDONE.code, **back)
    tx.alerts.clear(organisation, exchange_id, None, now)
    tx.alerts.raise_(alert_of(exchange, IMPORT_UNDONE, now))
    tx.audit.append(
        of_exchange(
            exchange,
            "import-undone",
            "U",
            "success",
            now,
            actor=actor,
            patient=number,
            decision=(why,),
            instances=exchange.imported,
        )
    )
    tx.work.add(organisation, WorkKind.RECEIPT, exchange_id, exchange.urgency, now)
    tx.work.add(organisation, WorkKind.ONWARD, exchange_id, exchange.urgency, now)


def confirm_removed(database: Database, organisation: str, exchange_id: str, actor: str, now: float) -> None:
    """Somebody removed the study in the PACS. What was undone only since the PACS did not follow to the own number goes
    there again by itself. Raises NotFound, Conflict ``nothing-to-remove``."""
    with database.write() as tx:
        exchange = arrival(tx, organisation, exchange_id)
        if asked_after_undoing(tx, organisation, exchange_id) is not IMPORT_UNDONE:
            raise Conflict(
                "nothing-to-remove",
                "No study of this arrival has to be removed in the PACS.",
                "Look at the arrival again.",
            )
        tx.undone.removed(organisation, exchange_id, actor, now)
        tx.exchanges.update(exchange_id, now, reason_code=REMOVED.code)
        tx.alerts.clear(organisation, exchange_id, None, now)
        tx.alerts.raise_(alert_of(exchange, REMOVED, now))
        tx.audit.append(of_exchange(exchange, "removed-in-pacs", "U", "success", now, actor=actor))
        row = tx.rekeyings.get(organisation, exchange_id)
        if row is not None and row.state is RekeyState.ASIDE:
            _goes_on(tx, exchange, row, now)


def _goes_on(tx: Transaction, exchange: ExchangeRow, row: Rekeying, now: float) -> None:
    """It goes under the own number of its emergency patient, as was said before."""
    organisation = exchange.organisation
    into = row.into if "^" in row.into else tx.own_patients.standing(organisation, row.into)
    tx.rekeyings.put(organisation, replace(row, state=RekeyState.DONE, changed=now))
    state = {} if exchange.state is not State.FAILED else {"state": State.SEEN if exchange.seen else State.VERIFIED}
    tx.exchanges.update(exchange.id, now, reason_code=REKEYED.code, local_number=into, **state)
    tx.alerts.clear(organisation, exchange.id, None, now)
    patient, decision = into.partition("^")[0], ("imported-anew",)
    tx.audit.append(of_exchange(exchange, "re-key-ended", "U", "success", now, patient=patient, decision=decision))
    tx.work.add(organisation, WorkKind.IMPORT, exchange.id, exchange.urgency, now)


def check_removed(tx: Transaction, exchange: ExchangeRow) -> None:
    """Nothing is imported again before what was undone is out of the PACS. Raises Conflict ``still-in-pacs``."""
    if asked_after_undoing(tx, exchange.organisation, exchange.id) is IMPORT_UNDONE:
        raise Conflict(
            "still-in-pacs",
            "The study is still in the PACS under the number that was wrong.",
            "Remove it there first, and confirm that here.",
        )


def _check(exchange: ExchangeRow, days: float, now: float) -> None:
    code = may_undo(Imported(exchange.state, exchange.imported_at, exchange.emptied is None), days, now)
    if code == "undo-too-late":
        raise Conflict(
            "undo-too-late",
            "The import was too long ago to be undone here.",
            "Have the study moved or removed in the PACS.",
        )
    if code:
        raise Conflict("not-undoable", "There is no import here to undo.", "See in the details how it stands.")
