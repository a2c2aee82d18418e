"""Figures without identity: how fast, how many, what failed, what was saved. Pure; docs/reference/figures.md says what
is counted and what is assumed.

A cell of fewer than SMALL exchanges is never shown as a number, and then neither is a sum that would give it away: a
hospital with one transfer a month would otherwise read its patient in a table. Percentiles want more (FEW).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from beeldbrug.model.exchange import Direction, State
from beeldbrug.model.figures import Dose, Moments

SMALL = 5
"""Counts below this are hidden."""

FEW = 10
"""Fewer than this have a median, but no 90th percentile."""

FAILED = frozenset({State.FAILED, State.REFUSED, State.EXPIRED})
"""States in which an exchange did not reach its end."""

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the hospital sets; see ``[figures]`` of the settings."""

    discs_per_exchange: float = 1.0
    repeat_share: float = 0.0
    repeat_source: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many; ``value`` None: fewer than SMALL, at least one. ``least``: a sum of which hidden
    cells count as one each."""

    value: int | None
    least: bool = False


@dataclass(frozen=True, slots=True)
class Spread:
    """Of so many times, in seconds: the median, and what nine of ten stay under; None where too few to say."""

    count: Count
    median: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """Exchanges of one partner, route (the called AE title of what is sent; the hub of what comes) or month."""

    key: str
    direction: Direction
    count: Count
    instances: int | None
    to_look: Spread
    to_import: Spread


@dataclass(frozen=True, slots=True)
class Failures:
    """Exchanges that did not reach their end, by state and code of the reason."""

    direction: Direction
    state: State
    code: str
    count: Count


@dataclass(frozen=True, slots=True)
class Saved:
    """What was not needed. ``discs`` is arrivals in the PACS times an assumption. ``said`` are repeats that somebody
    said were avoided, of ``asked`` about which somebody said anything; ``estimated`` is the assumed share of the
    others, None when the hospital assumes none."""

    imported: Count
    discs: float | None
    asked: Count
    said: Count
    estimated: float | None


@dataclass(frozen=True, slots=True)
class DoseLine:
    """Reported dose of what was imported, of one modality; None where too few reports."""

    modality: str
    reports: Count
    dlp: float | None
    dap: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it. ``total`` by direction."""

    partners: tuple[Line, ...]
    routes: tuple[Line, ...]
    months: tuple[Line, ...]
    days: tuple[tuple[str, str, Direction, Count], ...]
    failures: tuple[Failures, ...]
    total: Mapping[Direction, Count]
    saved: Saved
    doses: tuple[DoseLine, ...]
    assumptions: Assumptions


def figures(
    rows: Sequence[Moments],
    judged: tuple[int, int],
    doses: Iterable[tuple[str, Dose]],
    assumptions: Assumptions,
    month: Callable[[float], str],
    day: Callable[[float], str],
) -> Figures:
    """Figures of these exchanges. ``month`` and ``day`` name the hospital's own month and day of a POSIX time."""
    days = _cells(rows, lambda row: (day(row.created), row.peer, row.direction))
    return Figures(
        partners=_lines(rows, lambda row: row.peer),
        routes=_lines(rows, _route),
        months=_lines(rows, lambda row: month(row.created)),
        days=tuple((*key, shown(len(some))) for key, some in sorted(days.items())),
        failures=_failures(rows),
        total={way: _total(rows, way) for way in Direction},
        saved=_saved(rows, judged, assumptions),
        doses=_doses(doses),
        assumptions=assumptions,
    )


def shown(count: int) -> Count:
    """A count as it may be shown."""
    return Count(None if 0 < count < SMALL else count)


def summed(counts: Sequence[int]) -> Count:
    """A sum beside its cells: hidden ones count as one each, so that nobody finds them by subtracting."""
    hidden = sum(0 < count < SMALL for count in counts)
    total = sum(count for count in counts if count >= SMALL)
    return Count(total + hidden, least=hidden > 0)


def spread(times: Sequence[float]) -> Spread:
    """Median and 90th percentile (nearest rank)."""
    ordered = sorted(max(0.0, one) for one in times)
    count = len(ordered)
    if count < SMALL:
        return Spread(shown(count), None, None)
    half = count // 2
    median = ordered[half] if count % 2 else (ordered[half - 1] + ordered[half]) / 2
    return Spread(shown(count), median, ordered[-(-count * 9 // 10) - 1] if count >= FEW else None)


def _route(row: Moments) -> str:
    return row.rule if row.direction is Direction.OUT else ""


def _cells(rows: Iterable[Moments], key: Callable[[Moments], K]) -> dict[K, list[Moments]]:
    cells: dict[K, list[Moments]] = defaultdict(list)
    for row in rows:
        cells[key(row)].append(row)
    return cells


def _lines(rows: Sequence[Moments], key: Callable[[Moments], str]) -> tuple[Line, ...]:
    cells = _cells(rows, lambda row: (key(row), row.direction))
    return tuple(_line(name, way, some) for (name, way), some in sorted(cells.items()))


def _line(key: str, direction: Direction, rows: Sequence[Moments]) -> Line:
    count = shown(len(rows))
    return Line(
        key,
        direction,
        count,
        None if count.value is None else sum(row.total for row in rows),
        spread([row.seen - row.created for row in rows if row.seen is not None]),
        spread([row.imported_at - row.created for row in rows if row.imported_at is not None]),
    )


def _failures(rows: Sequence[Moments]) -> tuple[Failures, ...]:
    cells = _cells(
        (row for row in rows if row.state in FAILED), lambda row: (row.direction, row.state, row.reason_code)
    )
    found = [Failures(*key, shown(len(some))) for key, some in sorted(cells.items())]
    return tuple(found)


def _total(rows: Sequence[Moments], way: Direction) -> Count:
    cells = _cells((row for row in rows if row.direction is way), lambda row: row.peer)
    return summed([len(some) for some in cells.values()])


def _saved(rows: Sequence[Moments], judged: tuple[int, int], assumptions: Assumptions) -> Saved:
    imported = sum(row.direction is Direction.IN and row.imported_at is not None for row in rows)
    asked, avoided = judged
    enough = not 0 < imported < SMALL
    others = max(0, imported - asked)
    share = assumptions.repeat_share
    return Saved(
        imported=shown(imported),
        discs=imported * assumptions.discs_per_exchange if enough else None,
        asked=shown(asked),
        said=shown(avoided),
        estimated=others * share if share > 0 and enough else None,
    )


def _doses(found: Iterable[tuple[str, Dose]]) -> tuple[DoseLine, ...]:
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for _, dose in found:
        for at, value in enumerate((dose.reports, dose.dlp, dose.dap)):
            sums[dose.modality][at] += value
    lines = []
    for modality, (reports, dlp, dap) in sorted(sums.items()):
        enough = reports >= SMALL
        lines.append(DoseLine(modality, shown(int(reports)), dlp if enough else None, dap if enough else None))
    return tuple(lines)
