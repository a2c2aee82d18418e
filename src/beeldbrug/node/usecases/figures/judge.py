"""Somebody who knows says whether an arrival spared a patient a repeat examination: the only way it is counted as a
fact. What nobody judged is estimated at most (``policy.figures``)."""

from __future__ import annotations

from beeldbrug.model.errors import Conflict
from beeldbrug.model.exchange import Direction
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.audit_event import of_exchange


def judge_repeat(database: Database, exchange: ExchangeRow, avoided: bool, actor: str, now: float) -> None:
    """Note it; the last word counts. Raises Conflict ``not-an-arrival``. The caller has checked the scope."""
    if exchange.direction is not Direction.IN or exchange.verified is None:
        raise Conflict(
            "not-an-arrival", "Only what came in complete can have spared an examination.", "Choose an arrival."
        )
    with database.write() as tx:
        tx.figures.judge(exchange.organisation, exchange.id, avoided, actor, now)
        tx.audit.append(of_exchange(exchange, "repeat-judged", "U", "success", now, actor=actor, avoided=avoided))
