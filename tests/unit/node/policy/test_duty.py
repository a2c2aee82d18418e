"""A roster has no hole and no double, the nights included in which the clock changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beeldbrug.model.roster import DAY_MINUTES, NOBODY, Roster, Shift, Substitution
from beeldbrug.node.policy.duty import holes, instant, on_duty, spans

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HOUR = 3600.0
DAY = 24 * HOUR
SPRING = date(2026, 3, 29)
"""02:00 becomes 03:00."""
AUTUMN = date(2026, 10, 25)
"""03:00 becomes 02:00."""

NIGHTS = st.sampled_from([SPRING, AUTUMN, date(2027, 3, 28), date(2027, 10, 31), date(2026, 7, 1)])
ZONES = st.sampled_from([AMSTERDAM, ZoneInfo("Europe/London"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("UTC")])
CUTS = st.lists(st.integers(0, DAY_MINUTES - 1), min_size=1, max_size=6, unique=True).map(sorted)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def at(text: str, zone: ZoneInfo = AMSTERDAM, fold: int = 0) -> float:
    return wall(text).replace(tzinfo=zone, fold=fold).timestamp()


def roster(shifts: Iterable[Shift], substitutions: Iterable[Substitution] = ()) -> Roster:
    return Roster("r", "00000001", "Radiologie", shifts=tuple(shifts), substitutions=tuple(substitutions))


def divided(cuts: list[int], level: int = 1) -> list[Shift]:
    """Every day parted at these minutes, one account a part: nobody twice, nobody missing."""
    parts = [*pairwise(cuts), (cuts[-1], cuts[0])]
    return [
        Shift(level, f"{day}-{number}", day, start, end)
        for day in range(7)
        for number, (start, end) in enumerate(parts)
    ]


@given(CUTS, NIGHTS, ZONES)
def test_a_week_without_a_gap_on_paper_has_exactly_one_on_duty_at_every_moment(
    cuts: list[int], night: date, zone: ZoneInfo
) -> None:
    begin = datetime(night.year, night.month, night.day, tzinfo=zone).timestamp() - 2 * DAY
    laid = spans(roster(divided(cuts)), begin, begin + 5 * DAY, zone)
    assert laid[0].start == begin and laid[-1].end == begin + 5 * DAY
    for one, next_one in pairwise(laid):
        assert one.end == next_one.start
    assert holes(laid, begin, begin + 5 * DAY) == []


@given(CUTS, NIGHTS, ZONES, st.integers(0, 5 * 86400 - 1))
def test_who_is_on_duty_now_is_whom_the_week_shows(cuts: list[int], night: date, zone: ZoneInfo, after: int) -> None:
    begin = datetime(night.year, night.month, night.day, tzinfo=zone).timestamp() - 2 * DAY
    one, now = roster([*divided(cuts), *divided(cuts[:1], 2)]), begin + after
    shown = [span for span in spans(one, begin, begin + 5 * DAY, zone) if span.start <= now < span.end]
    assert [(span.account,) for span in shown] == on_duty(one, now, zone)
    assert len(shown) == 2


@given(NIGHTS, ZONES, st.integers(0, 2 * DAY_MINUTES), st.integers(0, 180))
def test_a_later_time_of_the_wall_clock_never_comes_earlier(
    night: date, zone: ZoneInfo, minute: int, more: int
) -> None:
    first = datetime(night.year, night.month, night.day) - timedelta(days=1) + timedelta(minutes=minute)
    assert instant(first, zone) <= instant(first + timedelta(minutes=more), zone)


def test_the_hour_that_is_skipped_is_the_jump_and_the_one_that_comes_twice_the_first() -> None:
    jump = at("2026-03-29T03:00")
    assert instant(wall("2026-03-29T02:00"), AMSTERDAM) == jump
    assert instant(wall("2026-03-29T02:30"), AMSTERDAM) == jump
    assert instant(wall("2026-03-29T02:59"), AMSTERDAM) == jump
    assert instant(wall("2026-03-29T03:01"), AMSTERDAM) == jump + 60
    assert instant(wall("2026-10-25T02:30"), AMSTERDAM) == at("2026-10-25T02:30", fold=0)


@pytest.mark.parametrize(("night", "hours"), [(SPRING, 9.0), (AUTUMN, 11.0), (date(2026, 7, 4), 10.0)])
def test_a_night_duty_is_as_long_as_the_night(night: date, hours: float) -> None:
    evening = datetime(night.year, night.month, night.day) - timedelta(days=1)
    one = roster([Shift(1, "nacht", evening.weekday(), 22 * 60, 8 * 60)])
    begin = instant(evening, AMSTERDAM)
    (span,) = spans(one, begin, begin + 2 * DAY, AMSTERDAM)
    assert span.end - span.start == hours * HOUR
    assert datetime.fromtimestamp(span.start, AMSTERDAM).hour == 22
    assert datetime.fromtimestamp(span.end, AMSTERDAM).hour == 8


def test_a_change_of_duty_inside_the_skipped_hour_leaves_out_the_duty_that_never_was() -> None:
    day = SPRING.weekday()
    one = roster([Shift(1, "a", day, 0, 130), Shift(1, "never", day, 130, 170), Shift(1, "b", day, 170, 600)])
    begin = at("2026-03-29T00:00")
    assert [(span.account, span.end - span.start) for span in spans(one, begin, begin + DAY, AMSTERDAM)] == [
        ("a", 2 * HOUR),
        ("b", 7 * HOUR),
    ]


def test_a_whole_day_lasts_until_the_same_time_of_the_next_day() -> None:
    one = roster([Shift(1, "dag", SPRING.weekday(), 0, 0)])
    begin = at("2026-03-28T12:00")
    (span,) = spans(one, begin, begin + 3 * DAY, AMSTERDAM)
    assert (span.start, span.end) == (at("2026-03-29T00:00"), at("2026-03-30T00:00"))
    assert span.end - span.start == 23 * HOUR


@settings(max_examples=30, deadline=None)
@given(CUTS, NIGHTS, st.integers(-DAY_MINUTES, DAY_MINUTES), st.integers(1, DAY_MINUTES))
def test_a_substitution_takes_the_place_of_the_pattern_and_of_nothing_else(
    cuts: list[int], night: date, minute: int, length: int
) -> None:
    start = datetime(night.year, night.month, night.day) + timedelta(minutes=minute)
    swap = Substitution(1, "ander", start, start + timedelta(minutes=length))
    begin = instant(start, AMSTERDAM) - 2 * DAY
    plain = roster([*divided(cuts), *divided(cuts, 2)])
    changed = roster(plain.shifts, [swap])
    for hours in range(36, 84):
        now = begin + hours * HOUR + 1.0
        before, after = on_duty(plain, now, AMSTERDAM), on_duty(changed, now, AMSTERDAM)
        inside = instant(swap.start, AMSTERDAM) <= now < instant(swap.end, AMSTERDAM)
        assert after == ([("ander",), before[1]] if inside else before)


def test_a_substitution_by_nobody_is_a_hole_and_the_last_of_two_counts() -> None:
    begin = at("2026-07-01T00:00")
    pattern = [Shift(1, "a", day, 0, 0) for day in range(7)]
    nobody = Substitution(1, NOBODY, wall("2026-07-01T10:00"), wall("2026-07-01T14:00"))
    other = Substitution(1, "b", wall("2026-07-01T12:00"), wall("2026-07-01T13:00"))
    laid = spans(roster(pattern, [nobody, other]), begin, begin + DAY, AMSTERDAM)
    assert holes(laid, begin, begin + DAY) == [
        (begin + 10 * HOUR, begin + 12 * HOUR),
        (begin + 13 * HOUR, begin + 14 * HOUR),
    ]
    assert [span.account for span in laid if span.instead] == ["b"]


def test_a_level_with_nobody_leaves_the_next_one_to_be_called_first() -> None:
    one = roster([Shift(3, "c", day, 0, 0) for day in range(7)] + [Shift(2, "b", 2, 600, 660)])
    now = at("2026-07-01T10:30")  # a Wednesday
    assert on_duty(one, now, AMSTERDAM) == [("b",), ("c",)]
    assert on_duty(one, now + HOUR, AMSTERDAM) == [("c",)]
    assert on_duty(roster([]), now, AMSTERDAM) == []
