"""When a partner is silent, and what the daily summary says."""

from __future__ import annotations

import pytest

from beeldbrug.node.policy.summary import Summary, age, body, subject
from beeldbrug.node.policy.unseen import DAY, Patience, is_silent

NOW = 1_790_000_000.0
PATIENCE = Patience()


@pytest.mark.parametrize(
    ("count", "every_days", "silent_days", "silent"),
    [
        (60, 1.0, 3.9, False),  # a long weekend
        (60, 1.0, 8.1, True),
        (600, 0.1, 3.9, False),
        (600, 0.1, 4.1, True),
        (12, 7.0, 50.0, False),  # one a week: seven weeks are no silence yet
        (12, 7.0, 57.0, True),
        (9, 1.0, 60.0, False),  # not regular
    ],
)
def test_silent_is_much_longer_than_usual(count: int, every_days: float, silent_days: float, silent: bool) -> None:
    last = NOW - silent_days * DAY
    first = last - (count - 1) * every_days * DAY
    assert is_silent(count, first, last, NOW, PATIENCE) is silent


def test_partners_that_sent_all_at_once_are_not_judged() -> None:
    assert not is_silent(50, NOW - 60 * DAY, NOW - 60 * DAY, NOW, PATIENCE)


@pytest.mark.parametrize(
    ("seconds", "dutch", "english"),
    [(90, "1 minuten", "1 minutes"), (7200, "2 uur", "2 hours"), (3 * 86400 + 9, "3 dagen", "3 days")],
)
def test_ages_are_told_in_the_largest_unit_that_fits_twice(seconds: float, dutch: str, english: str) -> None:
    assert (age(seconds, "nl"), age(seconds, "en")) == (dutch, english)


def test_a_calm_day_says_so_and_a_busy_one_counts() -> None:
    calm = Summary(NOW, arrived_day=3)
    assert subject(calm, "nl") == "Beeldbrug: er wacht niets"
    assert body(calm, "nl").startswith("Er wacht niets op iemand.")
    busy = Summary(
        NOW, at_desk=2, oldest_at_desk=3 * DAY, urgent_unseen=1, silent=("00000002",), alerts={"hub-away": 1}
    )
    assert subject(busy, "en") == "Beeldbrug: 3 wait for you"
    told = body(busy, "en")
    assert "Waits at the image desk for a decision: 2 (the oldest 3 days)" in told
    assert "00000002" in told and "- hub-away: 1" in told
    assert "Failed" not in told
