"""Under which number does an arrival go into the PACS: by all that the hospital knows (FIELD 5.6 rule 2).

Keeps the outcome with its reasons; what waits for a human is raised as an alert and asked again later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from beeldbrug.model.exchange import Urgency
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.model.importing import CoercionTable, Order
from beeldbrug.node.policy.orders import SEVERAL_ORDERS, fitting
from beeldbrug.node.policy.reconciliation import (
    CHOSEN,
    EMERGENCY,
    REKEYED,
    SETTLED,
    Match,
    Reconciliation,
    reconcile,
    waits,
)
from beeldbrug.node.policy.rekeying import DIGITS
from beeldbrug.node.policy.rules import ImportRule
from beeldbrug.node.policy.undoing import may_follow
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.rekeying import Rekeying, RekeyState
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.alert import alert_of
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.imports.chosen import chosen_number, kept_number, written
from beeldbrug.node.usecases.imports.coerce import Coercion
from beeldbrug.node.usecases.imports.place_order import PlaceOrder
from beeldbrug.node.usecases.imports.undone import asked_after_undoing, earlier_arrivals
from beeldbrug.node.usecases.known import Known


@dataclass(frozen=True)
class DecideImport:
    """Decides for one organisation. ``table`` gives the table of coercion in force."""

    database: Database
    known: Known
    rule: ImportRule
    clock: Callable[[], float]
    table: Callable[[], CoercionTable] = CoercionTable
    placing: PlaceOrder | None = None

    def decide(self, exchange: ExchangeRow, arrived: Patient) -> Coercion | None:
        """What to coerce to, or None when a human must decide. Raises Unavailable when a source does not answer.

        Demographics are the PACS's own where it knows the number, else those that the hospital told of it; where
        nobody knows it, only the number is changed.
        """
        by_human = chosen_number(exchange, self.rule.issuer)
        asked = self.placing.current(exchange) if self.placing is not None else None
        # a supplement goes where the rest of the study is, and whose order was asked for stands
        number = by_human or self._begun(exchange) or (asked.number if asked is not None else None)
        if number is not None:
            chosen = exchange.reason_code == CHOSEN.code or (asked is not None and asked.chosen)
            records = self.known.of_number(number)
            orders = [] if asked is not None else self._orders(exchange, number)
            local = records[0].patient if records else None
            return self._coercion(exchange, number, local, orders, chosen, arrived)
        with self.database.read() as tx:
            undone = asked_after_undoing(tx, exchange.organisation, exchange.id)
        found, number, orders = (waits(undone), None, []) if undone else self._found(exchange, arrived)
        now = self.clock()
        with self.database.write() as tx:
            current = tx.exchanges.get(exchange.organisation, exchange.id)
            if current is None or current.reason_code in SETTLED:
                return None  # a human decided meanwhile; his wish for work brings us back
            if number is not None and found.match is Match.EMERGENCY:
                number = self._emergency(tx, exchange, number)
            kept = tx.own_patients.standing(exchange.organisation, self._kept(number))
            apart = None if undone else may_follow(kept, earlier_arrivals(tx, exchange))
            if apart is not None:
                found, number = waits(apart), None
            self._note(tx, exchange, found, number, now)
        if number is None:
            return None
        makes = found.match is Match.EXACT
        return self._coercion(exchange, number, found.local, orders, False, arrived if makes else None)

    def _found(
        self, exchange: ExchangeRow, arrived: Patient
    ) -> tuple[Reconciliation, PatientNumber | None, list[Order]]:
        """By all that the hospital knows: the number, if one is certain, and orders that fit. Raises Unavailable."""
        candidates = [one.patient for one in self.known.find(arrived).for_import()]
        found = reconcile(arrived, candidates, self.rule, exchange.urgency)
        number = self._number(exchange, found)
        orders = self._orders(exchange, number) if number is not None and found.match is Match.EXACT else []
        if len(orders) > 1 and exchange.urgency is not Urgency.STAT:  # minutes count: stat goes without
            return waits(SEVERAL_ORDERS), None, []
        return found, number, orders

    def _orders(self, exchange: ExchangeRow, number: PatientNumber) -> list[Order]:
        """Orders that fit, unless that is settled. Raises Unavailable."""
        with self.database.read() as tx:
            plan = tx.plans.get(exchange.organisation, exchange.id)
        if plan.ordered:
            return [plan.order] if plan.order is not None else []
        if not self.rule.orders.wanted:
            return []
        return fitting(self.known.orders(number), exchange.modalities, exchange.created, self.rule.orders)

    def _coercion(
        self,
        exchange: ExchangeRow,
        number: PatientNumber,
        local: Patient | None,
        orders: list[Order],
        chosen: bool,
        arrived: Patient | None,
    ) -> Coercion | None:
        """Settle order and table, once for all of its instances; None while an order that is to be made is waited for.
        Without ``arrived`` none is made."""
        order = orders[0] if len(orders) == 1 else None
        if not orders and arrived is not None and self._makes(exchange):
            order = self._placed(exchange, number, chosen, local, arrived)
            if order is None:
                return None
        with self.database.write() as tx:
            plan = tx.plans.get(exchange.organisation, exchange.id)
            if plan.ordered:
                order = plan.order
            table = plan.table or self.table()
            tx.plans.put(exchange.organisation, exchange.id, replace(plan, order=order, ordered=True, table=table))
        return Coercion(number, local, order, exchange.terms.sender.name, exchange.created, table, chosen)

    def _makes(self, exchange: ExchangeRow) -> bool:
        """Whether an order is to be made: nothing is settled and nothing has begun."""
        if self.placing is None:
            return False
        with self.database.read() as tx:
            settled = tx.plans.get(exchange.organisation, exchange.id).ordered or tx.imports.begun(exchange.id)
        rekeyed = exchange.reason_code == REKEYED.code  # minutes do not count any more
        return not settled and self.placing.making.wanted(Urgency.ROUTINE if rekeyed else exchange.urgency)

    def _placed(
        self, exchange: ExchangeRow, number: PatientNumber, chosen: bool, local: Patient | None, arrived: Patient
    ) -> Order | None:
        return self.placing.order(exchange, number, chosen, local, arrived) if self.placing is not None else None

    def under(self, exchange: ExchangeRow, number: PatientNumber) -> Coercion:
        """What was decided of it, under another number that the same patient has. Raises Unavailable."""
        records = self.known.of_number(number)
        with self.database.read() as tx:
            plan = tx.plans.get(exchange.organisation, exchange.id)
        local = records[0].patient if records else None
        table = plan.table or self.table()
        return Coercion(number, local, plan.order, exchange.terms.sender.name, exchange.created, table, True)

    def _begun(self, exchange: ExchangeRow) -> PatientNumber | None:
        """The number under which an import of this exchange has begun: it stands (guarantee 3)."""
        with self.database.read() as tx:
            begun = tx.imports.begun(exchange.id)
        return kept_number(exchange, self.rule.issuer) if begun else None

    def _number(self, exchange: ExchangeRow, found: Reconciliation) -> PatientNumber | None:
        if found.match is Match.EXACT:
            return found.number
        if found.match is Match.EMERGENCY:
            value = self.rule.emergency_prefix + str(UUID(exchange.id).int % 10**DIGITS).zfill(DIGITS)
            return PatientNumber(value, self.rule.emergency_issuer)
        return None

    def _emergency(self, tx: Transaction, exchange: ExchangeRow, number: PatientNumber) -> PatientNumber:
        """The emergency number that it has, or the next that no other import was given."""
        held = tx.rekeyings.get(exchange.organisation, exchange.id)
        if held is not None:
            return PatientNumber(held.number.partition("^")[0], number.issuer)
        prefix, digits = self.rule.emergency_prefix, int(number.value.removeprefix(self.rule.emergency_prefix))
        while tx.rekeyings.under(exchange.organisation, number.value):
            digits = (digits + 1) % 10**DIGITS
            number = replace(number, value=prefix + str(digits).zfill(DIGITS))
        return number

    def _kept(self, number: PatientNumber | None) -> str:
        if number is None:
            return ""
        return number.value if number.issuer == self.rule.issuer else written(number)

    def _note(
        self, tx: Transaction, exchange: ExchangeRow, found: Reconciliation, number: PatientNumber | None, now: float
    ) -> None:
        reasons = found.decision.reasons
        code = "" if found.match is Match.EXACT else reasons[0].code
        if number is None and exchange.reason_code == code:
            return  # it waited for the same reason before
        tx.exchanges.update(exchange.id, now, reason_code=code, local_number=self._kept(number))
        if found.match is Match.EMERGENCY and number is not None:
            stands = Rekeying(exchange.id, self._kept(number), RekeyState.STANDS, now)
            tx.rekeyings.put(exchange.organisation, stands)
        tx.alerts.clear(exchange.organisation, exchange.id, None, now)
        if found.match is not Match.EXACT:
            tx.alerts.raise_(alert_of(exchange, EMERGENCY if number else reasons[0], now))
        tx.audit.append(
            of_exchange(
                exchange,
                "reconcile",
                "E",
                found.match,
                now,
                patient=number.value if number else "",
                decision=tuple(reason.code for reason in reasons),
            )
        )
