"""Who is on duty when: a roster's pattern and substitutions laid on the line of time. Pure; no I/O.

A change of duty at a time of the wall clock happens at one moment, whatever the clock does that night: where an hour
comes twice, the first time it shows that time; where an hour is skipped, the jump. That mapping never goes back, so
duties that meet on the wall clock meet in time: no hole, no double (RFC 5545 section 3.3.5 takes the same first time).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from beeldbrug.model.roster import NOBODY, Roster, Shift

MOST_DAYS = 40
"""Longest time that is laid out at once."""


@dataclass(frozen=True, slots=True)
class Span:
    """Somebody is on duty from ``start`` until ``end``, POSIX seconds. ``instead``: in the place of the pattern."""

    level: int
    account: str
    start: float
    end: float
    instead: bool = False


def instant(wall: datetime, zone: tzinfo) -> float:
    """When clocks there first show this, POSIX seconds; for a time that is skipped, when it is."""
    first, later = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    if first.timestamp() <= later.timestamp():
        return first.timestamp()
    before, jump = int(later.timestamp()), int(first.timestamp())
    offset = first.utcoffset()
    while jump - before > 1:
        middle = (before + jump) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            before = middle
        else:
            jump = middle
    return float(jump)


def spans(roster: Roster, begin: float, end: float, zone: tzinfo) -> list[Span]:
    """Who is on duty from ``begin`` until ``end``, by level and time; of substitutions that overlap the last one
    counts. ``end`` is cut to MOST_DAYS."""
    end = min(end, begin + MOST_DAYS * 86400.0)
    laid = list(_weekly(roster.shifts, begin, end, zone))
    for one in roster.substitutions:
        span = Span(one.level, one.account, instant(one.start, zone), instant(one.end, zone), True)
        if span.start < span.end:
            laid = [*_without(laid, span), span]
    cut = [replace(one, start=max(one.start, begin), end=min(one.end, end)) for one in laid if one.account != NOBODY]
    return sorted(
        (one for one in cut if one.start < one.end), key=lambda one: (one.level, one.start, one.end, one.account)
    )


def on_duty(roster: Roster, now: float, zone: tzinfo) -> list[tuple[str, ...]]:
    """Accounts on duty now, a group for each level that has any, first called first."""
    present = [one for one in spans(roster, now - 1.0, now + 1.0, zone) if one.start <= now < one.end]
    groups: dict[int, dict[str, None]] = {}
    for one in present:
        groups.setdefault(one.level, {})[one.account] = None
    return [tuple(groups[level]) for level in sorted(groups)]


def holes(laid: Sequence[Span], begin: float, end: float) -> list[tuple[float, float]]:
    """When nobody of any level is on duty."""
    found: list[tuple[float, float]] = []
    at = begin
    for one in sorted(laid, key=lambda one: one.start):
        if one.start > at:
            found.append((at, one.start))
        at = max(at, one.end)
    return [*found, (at, end)] if at < end else found


def _weekly(shifts: Sequence[Shift], begin: float, end: float, zone: tzinfo) -> Iterable[Span]:
    day = datetime.fromtimestamp(begin, zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    last = datetime.fromtimestamp(end, zone).replace(tzinfo=None)
    day -= timedelta(days=2)  # a shift may have begun the day before
    while day <= last:
        for shift in shifts:
            if shift.weekday == day.weekday():
                start, until = _moments(shift, day, zone)
                if start < until and start < end and until > begin:
                    yield Span(shift.level, shift.account, start, until)
        day += timedelta(days=1)


def _moments(shift: Shift, day: datetime, zone: tzinfo) -> tuple[float, float]:
    next_day = timedelta(days=1) if shift.end <= shift.start else timedelta()
    return (
        instant(day + timedelta(minutes=shift.start), zone),
        instant(day + next_day + timedelta(minutes=shift.end), zone),
    )


def _without(laid: Iterable[Span], gone: Span) -> Iterable[Span]:
    for one in laid:
        if one.level != gone.level or one.end <= gone.start or one.start >= gone.end:
            yield one
            continue
        if one.start < gone.start:
            yield replace(one, end=gone.start)
        if one.end > gone.end:
            yield replace(one, start=gone.end)
