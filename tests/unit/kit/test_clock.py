"""Promises of kit.clock."""

from __future__ import annotations

import time

from beeldbrug.kit.clock import Clock, ManualClock, SystemClock


def test_a_manual_clock_moves_only_by_hand() -> None:
    clock: Clock = ManualClock(100.0)
    assert (clock.now(), clock.monotonic()) == (100.0, 0.0)
    clock.sleep(2.5)
    assert (clock.now(), clock.monotonic()) == (102.5, 2.5)


def test_the_system_clock_is_the_systems() -> None:
    clock: Clock = SystemClock()
    before = clock.monotonic()
    clock.sleep(0)
    assert clock.monotonic() >= before and abs(clock.now() - time.time()) < 5
