"""Lanes: urgent work overtakes, reserved threads stay free, errors reach whoever waits."""

from __future__ import annotations

import threading
import time

import pytest

from beeldbrug.kit.lanes import Lanes
from beeldbrug.model.errors import Unavailable

SECONDS = 10.0


def test_urgent_work_overtakes_what_waits() -> None:
    lanes, gate, order = Lanes(1), threading.Event(), list[str]()
    lanes.submit(3, lambda: gate.wait(SECONDS))
    routine = lanes.submit(3, lambda: order.append("routine"))
    stat = lanes.submit(0, lambda: order.append("stat"))
    gate.set()
    stat.result(SECONDS)
    routine.result(SECONDS)
    lanes.close()
    assert order == ["stat", "routine"]


def test_a_reserved_thread_takes_stat_while_the_others_are_busy() -> None:
    lanes, gate = Lanes(2, reserved=1), threading.Event()
    busy = [lanes.submit(3, lambda: gate.wait(SECONDS)) for _ in range(3)]
    assert lanes.submit(0, lambda: "done").result(SECONDS) == "done"
    assert not any(future.done() for future in busy)
    gate.set()
    for future in busy:
        future.result(SECONDS)
    lanes.close()


def test_an_error_reaches_whoever_waits_and_the_thread_goes_on() -> None:
    lanes = Lanes(1)
    failing = lanes.submit(1, lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        failing.result(SECONDS)
    assert lanes.submit(1, lambda: 7).result(SECONDS) == 7
    lanes.close()


def test_after_closing_nothing_is_taken() -> None:
    lanes = Lanes(1)
    lanes.close()
    with pytest.raises(Unavailable, match="stopping"):
        lanes.submit(1, lambda: None)


def test_closing_waits_no_longer_than_it_was_told_for_what_hangs() -> None:
    lanes, gate = Lanes(4), threading.Event()
    hanging = [lanes.submit(1, lambda: gate.wait(SECONDS)) for _ in range(4)]
    while not all(future.running() for future in hanging):
        time.sleep(0.01)
    started = time.monotonic()
    lanes.close(0.5)
    assert time.monotonic() - started < 1.5
    gate.set()
