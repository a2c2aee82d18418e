"""May a queued exchange go out: facts gathered, policy asked, outcome kept and audited (guarantee 4).

A parked exchange raises its alert in the same transaction, so that what policy holds back is never silent.
"""

from __future__ import annotations

from dataclasses import dataclass

from beeldbrug.model.decision import Decision, Effect
from beeldbrug.model.exchange import Party, Route, State, is_partner
from beeldbrug.model.notice import Cause
from beeldbrug.node.policy.disclosure import Facts, may_send
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.alert import alert_of
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.partners.route import route_to
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
        receiver = exchange.terms.receiver
        route = route_to(self.database, exchange.organisation, receiver)
        facts = Facts(
            exchange.terms if receiver.organisation else None,
            self._known(receiver, route),
            carried=route is Route.DISC,
        )
        decision = may_send(facts)
        with self.database.write() as tx:
            current = tx.exchanges.get(exchange.organisation, exchange.id)
            if current is None or current.state is not State.QUEUED:
                return State.WITHDRAWN if current is None else current.state
            state = OUTCOME[decision.effect]
            code = "" if decision.permitted else decision.reasons[0].code
            tx.exchanges.update(exchange.id, now, state=state, reason_code=code, route=route or Route.HUB)
            event = of_exchange(
                exchange,
                "disclose-decision",
                "E",
                decision.effect,
                now,
                decision=tuple(reason.code for reason in decision.reasons),
                table=decision.table_version,
                obligations=",".join(decision.obligations),
                route=route or "",
            )
            tx.audit.append(event)
            _tell(tx, exchange, decision, now)
            if state is State.PARKED:
                wake(tx, exchange, Cause.PARKED, now)
        return state

    def _known(self, receiver: Party, route: Route | None) -> bool:
        if is_partner(receiver.organisation):
            return route is not None
        return bool(receiver.organisation) and self.trust.known(receiver.organisation)


def _tell(tx: Transaction, exchange: ExchangeRow, decision: Decision, now: float) -> None:
    tx.alerts.clear(exchange.organisation, exchange.id, None, now)
    for reason in () if decision.permitted else decision.reasons:
        tx.alerts.raise_(alert_of(exchange, reason, now))
