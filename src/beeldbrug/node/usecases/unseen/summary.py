"""What waits at this moment, counted: for the daily mail, the command and the portal. Nothing of a patient."""

from __future__ import annotations

from collections import Counter

from beeldbrug.model.exchange import Direction, Route, State, Urgency
from beeldbrug.node.policy.summary import Summary
from beeldbrug.node.policy.unseen import DAY, LOOK_BACK_DAYS, Patience, is_silent
from beeldbrug.node.ports.listing import Wanted
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.traffic import Traffic
from beeldbrug.node.ports.vault import Database, Transaction

URGENT = (Urgency.STAT, Urgency.ASAP)
MOST = 1000
"""Exchanges of one kind that are looked at; more is a disaster that the count tells as well."""

IN_OPEN = (State.ARRIVING, State.VERIFIED)
OUT_OPEN = (State.SENDING, State.ARRIVING, State.VERIFIED)


def summary(database: Database, organisation: str, patience: Patience, now: float) -> Summary:
    """Counts of now."""
    with database.read() as tx:
        counts = tx.listings.counts(organisation)
        oldest = tx.traffics.oldest_at_desk(organisation)
        failed = tx.listings.page(organisation, Wanted(states=(State.FAILED,)), None, MOST)
        day = sum(one.count for one in tx.traffics.arrivals(organisation, now - DAY))
        alerts = Counter(alert.code for alert in tx.alerts.open(organisation))
        return Summary(
            at=now,
            at_desk=tx.listings.count_at_desk(organisation),
            oldest_at_desk=now - oldest if oldest is not None else 0.0,
            urgent_unseen=len(urgent_unseen(tx, organisation, patience, now)),
            arriving=_sum(counts, Direction.IN, State.ARRIVING),
            sending=_sum(counts, Direction.OUT, State.QUEUED) + _sum(counts, Direction.OUT, State.SENDING),
            parked=_sum(counts, Direction.OUT, State.PARKED),
            failed=len(failed),
            arrived_day=day,
            silent=tuple(one.peer for one in silent(tx, organisation, patience, now)),
            alerts=dict(alerts),
        )


def urgent_unseen(tx: Transaction, organisation: str, patience: Patience, now: float) -> list[ExchangeRow]:
    """Urgent exchanges, in and out, that nobody at the receiver has opened within the time."""
    found: list[ExchangeRow] = []
    for direction, states in ((Direction.IN, IN_OPEN), (Direction.OUT, OUT_OPEN)):
        wanted = Wanted(direction=direction, states=states, urgencies=URGENT, until=now - patience.urgent)
        rows = tx.listings.page(organisation, wanted, None, MOST)
        found += [row for row in rows if row.seen is None and row.withdrawn is None and _is_told(row)]
    return found


def _is_told(row: ExchangeRow) -> bool:
    """Whether it would be known that somebody has opened it: a partner without Beeldbrug tells nothing."""
    return row.direction is Direction.IN or row.route is Route.HUB


def silent(tx: Transaction, organisation: str, patience: Patience, now: float) -> list[Traffic]:
    """Partners from whom nothing has come for much longer than usual."""
    since = now - LOOK_BACK_DAYS * DAY
    known = tx.traffics.arrivals(organisation, since)
    return [one for one in known if is_silent(one.count, one.first, one.last, now, patience)]


def _sum(counts: dict[tuple[Direction, State, Urgency], int], direction: Direction, state: State) -> int:
    return sum(count for (way, at, _), count in counts.items() if (way, at) == (direction, state))
