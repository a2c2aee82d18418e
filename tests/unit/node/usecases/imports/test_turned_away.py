"""What tells a full PACS from one bad dataset, and how much of it is remembered."""

from __future__ import annotations

from beeldbrug.node.usecases.imports.turned_away import TurnedAway


def taken(memory: TurnedAway, instance: int, exchange: str = "other") -> None:
    memory.accepted(exchange, instance, memory.offers())


def test_a_pacs_that_takes_nothing_is_full_however_long_it_lasts() -> None:
    memory = TurnedAway(tries=2)
    assert all(memory.again("x", instance) for _ in range(100) for instance in range(3))


def test_an_instance_counts_once_one_that_was_offered_later_was_taken() -> None:
    memory = TurnedAway(tries=2)
    taken(memory, 7)
    assert memory.again("x", 1) and memory.again("x", 1) and memory.again("x", 1)
    taken(memory, 8)
    assert memory.again("x", 1) and not memory.again("x", 1)


def test_what_was_under_way_when_it_was_turned_away_says_nothing() -> None:
    memory = TurnedAway(tries=1)
    under_way = memory.offers()
    assert memory.again("x", 1)
    memory.accepted("x", 2, under_way)
    assert memory.again("x", 1)


def test_one_more_that_is_turned_away_for_the_first_time_may_mean_that_the_pacs_is_full() -> None:
    memory = TurnedAway(tries=1)
    assert memory.again("x", 1)
    taken(memory, 2)
    assert memory.again("x", 3)
    assert memory.again("x", 1)
    taken(memory, 4)
    assert not memory.again("x", 1) and not memory.again("x", 3)


def test_those_seldom_turned_away_are_offered_first_and_refused_ones_not_at_all() -> None:
    memory = TurnedAway(tries=2)
    for instance in (1, 1, 2):
        memory.again("x", instance)
    assert memory.in_order("x", [1, 2, 3, 4]) == [3, 4, 2, 1]
    taken(memory, 9)
    assert memory.again("x", 1) and not memory.again("x", 1)
    assert memory.in_order("x", [1, 2, 3, 4]) == [3, 4, 2]
    assert memory.in_order("y", [1, 2]) == [1, 2]
    memory.forget("x")
    assert memory.in_order("x", [1, 2]) == [1, 2] and memory.size == 0


def test_an_accepted_instance_is_remembered_no_longer() -> None:
    memory = TurnedAway()
    memory.again("x", 1)
    taken(memory, 1, "x")
    taken(memory, 1, "x")
    assert memory.size == 0


def test_what_is_remembered_is_bounded() -> None:
    memory = TurnedAway(kept=100)
    for exchange in range(50):
        for instance in range(30):
            memory.again(str(exchange), instance)
    assert memory.size <= 100
    for instance in range(1000):
        memory.again("large", instance)
    assert memory.size <= 100
