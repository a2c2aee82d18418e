"""Which way is tried first: the door, unless it failed a moment ago or is much slower than the hub."""

from __future__ import annotations

from beeldbrug.node.ports.ways import HUB
from beeldbrug.node.usecases.ways.pace import FIRST_REST, LONGEST_REST, MEASURED_BYTES, MEASURES, Pace

PEER = "00000002"
MEGABYTE = 4 * MEASURED_BYTES


class Hand:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def measured(pace: Pace, way: str, rate: float, times: int = MEASURES) -> None:
    for _ in range(times):
        pace.works(way, MEGABYTE, MEGABYTE / rate)


def test_the_order_stands_while_nothing_is_known() -> None:
    assert Pace(Hand()).in_order([PEER, HUB]) == [PEER, HUB]


def test_a_way_that_failed_rests_longer_each_time_and_is_tried_again() -> None:
    hand = Hand()
    pace = Pace(hand)
    pace.failed(PEER)
    assert pace.in_order([PEER, HUB]) == [HUB, PEER]
    hand.now += FIRST_REST
    assert pace.in_order([PEER, HUB]) == [PEER, HUB]
    for _ in range(20):
        pace.failed(PEER)
    hand.now += LONGEST_REST - 1
    assert pace.rests(PEER)
    hand.now += 1
    assert not pace.rests(PEER)
    pace.failed(PEER)
    pace.works(PEER)
    assert not pace.rests(PEER)


def test_a_way_much_slower_than_the_next_is_not_chosen_before_it() -> None:
    pace = Pace(Hand())
    measured(pace, PEER, 40e6)
    measured(pace, HUB, 70e6)
    assert pace.in_order([PEER, HUB]) == [PEER, HUB], "a little slower is no reason to burden the hub"
    measured(pace, PEER, 5e6, times=20)
    assert pace.in_order([PEER, HUB]) == [HUB, PEER]


def test_a_few_bytes_or_measures_say_nothing() -> None:
    pace = Pace(Hand())
    measured(pace, HUB, 70e6)
    measured(pace, PEER, 1e6, times=MEASURES - 1)
    for _ in range(10):
        pace.works(PEER, MEASURED_BYTES - 1, 60.0)
    assert pace.in_order([PEER, HUB]) == [PEER, HUB]
