"""A body on its way to disk: all that came is written, in order, whatever happens to sender or disk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import pytest
from starlette.types import Message

from beeldbrug.hub.protocols.http.inflow import WAITING_BYTES, Inflow
from beeldbrug.hub.protocols.http.requests import Threads
from beeldbrug.model.errors import Unavailable


class Sender:
    """Gives pieces, then ends, breaks off, or stays silent."""

    def __init__(self, pieces: Sequence[bytes], end: str = "end") -> None:
        self.pieces = list(pieces)
        self.end = end
        self.taken = 0

    async def receive(self) -> Message:
        if not self.pieces:
            if self.end == "silent":
                await asyncio.sleep(60)
            return {"type": "http.disconnect"}
        piece = self.pieces.pop(0)
        self.taken += len(piece)
        return {"type": "http.request", "body": piece, "more_body": bool(self.pieces) or self.end != "end"}


def run(sender: Sender, write: object, seconds: float = 20.0) -> None:
    async def work() -> None:
        threads = Threads(2)
        try:
            await asyncio.wait_for(Inflow(threads, write).run(sender.receive), seconds)  # type: ignore[arg-type]  # any callable
        finally:
            threads.close()

    asyncio.run(work())


def test_all_of_it_is_written_in_order() -> None:
    pieces = [bytes([number % 256]) * (number * 997 % 5000) for number in range(500)]
    written: list[bytes] = []
    run(Sender(pieces), written.extend)
    assert b"".join(written) == b"".join(pieces)


def test_what_came_before_the_sender_broke_off_is_written() -> None:
    written: list[bytes] = []

    def slow(pieces: Sequence[bytes]) -> None:
        time.sleep(0.05)
        written.extend(pieces)

    with pytest.raises(Unavailable, match="body-broken-off"):
        run(Sender([b"one", b"two", b"three"], "break"), slow)
    assert b"".join(written) == b"onetwothree"


def test_what_came_is_written_while_the_sender_is_silent() -> None:
    written: list[bytes] = []

    def slow(pieces: Sequence[bytes]) -> None:
        time.sleep(0.05)
        written.extend(pieces)

    with pytest.raises(TimeoutError):
        run(Sender([b"one", b"two", b"three"], "silent"), slow, 1.0)
    assert b"".join(written) == b"onetwothree"


def test_a_sender_faster_than_the_disk_is_held_up() -> None:
    sender = Sender([b"x" * 100_000] * 100)
    most = 0

    def slow(pieces: Sequence[bytes]) -> None:
        nonlocal most
        most = max(most, sum(map(len, pieces)))
        time.sleep(0.005)

    run(sender, slow)
    assert most <= WAITING_BYTES + 100_000


def test_a_full_disk_ends_it_at_once() -> None:
    sender = Sender([b"x" * 100_000] * 100)

    def full(_: Sequence[bytes]) -> None:
        raise Unavailable("disk-full", "The disk is full.")

    with pytest.raises(Unavailable, match="disk-full"):
        run(sender, full)
    assert sender.taken <= 3 * WAITING_BYTES
