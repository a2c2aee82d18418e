"""Who may come into a live view of an exchange, and what the node needs to carry it to the other end.

The same who may open the study: what was withdrawn, erased or has expired is not there. Sharing what one sees is on
record, once for each exchange within a viewing's time; being there is by the viewing itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.ports.live import Present
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.consult.channel import Channel
from beeldbrug.node.usecases.inbox.listing import visible
from beeldbrug.node.usecases.read.reach import may_be_read
from beeldbrug.node.usecases.read.view import Ledger
from beeldbrug.node.usecases.sign_in.signing import Session

OVER = frozenset({State.WITHDRAWN, State.EXPIRED, State.REFUSED})


@dataclass(frozen=True)
class Look:
    """Entrance to the live views of one organisation."""

    database: Database
    organisation: str
    now: Callable[[], float]
    monotonic: Callable[[], float]
    ledger: Ledger = field(default_factory=Ledger)

    def enter(self, session: Session, exchange_id: str) -> tuple[ExchangeRow, bool]:
        """The exchange, and whether its study may be looked at now. Raises NotFound outside the session's reach."""
        with self.database.read() as tx:
            exchange = visible(tx, session, exchange_id)
        return exchange, is_open(exchange, self.now())

    def channel(self, exchange: ExchangeRow) -> Channel | None:
        """To the other end; None before anything has left, or when its secret has gone."""
        with self.database.read() as tx:
            secret = tx.live_secrets.get(self.organisation, exchange.id)
        if secret is None:
            return None
        return Channel(secret, exchange.id, self.organisation, exchange.peer, self.monotonic)

    def shared(self, session: Session, exchange: ExchangeRow) -> None:
        """Put on record that somebody shows what he sees."""
        now = self.now()
        marks = self.ledger.fresh([(session.token, exchange.id, "share")], now)
        if not marks:
            return
        event = of_exchange(exchange, "share-view", "E", "success", now, actor=session.account.login)

        def deed(tx: Transaction) -> None:
            tx.audit.append(event)

        self.database.run(deed)
        self.ledger.keep(marks, now)


def is_open(exchange: ExchangeRow, now: float) -> bool:
    """Whether the study may be looked at here."""
    if exchange.direction is Direction.IN:
        return may_be_read(exchange, now)
    return exchange.withdrawn is None and exchange.emptied is None and exchange.state not in OVER


def person(session: Session, page: str, sharing: bool) -> Present:
    """Who a session is, to those who look along."""
    account = session.account
    who = (account.name or account.login, " ".join(account.roles), account.department)
    return Present(page, *who, here=True, sharing=sharing, phone=account.phone)
