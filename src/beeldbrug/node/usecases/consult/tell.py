"""Tell the sender what was answered: a signed part of kind ``answer`` for each answer, in order, for certain.

The part is sealed, kept and noted with the answer in one transaction, and delivered until the hub has it, as receipts
are; a kill in between repeats nothing and loses nothing. After "stay" the hub's copy for this receiver goes too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from beeldbrug.kit.log import get
from beeldbrug.model.capsule import AnswerRecord
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.policy.consult import STAYS
from beeldbrug.node.ports.consult import AnswerRow
from beeldbrug.node.ports.records import AlertRow, ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.post import Post, SealedPart
from beeldbrug.sealed.envelope import EnvelopeKind

NOT_TOLD = "answer-not-told"
NOT_TOLD_NL = "De afzender kon uw antwoord niet ontvangen."

log = get("answers")


@dataclass(frozen=True)
class TellStep:
    """The work ``answer`` of one organisation; its subject is an exchange."""

    database: Database
    post: Post
    clock: Callable[[], float]

    def step(self, subject: str) -> float | None:
        """Deliver what has not been. Raises Unavailable."""
        with self.database.read() as tx:
            exchange = tx.exchanges.get(self.post.own.ura, subject)
            rows = tx.answers.untold(self.post.own.ura, subject)
        if exchange is None or exchange.direction is not Direction.IN:
            return None
        self.post.deliver(exchange)
        for row in rows:
            self.post.publish(exchange, EnvelopeKind.ANSWER, [_record(row)], _note(row))
        if rows:
            self._told(exchange)
        if exchange.state is State.REFUSED and exchange.reason_code == STAYS.code:
            self.post.ways.toward(exchange.peer).withdraw(exchange.id)  # as its receiver: what waits for us there
        return None

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """The sender can no longer be told: a human must."""
        log.error("answer not delivered", code=error.code, exchange=subject)
        texts = (NOT_TOLD_NL, error.text, "Bel de afzender en zeg het antwoord.")
        with self.database.write() as tx:
            if tx.exchanges.get(self.post.own.ura, subject) is not None:
                row = AlertRow(0, self.post.own.ura, subject, NOT_TOLD, *texts, error.remedy, raised=self.clock())
                tx.alerts.raise_(row)
        return None

    def _told(self, exchange: ExchangeRow) -> None:
        """Whoever looks sees that it has left."""
        with self.database.write() as tx:
            tx.exchanges.bump(exchange.id, self.clock())


def _record(row: AnswerRow) -> AnswerRecord:
    return AnswerRecord(row.number, row.answer.value, row.outcome.value, row.who, row.text, row.phone, row.at)


def _note(row: AnswerRow) -> Callable[[Transaction, Sequence[SealedPart]], bool]:
    def note(tx: Transaction, parts: Sequence[SealedPart]) -> bool:
        tx.answers.told(row.organisation, row.exchange, row.number, parts[-1].row.number)
        return True

    return note
