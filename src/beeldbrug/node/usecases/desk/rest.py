"""Import series that an import had left out: under the same number, for the same order, written in the same way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from beeldbrug.model.errors import Conflict
from beeldbrug.model.exchange import State
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.arrival import arrival
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.desk.claim import take
from beeldbrug.node.usecases.desk.wish import series_wish
from beeldbrug.node.usecases.imports.left_out import instances_out, series_left, series_of


def import_rest(
    database: Database,
    organisation: str,
    exchange_id: str,
    series: Collection[str],
    without: Collection[str],
    actor: str,
    now: float,
    rejected: bool = False,
) -> None:
    """Import these series (UIDs) as well, and what its sender takes back (``rejected``); ``without`` are the rule's
    modalities.

    Raises NotFound, Conflict ``nothing-left-out`` or ``desk-taken``, Malformed ``no-series``.
    """
    with database.write() as tx:
        exchange = arrival(tx, organisation, exchange_id)
        left, back = series_left(tx, exchange, without), instances_out(tx, exchange)
        here = exchange.state is State.IMPORTED and exchange.emptied is None
        if not here or not (left or back):
            raise Conflict(
                "nothing-left-out",
                "There is nothing of this study that can still be imported.",
                "See in its details what is in the PACS.",
            )
        take(tx, exchange, actor, now)
        taken = bool(rejected and back)
        wanted = left & frozenset(series) if taken else series_wish(left & frozenset(series))
        plan = tx.plans.get(organisation, exchange_id)
        plan = replace(plan, within=plan.within | wanted, without=plan.without - wanted)
        plan = replace(plan, rejected=plan.rejected or taken)
        tx.plans.put(organisation, exchange_id, plan)
        tx.exchanges.update(exchange.id, now, state=State.SEEN if exchange.seen is not None else State.VERIFIED)
        count = sum(row.instances for row in series_of(tx, exchange) if row.series_uid in wanted)
        count += len(back) if taken else 0
        tx.audit.append(
            of_exchange(exchange, "desk-import", "U", "success", now, actor=actor, decision=("rest",), instances=count)
        )
        tx.work.add(organisation, WorkKind.IMPORT, exchange.id, exchange.urgency, now)
