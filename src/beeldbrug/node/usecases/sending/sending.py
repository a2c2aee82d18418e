"""Sending as a person does it: what of a bundle is told, taking it back, sending it again, and for whom a study is.

The engine sends; this only asks of it what a person asks. See ``order`` and ``gather``.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from beeldbrug.model.decision import Decision
from beeldbrug.model.errors import BeeldbrugError, Conflict, NotFound
from beeldbrug.model.exchange import Direction, Party, Route, State
from beeldbrug.node.policy.disclosure import Facts, may_send
from beeldbrug.node.ports.sending import OVER, Gathering, Source
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.deliver.again import deliver_again
from beeldbrug.node.usecases.inbox.listing import visible
from beeldbrug.node.usecases.partners.route import may_go_on
from beeldbrug.node.usecases.release import Choice, release
from beeldbrug.node.usecases.sending.address_book import AddressBook, clean_party, remembered
from beeldbrug.node.usecases.sending.find import Find
from beeldbrug.node.usecases.sending.order import Chosen, Order, place, terms_of
from beeldbrug.node.usecases.sign_in.signing import Session
from beeldbrug.node.usecases.withdraw import withdraw


@dataclass(frozen=True)
class Sending:
    """One organisation's."""

    organisation: str
    name: str
    database: Database
    find: Find
    book: AddressBook

    def decide(self, session: Session, order: Order) -> Decision:
        """What policy would say now; the word that counts is said when it is sent."""
        terms = terms_of(self._sender(session), order) if order.receiver.organisation else None
        if terms is None:
            return may_send(Facts(None, False))
        carried = self.book.route(order.receiver) is Route.DISC
        return may_send(Facts(terms, self.book.known(order.receiver), carried=carried))

    def place(self, session: Session, order: Order, now: float) -> list[Gathering]:
        """Send; the bundle. Raises as ``order.place``."""
        sender = self._sender(session)
        with self.database.write() as tx:
            place(tx, session, sender, order, now)
        return self.bundle(session, order.bundle)

    def bundle(self, session: Session, bundle: str) -> list[Gathering]:
        """What was sent at once. Raises NotFound outside the scope."""
        with self.database.read() as tx:
            rows = tx.gatherings.of_bundle(self.organisation, bundle)
            for row in rows:
                visible(tx, session, row.exchange)
        if not rows:
            raise NotFound("sending-unknown", "There is no such sending within your access.", "Go back to the list.")
        return rows

    def undo(self, session: Session, bundle: str, now: float) -> int:
        """Take all of it back; how many exchanges that was asked for. What was taken back before stays so."""
        asked = 0
        for row in self.bundle(session, bundle):
            try:
                withdraw(self.database, self.organisation, row.exchange, session.account.login, "undo", now)
                asked += 1
            except Conflict:  # it has ended or was taken back already
                continue
        return asked

    def again(self, session: Session, exchange: str, now: float) -> list[Gathering]:
        """Send once more what could not be gathered, as it was chosen, or the rest of what a partner took in part.
        Raises NotFound, Conflict ``not-failed``."""
        with self.database.read() as tx:
            row = visible(tx, session, exchange)
            gathering = tx.gatherings.get(self.organisation, exchange)
        if gathering is None or row.direction is not Direction.OUT:
            raise NotFound("sending-unknown", "There is no such sending within your access.", "Go back to the list.")
        if may_go_on(row):
            self.database.run(lambda tx: deliver_again(tx, row, session.account.login, now))
            return self.bundle(session, gathering.bundle)
        if gathering.state not in OVER or row.state not in (State.FAILED, State.WITHDRAWN, State.EXPIRED):
            raise Conflict("not-failed", "This sending has not failed.", "See its state in the list.")
        terms = row.terms
        chosen = Chosen(
            gathering.study_uid,
            gathering.source,
            gathering.origin,
            tuple(dict.fromkeys((*gathering.series, *gathering.later))) if gathering.series else (),
            row.description,
            row.modalities,
            gathering.expected if gathering.source is Source.PACS else 0,
            gathering.enclosure,
        )
        order = Order(
            bundle=uuid4().hex,
            chosen=(chosen,),
            receiver=terms.receiver,
            purpose=terms.purpose,
            ground=terms.ground,
            urgency=terms.urgency,
            responsible=terms.responsible,
            question=terms.question,
            consent=terms.consent,
            without=gathering.without,
        )
        return self.place(session, order, now)

    def for_whom(self, session: Session, exchange: str, choice: Choice, now: float) -> None:
        """Say for whom a parked study is; it is queued again. Raises as ``release``."""
        account = session.account
        with self.database.read() as tx:
            row = visible(tx, session, exchange)
        receiver = choice.receiver or row.terms.receiver
        full = Choice(
            receiver=self.book.named(clean_party(receiver)),
            purpose=choice.purpose,
            ground=choice.ground or row.terms.ground,
            responsible=choice.responsible or row.terms.responsible or account.name or account.login,
            urgency=choice.urgency,
            question=choice.question,
            consent=choice.consent,
            sender=self._sender(session),
        )
        terms = release(self.database, self.organisation, exchange, full, account.login, now)
        used = remembered(terms.receiver)
        self.database.run(lambda tx: tx.addresses.used(self.organisation, account.id, used, now))

    def _sender(self, session: Session) -> Party:
        account = session.account
        return Party(self.organisation, self.name, "", account.department, account.name, account.phone)


def reason_code(error: BeeldbrugError | None) -> str:
    """Its code, or nothing."""
    return "" if error is None else error.code
