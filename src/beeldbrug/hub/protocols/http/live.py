"""The live relay: sealed messages of one size, from one end of a parcel to the other, as they come; nothing is kept.

A message goes to whoever of the other organisation listens at this moment, in this process and in the others of this
hub, and is gone. The hub sees that two organisations talk about a parcel, as it does from their parts. WHATWG HTML
section 9.2.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from beeldbrug.hub.ports.hub import Hub
from beeldbrug.hub.protocols.http.gate import Buckets
from beeldbrug.hub.protocols.http.requests import Threads, body_of, caller_of, encoded, identifier
from beeldbrug.hub.usecases.relay import Ends, ends_of, other_end
from beeldbrug.model.errors import Malformed, Unavailable
from beeldbrug.sealed.live import LIVE_BYTES

BEAT_SECONDS: Final = 5.0
STREAMS: Final = 20
"""Listeners of one organisation in one process."""

WAITING: Final = 64
"""Messages that one listener may be behind; then the oldest go, for the newest says what counts."""

MESSAGES_A_SECOND: Final = 60.0
MESSAGES_AT_ONCE: Final = 120.0
"""Of one organisation in one parcel."""

ENDS_SECONDS: Final = 5.0
"""How long it is believed without looking again who the two ends are."""

ENDS_HELD: Final = 4096


@dataclass(frozen=True, slots=True)
class Message:
    """One message under way."""

    receiver: str
    parcel: str
    sender: str
    body: bytes


class Relay:
    """The listeners of this process; belongs to its event loop. ``others`` hands a message to the hub's other
    processes."""

    def __init__(self, hub: Hub, threads: Threads, clock: Callable[[], float] = time.monotonic) -> None:
        self._hub = hub
        self._threads = threads
        self._clock = clock
        self._listeners: dict[str, set[asyncio.Queue[Message | None]]] = {}
        self._buckets = Buckets(MESSAGES_A_SECOND, MESSAGES_AT_ONCE, clock)
        self._ends: dict[str, tuple[float, Ends]] = {}
        self.others: Callable[[Message], None] = lambda message: None
        self.closing = False

    async def post(self, request: Request) -> Response:
        """POST /v1/parcels/{parcel}/live."""
        caller = caller_of(request.scope).ura
        parcel = identifier(request.scope, "parcel")
        body = await body_of(request.receive, request.headers, LIVE_BYTES)
        if len(body) != LIVE_BYTES:
            raise Malformed("live-size", f"A live message has {LIVE_BYTES} bytes.", "Check the node's version.")
        if not self._buckets.take(f"{caller}/{parcel}"):
            raise Unavailable("too-many-requests", "More live messages came than are allowed.", "Send fewer.")
        message = Message(other_end(await self._ends_of(parcel), caller), parcel, caller, body)
        self.spread(message)
        self.others(message)
        return Response(status_code=204)

    def spread(self, message: Message) -> None:
        """Give it to who listens here."""
        for queue in self._listeners.get(message.receiver, ()):
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(message)

    @contextmanager
    def listener(self, organisation: str) -> Iterator[asyncio.Queue[Message | None]]:
        """The messages for an organisation from now on. Raises Unavailable ``too-many-requests``."""
        mine = self._listeners.setdefault(organisation, set())
        if len(mine) >= STREAMS:
            raise Unavailable("too-many-requests", "Too many live streams are open.", "Close some; one is enough.")
        queue: asyncio.Queue[Message | None] = asyncio.Queue(WAITING)
        mine.add(queue)
        try:
            yield queue
        finally:
            mine.discard(queue)
            if not mine:
                self._listeners.pop(organisation, None)

    def close(self) -> None:
        """End all streams."""
        self.closing = True
        for queues in list(self._listeners.values()):
            for queue in list(queues):
                if queue.full():
                    queue.get_nowait()
                queue.put_nowait(None)

    async def _ends_of(self, parcel: str) -> Ends:
        now = self._clock()
        known = self._ends.get(parcel)
        if known is not None and now < known[0]:
            return known[1]
        ends = await self._threads.run(ends_of, self._hub, parcel)
        if len(self._ends) >= ENDS_HELD:
            self._ends.clear()
        self._ends[parcel] = (now + ENDS_SECONDS, ends)
        return ends


class LiveEvents:
    """ASGI application of GET /v1/live/events."""

    def __init__(self, relay: Relay, stream_seconds: float) -> None:
        self._relay = relay
        self._stream_seconds = stream_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One stream, until its client leaves or its time is over."""
        gone = asyncio.create_task(_gone(receive))
        try:
            with self._relay.listener(caller_of(scope).ura) as queue:
                await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
                await self._stream(send, queue, gone)
        finally:
            gone.cancel()

    async def _stream(self, send: Send, queue: asyncio.Queue[Message | None], gone: asyncio.Task[None]) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._stream_seconds
        await _write(send, b": open\n\n")
        while not gone.done() and not self._relay.closing and loop.time() < end:
            message = await _next(queue, gone, min(BEAT_SECONDS, end - loop.time()))
            await _write(send, b"event: beat\ndata: {}\n\n" if message is None else _event(message))
        await send({"type": "http.response.body", "body": b"", "more_body": False})


_HEADERS: Final = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


def _event(message: Message) -> bytes:
    body = base64.b64encode(message.body).decode("ascii")
    data = {"parcel": message.parcel, "sender": message.sender, "body": body}
    return b"event: live\ndata: " + encoded(data) + b"\n\n"


async def _write(send: Send, data: bytes) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": True})


async def _next(queue: asyncio.Queue[Message | None], gone: asyncio.Task[None], seconds: float) -> Message | None:
    """The next message; None when none came in time, or the client left."""
    waiting = asyncio.create_task(queue.get())
    done, _ = await asyncio.wait({waiting, gone}, timeout=max(0.0, seconds), return_when=asyncio.FIRST_COMPLETED)
    if waiting in done:
        return waiting.result()
    waiting.cancel()
    return None


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
