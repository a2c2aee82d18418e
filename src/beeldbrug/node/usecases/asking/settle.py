"""A request is answered by itself when what was asked for has been verified at who asked; the same at both ends.

More of the study answers what was asked of the study, once every series that the request names is there; a reply that
names further sendings is answered when these have been verified too.
"""

from __future__ import annotations

from dataclasses import replace

from beeldbrug.model.exchange import Direction, State
from beeldbrug.model.image_request import OPEN, RequestState
from beeldbrug.model.notice import Matter
from beeldbrug.node.policy.asking import ASKED_FOR
from beeldbrug.node.ports.image_requests import UNKNOWN, ImageRequestRow
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.asking.facts import instances_of, requests_of, series_in
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.wake import acknowledge

CHECKED = frozenset({State.VERIFIED, State.SEEN, State.IMPORTED})


def settle_requests(tx: Transaction, exchange: ExchangeRow, now: float) -> None:
    """Mark what is answered by what this exchange, as it is now, has brought."""
    current = tx.exchanges.get(exchange.organisation, exchange.id)
    if current is None or not _checked(current):
        return
    rows = [row for row in requests_of(tx, current) if row.state in OPEN]
    for coming in tx.image_requests.in_state(current.organisation, RequestState.COMING):
        if coming.reply is not None and current.id in coming.reply.parcels:
            rows.append(coming)
    for row in rows:
        about = tx.exchanges.get(row.organisation, row.exchange)
        if about is not None and _is_answered(tx, about, row):
            _answered(tx, about, row, now)


def clear_asked(tx: Transaction, exchange: ExchangeRow, actor: str, now: float) -> None:
    """Whoever was called for a request need not come any more, when none waits."""
    if any(row.state is RequestState.ASKED for row in requests_of(tx, exchange)):
        return
    tx.alerts.clear(exchange.organisation, exchange.id, ASKED_FOR.code, now)
    acknowledge(tx, exchange, actor, now, (Matter.REQUEST,), "answered")


def _checked(exchange: ExchangeRow) -> bool:
    return exchange.closed and exchange.state in CHECKED


def _is_answered(tx: Transaction, exchange: ExchangeRow, row: ImageRequestRow) -> bool:
    reply = row.reply
    if reply is None:
        return row.want.of_this_study and _has_grown(tx, exchange, row)
    if reply.supplement and not _has_grown(tx, exchange, row):
        return False
    others = [tx.exchanges.get(row.organisation, parcel) for parcel in reply.parcels]
    from_other_end = [
        one is not None and one.direction is exchange.direction and one.peer == exchange.peer and _checked(one)
        for one in others
    ]
    return all(from_other_end) and (reply.supplement or bool(others))


def _has_grown(tx: Transaction, exchange: ExchangeRow, row: ImageRequestRow) -> bool:
    if not _checked(exchange) or row.had == UNKNOWN or exchange.total <= row.had:
        return False
    return not row.want.series or set(row.want.series) <= series_in(instances_of(tx, exchange)).keys()


def _answered(tx: Transaction, exchange: ExchangeRow, row: ImageRequestRow, now: float) -> None:
    tx.image_requests.put(replace(row, state=RequestState.ANSWERED, ended=now))
    tx.exchanges.bump(exchange.id, now)
    number, had, has = row.number, row.had, exchange.total
    tx.audit.append(of_exchange(exchange, "images-answered", "U", "success", now, number=number, had=had, has=has))
    if exchange.direction is Direction.OUT:
        clear_asked(tx, exchange, "node", now)
