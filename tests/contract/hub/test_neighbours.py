"""Live messages between the processes of one hub, over real sockets."""

from __future__ import annotations

import asyncio
from pathlib import Path

from beeldbrug.hub.protocols.http.live import Message, Relay
from beeldbrug.hub.protocols.http.neighbours import Neighbours
from beeldbrug.hub.protocols.http.requests import Threads
from beeldbrug.sealed.live import LIVE_BYTES

PARCEL, A, B = "a" * 32, "00000001", "00000002"
BODY = b"\x01" * LIVE_BYTES


def test_another_process_hears_it_too_and_nothing_is_left_behind(tmp_path: Path) -> None:
    folder = tmp_path / ("deep" * 30) / "live"  # a socket's own path may have no more than 107 bytes

    async def work() -> Message | None:
        relays = [Relay(None, Threads(1)) for _ in range(2)]  # type: ignore[arg-type]  # nothing is asked of the hub
        neighbours = [Neighbours(folder, relay) for relay in relays]
        for one in neighbours:
            await one.open()
        (folder / "ended.sock").touch()
        try:
            with relays[0].listener(B) as own, relays[1].listener(B) as queue:
                neighbours[0].tell(Message(B, PARCEL, A, BODY))
                heard = await asyncio.wait_for(queue.get(), 5.0)
                assert own.empty()
                return heard
        finally:
            for one in neighbours:
                one.close()

    assert asyncio.run(work()) == Message(B, PARCEL, A, BODY)
    assert list(folder.iterdir()) == []


def test_what_is_no_message_is_dropped(tmp_path: Path) -> None:
    relay = Relay(None, Threads(1))  # type: ignore[arg-type]  # nothing is asked of the hub
    neighbours = Neighbours(tmp_path, relay)
    heard: list[Message] = []
    relay.spread = heard.append  # type: ignore[method-assign]  # to see what is passed on
    for data in (b"", BODY, b"x" * (48 + LIVE_BYTES), (B + A).encode() + b"/" * 32 + BODY):
        neighbours.datagram_received(data, None)
    assert heard == []
    neighbours.datagram_received((B + A + PARCEL).encode() + BODY, None)
    assert heard == [Message(B, PARCEL, A, BODY)]
    neighbours.close()
