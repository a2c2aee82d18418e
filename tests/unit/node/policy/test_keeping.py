"""How long content is kept: only what has ended is counted down, and never by a default that shortens an arrival."""

from __future__ import annotations

import pytest

from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.policy.keeping import OVER, Keeping, last_change

NOW = 1_700_000_000.0
DAY = 86400.0


def test_what_was_sent_is_kept_for_seven_days_after_the_last_that_happened() -> None:
    assert last_change(Keeping(), Direction.OUT, NOW) == NOW - 7 * DAY


def test_an_imported_arrival_is_kept_until_its_end_date_unless_the_hospital_says_otherwise() -> None:
    assert last_change(Keeping(), Direction.IN, NOW) is None
    assert last_change(Keeping(imported_days=1.5), Direction.IN, NOW) == NOW - 1.5 * DAY


@pytest.mark.parametrize(
    "state", [State.QUEUED, State.PARKED, State.SENDING, State.ARRIVING, State.VERIFIED, State.SEEN]
)
def test_what_has_not_ended_is_kept_whatever_its_age(state: State) -> None:
    assert all(state not in states for states in OVER.values())


def test_an_arrival_that_is_not_in_the_pacs_is_never_emptied_by_time_alone() -> None:
    assert OVER[Direction.IN] == {State.IMPORTED}
