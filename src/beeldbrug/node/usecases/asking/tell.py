"""Tell the other end what was asked, or replied: a signed part for each, in order, for certain.

The part is sealed, kept and noted with the request in one transaction, and delivered until the other end has it, as
answers are; a kill in between repeats nothing and loses nothing. Of an exchange that has ended nothing more is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from beeldbrug.kit.log import get
from beeldbrug.model.capsule import ImageReplyRecord, ImageRequestRecord
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import Direction
from beeldbrug.node.policy.asking import may_add, may_ask
from beeldbrug.node.ports.image_requests import ImageRequestRow, Reply
from beeldbrug.node.ports.records import AlertRow, ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.asking.facts import facts_of, requests_of
from beeldbrug.node.usecases.post import Post, SealedPart
from beeldbrug.sealed.envelope import EnvelopeKind

NOT_TOLD = "image-request-not-told"
NOT_TOLD_TEXTS = (
    "De andere organisatie kon uw vraag of antwoord over ontbrekende beelden niet ontvangen.",
    "Bel de andere organisatie en zeg het.",
)

log = get("asking")


@dataclass(frozen=True)
class AskStep:
    """The work ``ask`` of one organisation; its subject is an exchange."""

    database: Database
    post: Post
    clock: Callable[[], float]

    def step(self, subject: str) -> float | None:
        """Deliver what has not been. Raises Unavailable."""
        with self.database.read() as tx:
            exchange = tx.exchanges.get(self.post.own.ura, subject)
            rows = requests_of(tx, exchange) if exchange is not None else []
        if exchange is None or not self._is_open(exchange):
            return None
        self.post.deliver(exchange)
        asks = exchange.direction is Direction.IN
        for row in rows:
            if asks and row.part is None:
                self.post.publish(exchange, EnvelopeKind.REQUEST, [_request(row)], self._asked(exchange, row))
            elif not asks and row.reply is not None and row.reply_part is None:
                self.post.publish(exchange, EnvelopeKind.NOTICE, [_reply(row, row.reply)], self._replied(exchange, row))
        return None

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """The other end can no longer be told: a human must."""
        log.error("request for images not delivered", code=error.code, exchange=subject)
        nl, remedy_nl = NOT_TOLD_TEXTS
        with self.database.write() as tx:
            exchange = tx.exchanges.get(self.post.own.ura, subject)
            if exchange is not None and self._is_open(exchange):
                texts = (nl, error.text, remedy_nl, error.remedy)
                tx.alerts.raise_(AlertRow(0, self.post.own.ura, subject, NOT_TOLD, *texts, raised=self.clock()))
        return None

    def _is_open(self, exchange: ExchangeRow) -> bool:
        facts = facts_of(exchange, self.clock())
        return (may_ask if exchange.direction is Direction.IN else may_add)(facts).permitted

    def _asked(self, exchange: ExchangeRow, row: ImageRequestRow) -> Callable[..., bool]:
        return self._note(exchange, row, lambda now, part: replace(now, part=part))

    def _replied(self, exchange: ExchangeRow, row: ImageRequestRow) -> Callable[..., bool]:
        return self._note(exchange, row, lambda now, part: replace(now, reply_part=part))

    def _note(
        self,
        exchange: ExchangeRow,
        row: ImageRequestRow,
        carried: Callable[[ImageRequestRow, int], ImageRequestRow],
    ) -> Callable[[Transaction, Sequence[SealedPart]], bool]:
        def note(tx: Transaction, parts: Sequence[SealedPart]) -> bool:
            current = tx.exchanges.get(row.organisation, row.exchange)
            now = tx.image_requests.get(row.organisation, row.exchange, row.number)
            if current is None or now is None or now.reply != row.reply or not self._is_open(current):
                return False  # it was replied anew, or has ended meanwhile
            tx.image_requests.put(carried(now, parts[-1].row.number))
            tx.exchanges.bump(exchange.id, self.clock())  # whoever looks sees that it has left
            return True

        return note


def _request(row: ImageRequestRow) -> ImageRequestRecord:
    want = row.want
    kinds = tuple(kind.value for kind in want.kinds)
    return ImageRequestRecord(row.number, kinds, want.series, want.text, row.who, row.phone, row.urgency.value, row.at)


def _reply(row: ImageRequestRow, reply: Reply) -> ImageReplyRecord:
    return ImageReplyRecord(
        number=row.number,
        outcome=reply.outcome.value,
        who=reply.who,
        reason=reply.reason,
        text=reply.text,
        phone=reply.phone,
        at=reply.at,
        supplement=reply.supplement,
        had=max(0, row.had),
        parcels=reply.parcels,
    )
