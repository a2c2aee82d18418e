"""A RIS or EPD that takes HL7 v2 over MLLP and answers, by the asyncio server of the package ``hl7``, not by ours."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import hl7
from hl7.mllp import start_hl7_server

SECONDS = 20.0

Answer = Callable[[Any], Sequence[str]]
"""What is answered to a parsed message: whole messages; none is silence."""


def accept(message: Any) -> list[str]:
    """AA, by the package's own hand."""
    return [str(message.create_ack("AA"))]


@dataclass
class MllpPeer:
    """A running peer. ``received`` are the messages as parsed by the package; ``answer`` may be changed meanwhile."""

    answer: Answer
    port: int = 0
    received: list[Any] = field(default_factory=list)

    def value(self, segment: str, number: int, message: int = -1) -> str:
        """A field of a message as it stands there."""
        return str(self.received[message].segment(segment)[number])


@contextmanager
def mllp_peer(
    answer: Answer = accept, tls: ssl.SSLContext | None = None, encoding: str = "iso-8859-1"
) -> Iterator[MllpPeer]:
    """Run one on a free port of loopback."""
    peer, loop = MllpPeer(answer), asyncio.new_event_loop()
    open_: set[asyncio.Task[Any]] = set()

    async def serve(reader: Any, writer: Any) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_.add(task)
        try:
            while not writer.is_closing():
                message = await reader.readmessage()
                peer.received.append(message)
                for one in peer.answer(message):
                    writer.writemessage(hl7.parse(one))
                    await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            pass  # the caller has gone, or the test has ended
        finally:
            open_.discard(task)
            writer.close()

    async def listen() -> Any:
        return await start_hl7_server(serve, "127.0.0.1", 0, encoding=encoding, ssl=tls)

    async def close(server: Any) -> None:
        server.close()
        for task in [*open_]:
            task.cancel()
        await asyncio.gather(*open_, return_exceptions=True)

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(SECONDS)
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        asyncio.run_coroutine_threadsafe(close(server), loop).result(SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(SECONDS)
        with contextlib.suppress(RuntimeError):
            loop.close()
