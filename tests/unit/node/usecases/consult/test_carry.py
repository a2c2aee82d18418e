"""Threads that carry live messages: what cannot be sent is dropped, a broken channel is taken up again, all ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.live import LiveEntry
from beeldbrug.node.usecases.consult import carry
from beeldbrug.node.usecases.consult.carry import Carrier

ENTRY = LiveEntry("e" * 32, "00000002", b"message")


@dataclass
class Hall:
    """Somebody looks at one study, and has something to say."""

    outbox: list[tuple[str, bytes]] = field(default_factory=list)
    taken: list[LiveEntry] = field(default_factory=list)
    empty: bool = False
    outside: bool = True

    def due(self, busy: frozenset[str]) -> tuple[list[tuple[str, bytes]], float]:
        found = [one for one in self.outbox if one[0] not in busy][:1]
        self.outbox = [one for one in self.outbox if one not in found]
        return found, 0.02

    def reaches_out(self) -> bool:
        return self.outside

    def is_empty(self) -> bool:
        return self.empty

    def take(self, entry: LiveEntry) -> bool:
        self.taken.append(entry)
        return True


@dataclass
class Wire:
    """The hub: refuses what it is told to, and breaks off as often as it is told to."""

    refuse: set[bytes] = field(default_factory=set)
    breaks: int = 0
    put: list[bytes] = field(default_factory=list)
    listened: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    def put_live(self, parcel: str, body: bytes) -> None:
        if body in self.refuse:
            raise Unavailable("hub-unreachable", "x", "y")
        self.put.append(body)

    def live(self, stop: threading.Event) -> Iterator[LiveEntry]:
        self.listened += 1
        if self.listened <= self.breaks:
            raise Unavailable("hub-unreachable", "x", "y")
        yield ENTRY
        stop.wait(10)
        self.stopped.set()


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


@pytest.fixture
def carried(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Hall, Wire, Carrier]]:
    monkeypatch.setattr(carry, "FIRST_PAUSE", 0.005)
    hall, wire = Hall(), Wire()
    carrier = Carrier(cast(Any, hall), wire)
    yield hall, wire, carrier
    carrier.close()


def test_what_is_due_is_sent_and_what_comes_is_taken(carried: tuple[Hall, Wire, Carrier]) -> None:
    hall, wire, carrier = carried
    hall.outbox = [("one", b"1"), ("two", b"2"), ("one", b"3")]
    carrier.wake()
    until(lambda: len(wire.put) == 3 and hall.taken == [ENTRY])
    assert [body for body in wire.put if body != b"2"] == [b"1", b"3"]


def test_what_cannot_be_sent_is_dropped_and_the_next_goes(carried: tuple[Hall, Wire, Carrier]) -> None:
    hall, wire, carrier = carried
    wire.refuse = {b"1"}
    hall.outbox = [("one", b"1"), ("one", b"2")]
    carrier.wake()
    until(lambda: wire.put == [b"2"])


def test_a_channel_that_broke_off_is_taken_up_again(carried: tuple[Hall, Wire, Carrier]) -> None:
    hall, wire, carrier = carried
    wire.breaks = 3
    carrier.wake()
    until(lambda: hall.taken == [ENTRY])
    assert wire.listened == 4


def test_inside_one_organisation_the_hub_is_not_asked(carried: tuple[Hall, Wire, Carrier]) -> None:
    hall, wire, carrier = carried
    hall.outside = False
    hall.outbox = [("one", b"1")]
    carrier.wake()
    until(lambda: wire.put == [b"1"])
    assert wire.listened == 0


def test_some_time_after_the_last_one_left_nobody_listens(
    carried: tuple[Hall, Wire, Carrier], monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, wire, carrier = carried
    carrier.wake()
    until(lambda: hall.taken)
    time.sleep(0.1)
    assert not wire.stopped.is_set(), "somebody still looks"
    monkeypatch.setattr(carry, "LINGER_SECONDS", 0.05)
    hall.empty = True
    assert wire.stopped.wait(10)
    hall.empty = False
    carrier.wake()
    until(lambda: wire.listened == 2)


def test_after_its_end_nothing_begins(carried: tuple[Hall, Wire, Carrier]) -> None:
    hall, wire, carrier = carried
    carrier.wake()
    until(lambda: hall.taken)
    carrier.close()
    assert wire.stopped.wait(10)
    hall.outbox = [("one", b"1")]
    carrier.wake()
    time.sleep(0.1)
    assert wire.put == []
