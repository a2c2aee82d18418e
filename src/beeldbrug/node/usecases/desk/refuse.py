"""The receiver refuses an arrival: keys and rows go, the sender sees *refused* with the reason (DESIGN section 3)."""

from __future__ import annotations

from beeldbrug.model.errors import Conflict, Malformed
from beeldbrug.model.exchange import State
from beeldbrug.node.policy.refusal import REFUSALS
from beeldbrug.node.ports.segments import SegmentStore
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.arrival import arrival
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.desk.choose import check_undecided
from beeldbrug.node.usecases.desk.claim import take
from beeldbrug.node.usecases.desk.undo import check_removed
from beeldbrug.node.usecases.withdraw import forget

REFUSABLE = frozenset({State.ARRIVING, State.VERIFIED, State.SEEN, State.FAILED})


def refuse(
    database: Database,
    store: SegmentStore,
    organisation: str,
    exchange_id: str,
    code: str,
    actor: str,
    now: float,
    as_of: float | None = None,
) -> None:
    """Refuse with a reason of ``policy.refusal``. What is in the PACS already stays there, and is a Conflict; so is
    what a colleague decided after ``as_of`` (see ``choose``).

    Raises NotFound, Conflict ``not-refusable``, ``decided-meanwhile``, ``desk-taken``, ``still-in-pacs`` or
    ``import-had-begun``, Malformed ``refusal-unknown``.
    """
    if code not in REFUSALS:
        raise Malformed("refusal-unknown", "This is no reason to refuse.", f"One of: {', '.join(REFUSALS)}.")
    with database.write() as tx:
        exchange = arrival(tx, organisation, exchange_id)
        if exchange.state not in REFUSABLE:
            raise Conflict("not-refusable", f"An arrival that is {exchange.state.value} cannot be refused.")
        check_undecided(exchange, as_of)
        check_removed(tx, exchange)
        take(tx, exchange, actor, now)
        if tx.imports.begun(exchange.id):
            raise Conflict(
                "import-had-begun",
                "Importing into the PACS has begun.",
                "Finish or remove it in the PACS, and tell the sender.",
            )
        packs = forget(tx, exchange, State.REFUSED, now)
        tx.exchanges.update(exchange.id, now, reason_code=code, local_number="")
        tx.alerts.clear(organisation, exchange.id, None, now)
        tx.audit.append(
            of_exchange(
                exchange,
                "refuse",
                "D",
                "success",
                now,
                actor=actor,
                decision=(code,),
                seen=exchange.seen is not None,
            )
        )
        tx.work.add(organisation, WorkKind.RECEIPT, exchange.id, exchange.urgency, now)
    for pack in packs:
        store.delete_pack(pack)
