"""Make the order for an import where the worklist has none: ask the RIS, and wait until it is acknowledged (IRWF.b).

The message is fixed in the vault before it is sent; a repeat, also after a crash, is the same message. What is refused
or not answered waits in sight; a human asks again or goes on without. Nothing is imported before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from beeldbrug.model.decision import Reason
from beeldbrug.model.errors import Malformed, Unavailable, Unsupported
from beeldbrug.model.exchange import Urgency
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.model.importing import Code, Order
from beeldbrug.node.policy.bsn import bsn_of
from beeldbrug.node.policy.ordering import (
    NO_NUMBER,
    NO_PROCEDURE,
    REFUSED,
    UNANSWERED,
    UNWRITABLE,
    Making,
    Procedure,
    procedure_for,
)
from beeldbrug.node.policy.reconciliation import CHOSEN
from beeldbrug.node.ports.messages import Outgoing, Peer
from beeldbrug.node.ports.ordering import Asked, MadeOrder, OrderMessages, OrderState
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.alert import alert_of
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.cancel_order import control_id
from beeldbrug.node.usecases.imports.left_out import series_left, series_of

MOST_ACCESSION = 16
"""Characters of an SH value (PS3.5 section 6.2)."""

NO_ROW = Procedure(Code("", "", ""))
"""What stands for a procedure that no row of the table gives."""


@dataclass(frozen=True)
class PlaceOrder:
    """Makes orders for one organisation. ``peers`` gives a system by its name, as it is set now."""

    organisation: str
    database: Database
    messages: OrderMessages
    outgoing: Outgoing
    peers: Callable[[str], Peer]
    making: Making
    without: tuple[str, ...]
    clock: Callable[[], float]

    def current(self, exchange: ExchangeRow) -> MadeOrder | None:
        """The order that was asked for, if one was: its number stands."""
        with self.database.read() as tx:
            return tx.made_orders.current(self.organisation, exchange.id)

    def order(
        self, exchange: ExchangeRow, number: PatientNumber, chosen: bool, local: Patient | None, arrived: Patient
    ) -> Order | None:
        """The order, or None while the import has to wait for it."""
        made = self.current(exchange) or self._made(exchange, number, chosen, local or arrived, arrived)
        if made.state is OrderState.REFUSED:
            return None
        return made.order if made.state is OrderState.PLACED else self._ask(exchange, made)

    def _made(
        self, exchange: ExchangeRow, number: PatientNumber, chosen: bool, patient: Patient, arrived: Patient
    ) -> MadeOrder:
        """Fix a new one; one that cannot be made waits for the desk like one that was refused."""
        with self.database.write() as tx:
            now = self.clock()
            procedure = self._procedure(tx, exchange)
            value = self.making.prefix + str(tx.made_orders.next_number(self.organisation)).zfill(self.making.digits)
            asked = self._asked(tx, exchange, number, patient, arrived, procedure or NO_ROW, value, now)
            why, content = (None, self._content(asked)) if procedure is not None else (NO_PROCEDURE, b"")
            if not content:
                why = why or UNWRITABLE
            code = asked.code
            made = MadeOrder(
                exchange.id,
                self.making.peer,
                OrderState.REFUSED if why else OrderState.ASKED,
                asked,
                Order(value, self.making.issuer, "", "", value, code.meaning, code, asked.modality),
                number,
                chosen,
                content,
                now,
                now,
                reason=why.code if why else "",
            )
            tx.made_orders.put(self.organisation, made)
            if why is not None:
                self._wait(tx, exchange, why, now, made)
            else:
                tx.audit.append(of_exchange(exchange, "order-asked", "C", "success", now, patient=number.value))
        return made

    def _content(self, asked: Asked) -> bytes:
        """The message, empty where it cannot be written."""
        if len(asked.placer) > MOST_ACCESSION:
            return b""
        try:
            return self.messages.write(self.peers(self.making.peer), asked)
        except (Unsupported, Unavailable):
            return b""

    def _procedure(self, tx: Transaction, exchange: ExchangeRow) -> Procedure | None:
        parts = {row.body_part for row in series_of(tx, exchange) if row.body_part}
        return procedure_for(self._modalities(tx, exchange), parts, self.making.procedures)

    def _modalities(self, tx: Transaction, exchange: ExchangeRow) -> list[str]:
        """Of the series that are imported."""
        left = series_left(tx, exchange, self.without)
        return list(dict.fromkeys(row.modality for row in series_of(tx, exchange) if row.series_uid not in left))

    def _asked(
        self,
        tx: Transaction,
        exchange: ExchangeRow,
        number: PatientNumber,
        patient: Patient,
        arrived: Patient,
        procedure: Procedure,
        value: str,
        now: float,
    ) -> Asked:
        bsn = bsn_of(patient) or bsn_of(arrived)
        modalities = self._modalities(tx, exchange)
        making = self.making
        return Asked(
            form=making.form,
            control=making.control,
            status=making.status,
            control_id=control_id(),
            placer=value,
            when=now,
            number=number.value,
            authority=making.authority or number.issuer,
            bsn=bsn[0] if bsn is not None else "",
            name=patient.name,
            birth_date=patient.birth_date,
            sex=patient.sex,
            code=procedure.code,
            modality=procedure.modality or next(iter(modalities), ""),
            study_uid=exchange.study_uid,
            urgent=exchange.urgency in (Urgency.STAT, Urgency.ASAP),
            sender=exchange.terms.sender.name,
            issuer=making.issuer,
        )

    def _ask(self, exchange: ExchangeRow, made: MadeOrder) -> Order | None:
        """Send it, and note what was answered."""
        try:
            answered = self.outgoing.send(self.peers(made.peer), made.content)
        except (Unavailable, Malformed) as error:
            self._note(exchange, replace(made, reason=error.code), UNANSWERED)
            return None
        if not answered.accepted:
            refused = replace(made, state=OrderState.REFUSED, reason=answered.reason)
            self._note(exchange, refused, REFUSED)
            return None
        placed = replace(made, state=OrderState.PLACED, reason="")
        if self.making.from_reply:
            value = self.messages.accession_in(answered.content)
            if not value:
                self._note(exchange, replace(made, state=OrderState.REFUSED, reason=NO_NUMBER.code), NO_NUMBER)
                return None
            placed = replace(placed, order=replace(made.order, accession_number=value, procedure_id=value))
        return placed.order if self._note(exchange, placed, None) else None

    def _note(self, exchange: ExchangeRow, made: MadeOrder, why: Reason | None) -> bool:
        """Keep how it stands; False when the desk has decided otherwise meanwhile."""
        now = self.clock()
        with self.database.write() as tx:
            there = tx.made_orders.current(self.organisation, exchange.id)
            if there is None or there.asked.control_id != made.asked.control_id:
                return False
            tx.made_orders.put(self.organisation, replace(made, changed=now))
            if why is not None:
                self._wait(tx, exchange, why, now, made)
                return True
            code = CHOSEN.code if made.chosen else ""
            tx.exchanges.update(exchange.id, now, reason_code=code)
            tx.alerts.clear(self.organisation, exchange.id, None, now)
            tx.audit.append(of_exchange(exchange, "order-placed", "C", "success", now, patient=made.number.value))
        return True

    def _wait(self, tx: Transaction, exchange: ExchangeRow, why: Reason, now: float, made: MadeOrder) -> None:
        """In sight, once for the same reason."""
        current = tx.exchanges.get(self.organisation, exchange.id)
        if current is None or current.reason_code == why.code:
            return
        tx.exchanges.update(exchange.id, now, reason_code=why.code)
        tx.alerts.clear(self.organisation, exchange.id, None, now)
        tx.alerts.raise_(alert_of(exchange, why, now))
        tx.audit.append(
            of_exchange(
                exchange, "order-placed", "C", why.code, now, patient=made.number.value, decision=(made.reason,)
            )
        )
