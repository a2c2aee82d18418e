"""Somebody at the desk says that he is deciding about an arrival; colleagues see it and do not decide the same case.

A claim runs out by itself, so that a browser that is closed holds nothing up. Looking needs no claim.
"""

from __future__ import annotations

from beeldbrug.model.errors import Conflict
from beeldbrug.node.ports.importing import Claim
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.arrival import arrival
from beeldbrug.node.usecases.audit_event import of_exchange

CLAIM_SECONDS = 300.0
"""How long a claim holds after it was last renewed."""


def claim(
    database: Database, organisation: str, exchange_id: str, account: str, now: float, take_over: bool = False
) -> Claim:
    """Claim it, or renew the own claim. ``account`` is a login; ``take_over`` takes it from a colleague.

    Raises NotFound, Conflict ``withdrawn`` or ``desk-taken``.
    """
    with database.write() as tx:
        exchange = arrival(tx, organisation, exchange_id)
        held = _held(tx, exchange, now)
        if held is not None and held.account != account and not take_over:
            raise _taken()
        mine = held is not None and held.account == account
        made = Claim(exchange_id, account, held.since if held is not None and mine else now, now + CLAIM_SECONDS)
        tx.claims.put(organisation, made)
        if not mine:
            tx.exchanges.bump(exchange_id, now)  # so that whoever has the list before him sees it
            tx.audit.append(
                of_exchange(exchange, "desk-claimed", "U", "success", now, actor=account, taken_over=held is not None)
            )
    return made


def release(database: Database, organisation: str, exchange_id: str, account: str, now: float) -> None:
    """Give up the own claim; another's stays. Raises NotFound, Conflict ``withdrawn``."""
    with database.write() as tx:
        exchange = arrival(tx, organisation, exchange_id)
        held = _held(tx, exchange, now)
        if held is not None and held.account == account:
            tx.claims.drop(organisation, exchange_id)
            tx.exchanges.bump(exchange_id, now)


def take(tx: Transaction, exchange: ExchangeRow, account: str, now: float) -> None:
    """Whoever decides ends the claim on it. Raises Conflict ``desk-taken`` when it is a colleague's."""
    held = _held(tx, exchange, now)
    if held is not None and held.account != account:
        raise _taken()
    tx.claims.drop(exchange.organisation, exchange.id)


def _held(tx: Transaction, exchange: ExchangeRow, now: float) -> Claim | None:
    held = tx.claims.get(exchange.organisation, exchange.id)
    return held if held is not None and held.expires > now else None


def _taken() -> Conflict:
    return Conflict(
        "desk-taken",
        "A colleague is deciding about this arrival.",
        "Ask who it is, or take it over; after five minutes without a sign it is free again.",
    )
