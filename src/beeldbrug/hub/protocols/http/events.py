"""Server-sent events of a mailbox, so that a node behind a firewall hears at once of what comes.

The announcer asks the database, for all mailboxes that are listened to in this process together, whether they grew:
so parts that another process took are heard of too. It keeps nothing; a stream resumes from the cursor that its client
names. WHATWG HTML section 9.2.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from starlette.datastructures import Headers, QueryParams
from starlette.types import Receive, Scope, Send

from beeldbrug.hub.ports.hub import Hub
from beeldbrug.hub.protocols.http.entries import entry
from beeldbrug.hub.protocols.http.requests import Threads, caller_of, encoded
from beeldbrug.hub.usecases.read_mailbox import newest, read_mailbox
from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Malformed, Unavailable

POLL_SECONDS: Final = 0.02
BEAT_SECONDS: Final = 15.0
STREAMS: Final = 20
BATCH: Final = 100

_log = get("beeldbrug.hub.events")


class Announcer:
    """Wakes the event streams of this process; belongs to its event loop."""

    def __init__(self, hub: Hub, threads: Threads) -> None:
        self._hub = hub
        self._threads = threads
        self._listeners: dict[str, set[asyncio.Event]] = {}
        self._seen: dict[str, int] = {}
        self._wanted = asyncio.Event()
        self.closing = False

    @contextmanager
    def listener(self, organisation: str) -> Iterator[asyncio.Event]:
        """An event that is set when something came for this organisation. Raises Unavailable ``too-many-requests``."""
        mine = self._listeners.setdefault(organisation, set())
        if len(mine) >= STREAMS:
            raise Unavailable("too-many-requests", "Too many event streams are open.", "Close some; one is enough.")
        event = asyncio.Event()
        mine.add(event)
        self._wanted.set()
        try:
            yield event
        finally:
            mine.discard(event)
            if not mine:
                self._listeners.pop(organisation, None)
                self._seen.pop(organisation, None)

    def touch(self, organisation: str) -> None:
        """Something came for it in this process."""
        for event in self._listeners.get(organisation, ()):
            event.set()

    def close(self) -> None:
        """End all streams."""
        self.closing = True
        for organisation in list(self._listeners):
            self.touch(organisation)

    async def run(self) -> None:
        """Watch until cancelled. A database that is away for a while ends nothing."""
        while True:
            if not self._listeners:
                self._wanted.clear()
                await self._wanted.wait()
            try:
                await self._look()
            except BeeldbrugError as error:
                _log.warning("mailboxes cannot be watched", code=error.code)
                await asyncio.sleep(1.0)
            await asyncio.sleep(POLL_SECONDS)

    async def _look(self) -> None:
        for organisation, last in (await self._threads.run(newest, self._hub, list(self._listeners))).items():
            if self._seen.get(organisation) != last:
                self._seen[organisation] = last
                self.touch(organisation)


class MailboxEvents:
    """ASGI application of GET /v1/mailbox/events."""

    def __init__(self, hub: Hub, threads: Threads, announcer: Announcer, stream_seconds: float) -> None:
        self._hub = hub
        self._threads = threads
        self._announcer = announcer
        self._stream_seconds = stream_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One stream, until its client leaves or its time is over."""
        cursor = _start(scope)
        gone = asyncio.create_task(_gone(receive))
        try:
            with self._announcer.listener(caller_of(scope).ura) as event:
                await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
                await self._stream(scope, send, cursor, event, gone)
        finally:
            gone.cancel()

    async def _stream(
        self, scope: Scope, send: Send, cursor: int, event: asyncio.Event, gone: asyncio.Task[None]
    ) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._stream_seconds
        await _write(send, b": open\n\n")
        while not gone.done() and not self._announcer.closing and loop.time() < end:
            event.clear()
            found, _ = await self._threads.run(read_mailbox, self._hub, caller_of(scope), cursor, BATCH)
            for part in found:
                cursor = part.cursor
                await _write(send, b"id: %d\nevent: part\ndata: %s\n\n" % (cursor, encoded(entry(part))))
            if not found and not await _woken(event, gone, min(BEAT_SECONDS, end - loop.time())):
                await _write(send, b": beat\n\n")
        await send({"type": "http.response.body", "body": b"", "more_body": False})


_HEADERS: Final = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def _write(send: Send, data: bytes) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": True})


async def _woken(event: asyncio.Event, gone: asyncio.Task[None], seconds: float) -> bool:
    """Whether something came, or the client left, before so many seconds."""
    waiting = asyncio.create_task(event.wait())
    done, _ = await asyncio.wait({waiting, gone}, timeout=max(0.0, seconds), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    return bool(done)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


def _start(scope: Scope) -> int:
    query = QueryParams(scope["query_string"])
    value = Headers(scope=scope).get("last-event-id") or query.get("after") or "0"
    if not (value.isascii() and value.isdecimal() and len(value) <= 18):
        raise Malformed(
            "query-malformed", "The cursor to start after is not a number.", "Use the id of the last event."
        )
    return int(value)
