"""An import under an emergency number, of which nobody has said yet whose it is: that stays in sight, whatever came
since, and what the hospital said meanwhile is taken up when it has ended."""

from __future__ import annotations

from beeldbrug.model.exchange import Urgency
from beeldbrug.node.policy.reconciliation import EMERGENCY
from beeldbrug.node.policy.rekeying import QUESTION
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.rekeying import UNKNOWN, RekeyState
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.alert import alert_of


def note_unknown(tx: Transaction, exchange: ExchangeRow, now: float) -> str:
    """The reason that an import ends with when it stands under an emergency number, else empty."""
    row = tx.rekeyings.get(exchange.organisation, exchange.id)
    if row is None or row.state not in UNKNOWN:
        return ""
    reason = QUESTION if row.state is RekeyState.QUESTION else EMERGENCY
    tx.alerts.raise_(alert_of(exchange, reason, now))
    if row.state is RekeyState.ASKED:
        tx.work.add(exchange.organisation, WorkKind.REKEY, exchange.id, Urgency.URGENT, now)
    return reason.code
