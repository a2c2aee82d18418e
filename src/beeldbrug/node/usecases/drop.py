"""A parked study is for nobody: the exchange ends without anything having left. The instances stay as they came."""

from __future__ import annotations

from beeldbrug.model.exchange import State
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.release import parked

FOR_NOBODY = "for-nobody"


def drop(database: Database, organisation: str, exchange_id: str, actor: str, now: float) -> None:
    """End it. Raises NotFound ``exchange-unknown``, Conflict ``not-parked``."""
    with database.write() as tx:
        exchange = parked(tx, organisation, exchange_id)
        tx.exchanges.update(exchange.id, now, state=State.WITHDRAWN, withdrawn=now, reason_code=FOR_NOBODY)
        tx.alerts.clear(organisation, exchange.id, None, now)
        tx.audit.append(of_exchange(exchange, "drop", "D", "success", now, actor=actor, reason=FOR_NOBODY))
