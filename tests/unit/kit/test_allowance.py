"""So much for each key within so much time, and never more."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from beeldbrug.kit import allowance
from beeldbrug.kit.allowance import Allowance, network_of


class Hand:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = 1000.0

    def now(self) -> float:
        return self.at


def test_what_is_over_the_allowance_is_refused_until_its_time_has_passed() -> None:
    clock = Hand()
    three = Allowance(3, 60.0, clock.now)
    assert [three.take("a") for _ in range(4)] == [True, True, True, False]
    assert three.take("b"), "another key has its own"
    clock.at += 59.9
    assert not three.take("a")
    clock.at += 0.2
    assert three.take("a")


def test_a_large_amount_that_does_not_fit_uses_nothing() -> None:
    bytes_ = Allowance(100, 60.0, Hand().now)
    assert bytes_.take("a", 60)
    assert not bytes_.take("a", 41)
    assert bytes_.take("a", 40)


def test_a_clock_that_was_set_back_locks_nobody_out() -> None:
    clock = Hand()
    one = Allowance(1, 60.0, clock.now)
    assert one.take("a")
    clock.at -= 3600
    assert one.take("a")


def test_memory_does_not_grow_with_the_number_of_strangers() -> None:
    many = Allowance(1, 60.0, Hand().now)
    for number in range(allowance.KEYS_MOST + 50):
        assert many.take(str(number))
    assert len(many._used) == allowance.KEYS_MOST
    assert not many.take(str(allowance.KEYS_MOST + 49))


def test_many_at_once_get_no_more_than_there_is() -> None:
    some = Allowance(100, 60.0, Hand().now)
    taken: list[bool] = []

    def grab() -> None:
        taken.extend([some.take("a") for _ in range(50)])

    threads = [threading.Thread(target=grab) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert taken.count(True) == 100


def test_an_address_counts_with_its_network() -> None:
    assert network_of("192.0.2.7") == network_of("::ffff:192.0.2.7") == "192.0.2.7"
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9%eth0") != network_of("2001:db8:1:3::1")


@given(st.text(max_size=200))
def test_whatever_stands_for_an_address_is_a_key(text: str) -> None:
    assert len(network_of(text)) <= 64
