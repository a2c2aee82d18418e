"""Which scheduled procedure step an import is for: by modality and date, else a human says. Pure.

An order for an import is scheduled when the images are asked for or come, not when they were made, so the date window
lies around the day of arrival. A step without accession number puts nothing on a reading list and fits nothing.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from beeldbrug.model.decision import Reason
from beeldbrug.model.importing import Order

SEVERAL_ORDERS = Reason(
    "several-orders",
    "Er passen meerdere opdrachten bij dit onderzoek.",
    "Several orders fit this study.",
    "Kies aan de beeldenbalie de opdracht.",
    "Choose the order at the image desk.",
)


@dataclass(frozen=True, slots=True)
class OrderRule:
    """``days`` before and after the arrival; ``modalities`` that fit besides the study's own, such as OT for imports.
    ``wanted`` False: no order is looked for."""

    wanted: bool = True
    days: int = 14
    modalities: tuple[str, ...] = ()


def fitting(orders: Iterable[Order], modalities: Collection[str], arrived: float, rule: OrderRule) -> list[Order]:
    """Orders that an arrival of these modalities at this time (POSIX seconds) may be for, the nearest day first; each
    accession number once."""
    day = date.fromtimestamp(arrived)
    allowed = {*modalities, *rule.modalities, ""}
    found: dict[str, tuple[int, Order]] = {}
    for order in orders:
        away = _days_away(order, day)
        if order.accession_number and order.modality in allowed and away <= rule.days:
            found.setdefault(order.accession_number, (away, order))
    return [order for _, order in sorted(found.values(), key=lambda one: (one[0], one[1].accession_number))]


def _days_away(order: Order, day: date) -> int:
    """A step without a readable date is of any day."""
    try:
        start = time.strptime(order.start, "%Y%m%d")
    except ValueError:
        return 0
    return abs((date(start.tm_year, start.tm_mon, start.tm_mday) - day).days)
