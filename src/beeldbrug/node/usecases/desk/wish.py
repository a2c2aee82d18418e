"""What a human at the desk wants of an import beside the number: which series, and for which order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from beeldbrug.model.errors import Malformed
from beeldbrug.model.importing import ImportPlan, Order
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.imports.left_out import series_of

MOST_SERIES = 10_000


@dataclass(frozen=True, slots=True)
class Wish:
    """``series`` are UIDs of those to be imported, None leaves it to the rule. ``ordered`` says that ``order`` was
    chosen, which may be none. ``rejected``: whether what its sender takes back goes in as well; None leaves that as it
    is."""

    series: frozenset[str] | None = None
    order: Order | None = None
    ordered: bool = False
    rejected: bool | None = None


NO_WISH = Wish()
"""All as the rule has it."""


def series_wish(uids: Iterable[str]) -> frozenset[str]:
    """UIDs as they come from outside. Raises Malformed ``no-series``."""
    wanted = frozenset(uids)
    if not wanted or len(wanted) > MOST_SERIES:
        raise Malformed("no-series", "No series was chosen.", "Choose at least one series.")
    return wanted


def plan_with(tx: Transaction, exchange: ExchangeRow, wish: Wish, renumbered: bool) -> ImportPlan:
    """The plan as it is with this wish. An order that was found for another number does not stand (``renumbered``).

    Raises Malformed ``no-series`` when none of the series is of this exchange.
    """
    plan = tx.plans.get(exchange.organisation, exchange.id)
    if wish.ordered:
        plan = replace(plan, order=wish.order, ordered=True)
    elif renumbered:
        plan = replace(plan, order=None, ordered=False)
    if wish.rejected is not None:
        plan = replace(plan, rejected=wish.rejected)
    if wish.series is None:
        return plan
    known = frozenset(row.series_uid for row in series_of(tx, exchange))
    within = series_wish(known & wish.series)
    return replace(plan, within=within, without=known - within)
