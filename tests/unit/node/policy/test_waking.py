"""Who is told of what, who is next, by which way."""

from __future__ import annotations

import pytest

from beeldbrug.model.exchange import Direction, State, Urgency
from beeldbrug.model.notice import OUTSIDE, Cause, Channel, Contact, Matter, NoticeChoice
from beeldbrug.model.roster import Rules
from beeldbrug.node.policy.waking import Next, next_of, over, wanted, ways

SMS = Contact("a", Channel.SMS, "+31301234567", 1.0)
MAIL = Contact("a", Channel.MAIL, "a@b.example", 1.0)


@pytest.mark.parametrize("urgency", Urgency)
def test_at_the_first_image_only_stat_is_told(urgency: Urgency) -> None:
    assert wanted(Rules(), Cause.FIRST_IMAGE, urgency) is (urgency is Urgency.STAT)
    assert not wanted(Rules(first_image=False), Cause.FIRST_IMAGE, urgency)


def test_verified_is_told_from_the_departments_least_urgency_on() -> None:
    told = [urgency for urgency in Urgency if wanted(Rules(verified=Urgency.ASAP), Cause.VERIFIED, urgency)]
    assert told == [Urgency.STAT, Urgency.ASAP]
    assert not any(wanted(Rules(verified=None), Cause.VERIFIED, urgency) for urgency in Urgency)


def test_each_rule_can_be_switched_off() -> None:
    assert wanted(Rules(), Cause.ANSWER, Urgency.STAT) and not wanted(Rules(answer=False), Cause.ANSWER, Urgency.STAT)
    assert wanted(Rules(), Cause.PARKED, Urgency.STAT) and not wanted(Rules(parked=False), Cause.PARKED, Urgency.STAT)


def test_those_on_duty_are_called_in_order_and_the_last_again() -> None:
    groups = [("a", "b"), ("c",)]
    assert next_of(groups, set()) == Next(("a", "b"))
    assert next_of(groups, {"a", "b"}) == Next(("c",))
    assert next_of(groups, {"a", "b", "c"}) == Next(("c",), again=True)
    assert next_of([], set()) is None


def test_who_comes_on_duty_meanwhile_is_called_before_the_next_level() -> None:
    assert next_of([("new",), ("c",)], {"a"}) == Next(("new",))
    assert next_of([("new",), ("c",)], {"a", "c"}) == Next(("new",))


def test_who_has_two_duties_is_called_once() -> None:
    assert next_of([("a",), ("a",), ("b",)], {"a"}) == Next(("b",))


def test_only_proven_addresses_that_are_in_use_are_ways() -> None:
    unproven, off = Contact("a", Channel.SMS, "", None), Contact("a", Channel.MAIL, "x@y.example", 1.0, enabled=False)
    assert ways([unproven, off], NoticeChoice(), OUTSIDE, True) == []
    assert ways([SMS, MAIL], NoticeChoice(), [Channel.MAIL], True) == [Channel.MAIL]


def test_the_chosen_way_comes_first_and_what_can_wait_sends_no_sms() -> None:
    assert ways([SMS, MAIL], NoticeChoice(), OUTSIDE, True) == [Channel.SMS, Channel.MAIL]
    assert ways([SMS, MAIL], NoticeChoice(Channel.MAIL), OUTSIDE, True) == [Channel.MAIL, Channel.SMS]
    assert ways([SMS, MAIL], NoticeChoice(), OUTSIDE, False) == [Channel.MAIL]


def test_it_is_over_when_the_exchange_is_gone_or_no_longer_parked() -> None:
    assert not over(Matter.ARRIVAL, Direction.IN, State.IMPORTED, False)
    assert over(Matter.ARRIVAL, Direction.IN, State.VERIFIED, True)
    assert all(over(Matter.ARRIVAL, Direction.IN, state, False) for state in (State.REFUSED, State.EXPIRED))
    assert not over(Matter.PARKED, Direction.OUT, State.PARKED, False)
    assert over(Matter.PARKED, Direction.OUT, State.SENDING, False)
