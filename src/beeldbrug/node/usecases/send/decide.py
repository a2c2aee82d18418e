"""May a queued exchange go out: facts gathered, policy asked, outcome kept and audited (guarantee 4).

A parked exchange raises its alert in the same transaction, so that what policy holds back is never silent.
"""

from __future__ import annotations

from dataclasses import dataclass

from beeldbrug.model.decision import Decision, Effect
from beeldbrug.model.exchange import State
from beeldbrug.model.notice import Cause
from beeldbrug.node.policy.disclosure import Facts, may_send
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.alert import alert_of
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.trust import Trust
from beeldbrug.node.usecases.wake import wake

OUTCOME = {Effect.PERMIT: State.SENDING, Effect.PARK: State.PARKED, Effect.DENY: State.REFUSED}


@dataclass(frozen=True)
class Decide:
    """Decides for one organisation's outgoing exchanges."""

    database: Database
    trust: Trust

    def decide(self, exchange: ExchangeRow, now: float) -> State:
        """Decide and keep it; returns the new state. Raises Unavailable while the address book cannot be read."""
        receiver = exchange.terms.receiver.organisation
        facts = Facts(exchange.terms if receiver else None, bool(receiver) and self.trust.known(receiver))
        decision = may_send(facts)
        with self.database.write() as tx:
            current = tx.exchanges.get(exchange.organisation, exchange.id)
            if current is None or current.state is not State.QUEUED:
                return State.WITHDRAWN if current is None else current.state
            state = OUTCOME[decision.effect]
            code = "" if decision.permitted else decision.reasons[0].code
            tx.exchanges.update(exchange.id, now, state=state, reason_code=code)
            event = of_exchange(
                exchange,
                "disclose-decision",
                "E",
                decision.effect,
                now,
                decision=tuple(reason.code for reason in decision.reasons),
                table=decision.table_version,
                obligations=",".join(decision.obligations),
            )
            tx.audit.append(event)
            _tell(tx, exchange, decision, now)
            if state is State.PARKED:
                wake(tx, exchange, Cause.PARKED, now)
        return state


def _tell(tx: Transaction, exchange: ExchangeRow, decision: Decision, now: float) -> None:
    tx.alerts.clear(exchange.organisation, exchange.id, None, now)
    for reason in () if decision.permitted else decision.reasons:
        tx.alerts.raise_(alert_of(exchange, reason, now))
