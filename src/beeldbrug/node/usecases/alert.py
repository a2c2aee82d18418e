"""The alert that a reason of policy raises beside its exchange: its texts and remedy, in both languages."""

from __future__ import annotations

from beeldbrug.model.decision import Reason
from beeldbrug.node.ports.records import AlertRow, ExchangeRow


def alert_of(exchange: ExchangeRow, reason: Reason, now: float) -> AlertRow:
    """The alert; ``now`` in POSIX seconds."""
    texts = (reason.nl, reason.en, reason.remedy_nl, reason.remedy_en)
    return AlertRow(0, exchange.organisation, exchange.id, reason.code, *texts, raised=now)
