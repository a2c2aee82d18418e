"""What comes in about missing images: the receiver's request at the sender, and the sender's reply at the receiver.

Believed for the parcel that it is about and from its other end only; the chain of envelopes refuses a replay. What asks
for more of an exchange that has ended is on record, and nothing else.
"""

from __future__ import annotations

from dataclasses import replace

from beeldbrug.model.capsule import ImageReplyRecord, ImageRequestRecord
from beeldbrug.model.errors import Conflict, Denied, NotFound, TooLarge, Unsupported
from beeldbrug.model.exchange import Direction, Urgency
from beeldbrug.model.image_request import OPEN, RequestState, Want, Wanted
from beeldbrug.model.notice import Cause
from beeldbrug.node.policy.asking import ASKED_FOR, IMAGES_REFUSED, may_add
from beeldbrug.node.ports.image_requests import ImageRequestRow, Reply
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.alert import alert_of
from beeldbrug.node.usecases.arrival import arrival
from beeldbrug.node.usecases.asking.ask import REQUESTS_MOST
from beeldbrug.node.usecases.asking.facts import codes, cut_text, facts_of, had_now, request_of, requests_of
from beeldbrug.node.usecases.asking.settle import settle_requests
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.wake import wake
from beeldbrug.sealed.envelope import Envelope


def take_request(
    tx: Transaction, organisation: str, envelope: Envelope, record: ImageRequestRecord, now: float
) -> None:
    """Apply one request within the transaction that keeps its part.

    Raises Denied ``image-request-misplaced``, Conflict ``image-request-reused``, Unsupported ``image-request-unknown``,
    TooLarge ``image-requests-too-many``.
    """
    exchange = tx.exchanges.get(organisation, envelope.parcel)
    if exchange is None or exchange.peer != envelope.sender or exchange.direction is not Direction.OUT:
        raise Denied("image-request-misplaced", "A request for images belongs to no sending to that organisation.")
    earlier = requests_of(tx, exchange)
    if earlier and record.number <= earlier[-1].number:
        raise Conflict("image-request-reused", "A request with this number came before.", "Call the receiver.")
    if len(earlier) >= REQUESTS_MOST:
        raise TooLarge("image-requests-too-many", "More was asked in this exchange than anybody answers.", "Call.")
    row = _row(exchange, envelope, record)
    decision = may_add(facts_of(exchange, now))
    if decision.permitted:
        tx.image_requests.add(row)
        tx.exchanges.bump(exchange.id, now)
        tx.alerts.raise_(alert_of(exchange, ASKED_FOR, now))
        wake(tx, exchange, Cause.REQUEST, now)
    outcome = "success" if decision.permitted else decision.reasons[0].code
    tx.audit.append(
        of_exchange(
            exchange,
            "images-asked",
            "E",
            outcome,
            now,
            actor=exchange.peer,
            decision=codes(decision),
            kinds=" ".join(kind.value for kind in row.want.kinds),
            series=len(row.want.series),
            urgency=row.urgency.value,
        )
    )


def take_reply(tx: Transaction, organisation: str, envelope: Envelope, record: ImageReplyRecord, now: float) -> None:
    """Apply one reply within the transaction that keeps its part.

    Raises Denied ``image-reply-misplaced``, Unsupported ``image-request-unknown``.
    """
    exchange = tx.exchanges.get(organisation, envelope.parcel)
    if exchange is None or exchange.peer != envelope.sender or exchange.direction is not Direction.IN:
        raise Denied("image-reply-misplaced", "A reply belongs to no arrival from that organisation.")
    row = tx.image_requests.get(organisation, exchange.id, record.number)
    if row is None:
        raise Denied("image-reply-misplaced", "A reply is about a request that was never made.")
    reply = _reply(record)
    outcome = reply.reason or "success"
    tx.audit.append(
        of_exchange(
            exchange, "images-reply", "U", outcome, now, actor=exchange.peer, decision=(f"images-{reply.outcome}",)
        )
    )
    if row.state not in OPEN and row.state is not RequestState.REFUSED:
        return  # it has come already
    tx.image_requests.put(
        replace(row, state=reply.outcome, reply=reply, reply_part=envelope.part, had=record.had, ended=None, heard=None)
    )
    tx.exchanges.bump(exchange.id, now)
    clear_refusal(tx, exchange, now)
    settle_requests(tx, exchange, now)


def hear_refusal(database: Database, organisation: str, exchange_id: str, number: int, actor: str, now: float) -> None:
    """Somebody who asked has taken note of a refusal: its alert goes. Raises NotFound, Conflict."""
    with database.write() as tx:
        exchange = arrival(tx, organisation, exchange_id)
        row = request_of(tx, exchange, number)
        if row.state is not RequestState.REFUSED:
            raise NotFound("image-request-unknown", "This request was not refused.", "Reload the exchange.")
        if row.heard is None:
            tx.image_requests.put(replace(row, heard=now))
            clear_refusal(tx, exchange, now)
            tx.exchanges.bump(exchange.id, now)
            tx.audit.append(of_exchange(exchange, "images-heard", "U", "success", now, actor=actor))


def clear_refusal(tx: Transaction, exchange: ExchangeRow, now: float) -> None:
    """The alert stands while a refusal is there that nobody has taken note of."""
    unheard = [row for row in requests_of(tx, exchange) if row.state is RequestState.REFUSED and row.heard is None]
    if unheard:
        tx.alerts.raise_(alert_of(exchange, IMAGES_REFUSED, now))
    else:
        tx.alerts.clear(exchange.organisation, exchange.id, IMAGES_REFUSED.code, now)


def _row(exchange: ExchangeRow, envelope: Envelope, record: ImageRequestRecord) -> ImageRequestRow:
    try:
        kinds = tuple(Wanted(kind) for kind in record.kinds)
        urgency = Urgency(record.urgency)
    except ValueError:
        raise Unsupported(
            "image-request-unknown", "A request asks for something that is not known here.", "Upgrade this program."
        ) from None
    return ImageRequestRow(
        organisation=exchange.organisation,
        exchange=exchange.id,
        number=record.number,
        state=RequestState.ASKED,
        urgency=urgency,
        at=record.at,
        want=Want(kinds, record.series, cut_text(record.text)),
        who=record.who,
        phone=cut_text(record.phone),
        had=had_now(exchange),
        part=envelope.part,
    )


def _reply(record: ImageReplyRecord) -> Reply:
    outcomes = {one.value: one for one in (RequestState.COMING, RequestState.REFUSED)}
    if record.outcome not in outcomes:
        raise Unsupported("image-request-unknown", "A reply is not known here.", "Upgrade this program.")
    return Reply(
        outcome=outcomes[record.outcome],
        at=record.at,
        who=record.who,
        reason=record.reason,
        text=cut_text(record.text),
        phone=cut_text(record.phone),
        supplement=record.supplement,
        parcels=record.parcels,
    )
