"""Somebody is needed for an exchange, and: somebody has seen to it. Both in the transaction of what happened.

Whom that means, and how they are told, is ``waking.notify``'s matter, which durable work starts. Nobody is woken on a
node that nobody signs in to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from beeldbrug.model.account import Role
from beeldbrug.model.exchange import Urgency
from beeldbrug.model.image_request import RequestState
from beeldbrug.model.notice import MATTER_OF, Cause, Matter, Waking
from beeldbrug.node.policy.permissions import Permission, permissions_of
from beeldbrug.node.policy.waking import wakes
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.audit_event import of_exchange

NOBODY_ON_DUTY = "nobody-on-duty"
NOT_ACKNOWLEDGED = "not-acknowledged"
NOT_DELIVERED = "notice-not-delivered"

ACKNOWLEDGED = "acknowledged"

FIRST_EVENTS = 20
"""Where in the trail whoever made a sending stands."""

AGAIN = frozenset({Matter.ANSWER, Matter.PARKED, Matter.REQUEST})
"""Matters that come up once more after they were seen to."""


def wake(tx: Transaction, exchange: ExchangeRow, cause: Cause, now: float, first: str = "") -> None:
    """Wish that somebody is told; ``first`` is an account that comes before the roster. The same again is nothing to
    do. What nobody is woken for at its first image waits until it is verified."""
    if cause is Cause.FIRST_IMAGE and exchange.urgency is not Urgency.STAT:
        return
    if cause is Cause.VERIFIED and exchange.seen is not None and not wakes(exchange.urgency):
        return  # somebody was quicker
    if not tx.accounts.count(exchange.organisation):
        return
    matter = MATTER_OF[cause]
    if not first and matter in AGAIN:
        first = made_by(tx, exchange)
    waking = Waking(exchange.organisation, exchange.id, matter, cause, now, first=first)
    if tx.wakings.begin(waking, matter in AGAIN):
        tx.wakings.touch(exchange.organisation, exchange.id, matter, now)
        urgency = urgency_of(tx, exchange, matter)
        tx.work.add(exchange.organisation, WorkKind.NOTIFY, exchange.id, urgency, now)


def urgency_of(tx: Transaction, exchange: ExchangeRow, matter: Matter) -> Urgency:
    """How urgent a matter of an exchange is: as the exchange, or as the most urgent request that waits in it."""
    if matter is not Matter.REQUEST:
        return exchange.urgency
    rows = tx.image_requests.of(exchange.organisation, [exchange.id]).get(exchange.id, [])
    waiting = [row.urgency for row in rows if row.state is RequestState.ASKED]
    return min(waiting, key=lambda one: one.rank, default=exchange.urgency)


def made_by(tx: Transaction, exchange: ExchangeRow) -> str:
    """The account of whoever had it sent, from the trail; empty for what a sending rule made."""
    for _, event in tx.audit.events(exchange.organisation, limit=FIRST_EVENTS, exchange=exchange.id):
        account = tx.accounts.by_login(exchange.organisation, event.actor)
        if account is not None:
            return account.id
    return ""


def looked(tx: Transaction, exchange: ExchangeRow, login: str, role: str, now: float) -> None:
    """Somebody opened an arrival: that acknowledges it, when it is one of those who were told or somebody who may
    judge it; a secretary who looks whether it came in leaves the radiologist's telephone ringing."""
    waking = tx.wakings.get(exchange.organisation, exchange.id, Matter.ARRIVAL)
    if waking is None or waking.ended is not None:
        return
    account = tx.accounts.by_login(exchange.organisation, login)
    told = {notice.account for notice in tx.wakings.notices(exchange.organisation, exchange.id)}
    if (account is not None and account.id in told) or Permission.ANSWER in permissions_of(_roles(role)):
        acknowledge(tx, exchange, login, now, (Matter.ARRIVAL,), "opened")


def acknowledge(
    tx: Transaction,
    exchange: ExchangeRow,
    login: str,
    now: float,
    matters: Iterable[Matter] = tuple(Matter),
    how: str = "said",
) -> bool:
    """Somebody sees to it: nobody else is called. Whether anybody was still being called."""
    open_ = [
        waking
        for matter in matters
        if (waking := tx.wakings.get(exchange.organisation, exchange.id, matter)) and waking.ended is None
    ]
    for waking in open_:
        done = replace(waking, acknowledged=now, acknowledged_by=login, ended=now, outcome=ACKNOWLEDGED)
        tx.wakings.save(done)
        tx.wakings.touch(exchange.organisation, exchange.id, waking.matter, now)
        seconds = round(now - waking.begun, 1)
        tx.audit.append(
            of_exchange(
                exchange,
                "acknowledge",
                "U",
                "success",
                now,
                actor=login,
                matter=waking.matter.value,
                how=how,
                seconds=seconds,
            )
        )
    if open_:
        settle(tx, exchange, now)
    return bool(open_)


def settle(tx: Transaction, exchange: ExchangeRow, now: float) -> None:
    """Nobody is being called any more for it: its alerts go, and the other end hears so when it had heard of them."""
    if any(waking.ended is None for waking in tx.wakings.of(exchange.organisation, exchange.id)):
        return
    exhausted = any(waking.exhausted is not None for waking in tx.wakings.of(exchange.organisation, exchange.id))
    for code in (NOBODY_ON_DUTY, NOT_ACKNOWLEDGED, NOT_DELIVERED):
        tx.alerts.clear(exchange.organisation, exchange.id, code, now)
    if exhausted:
        tx.work.add(exchange.organisation, WorkKind.RECEIPT, exchange.id, exchange.urgency, now)


def unanswered(tx: Transaction, exchange: ExchangeRow) -> bool:
    """Whether all who are on duty were called for this arrival in vain."""
    waking = tx.wakings.get(exchange.organisation, exchange.id, Matter.ARRIVAL)
    return waking is not None and waking.ended is None and waking.exhausted is not None


def _roles(role: str) -> list[Role]:
    return [Role(one) for one in role.split() if one in set(Role)]
