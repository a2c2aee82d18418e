"""Live state as server-sent events (HTML Living Standard section 9.2): what changed on the lists of whoever listens.

One watcher for all listeners looks whether any process has committed, and reads what changed once; each listener gets
the rows that its session reaches. Nothing is replayed: a client that lost the connection fetches the list anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import anyio.to_thread
import msgspec

from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.protocols.portal.exchange_wire import exchange_object
from beeldbrug.node.usecases.inbox.listing import Listing
from beeldbrug.node.usecases.sign_in.signing import Session, Signing, alive

LOOK_SECONDS: Final = 0.25
PING_SECONDS: Final = 15.0
OVERLAP_SECONDS: Final = 5.0
"""Another process may commit a row some time after it noted when it changed it."""

WAITING: Final = 200
"""Events that one listener may be behind; then it is cut off and fetches anew."""

LISTENERS: Final = 2000


@dataclass(frozen=True, slots=True)
class Event:
    """One event, for whoever may have it."""

    name: str
    data: bytes
    allowed: Callable[[Session], bool]

    def text(self) -> bytes:
        """As it goes over the wire."""
        return b"event: " + self.name.encode() + b"\ndata: " + self.data + b"\n\n"


@dataclass(eq=False)
class _Listener:
    session: Session
    queue: asyncio.Queue[Event | list[ExchangeRow] | None] = field(default_factory=lambda: asyncio.Queue(WAITING))

    def put(self, what: Event | list[ExchangeRow]) -> None:
        try:
            self.queue.put_nowait(what)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(None)


class Events:
    """All listeners of this process."""

    def __init__(self, database: Database, organisation: str, listing: Listing, signing: Signing) -> None:
        self._database = database
        self._organisation = organisation
        self._listing = listing
        self._signing = signing
        self._listeners: set[_Listener] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watching: asyncio.Task[None] | None = None
        self._told: dict[str, float] = {}
        self._feeds: list[Callable[[], Sequence[Event]]] = []

    def feed(self, read: Callable[[], Sequence[Event]]) -> None:
        """Whenever any process has committed while somebody listens, tell what ``read`` gives; called by one thread at
        a time, before anybody listens."""
        self._feeds.append(read)

    def tell(self, event: Event) -> None:
        """Send an event to all who may have it; from any thread."""
        loop = self._loop
        if loop is not None:
            loop.call_soon_threadsafe(self._spread, event)

    async def listen(self, session: Session) -> AsyncIterator[bytes]:
        """The events for one session, until it ends. Raises Unavailable ``too-many-listeners``."""
        if len(self._listeners) >= LISTENERS:
            raise Unavailable("too-many-listeners", "Too many pages are open.", "Try again in a minute.")
        listener = _Listener(session)
        self._listeners.add(listener)
        self._loop = asyncio.get_running_loop()
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        try:
            yield b"retry: 2000\n\n"
            while await anyio.to_thread.run_sync(alive, self._signing, session):
                try:
                    what = await asyncio.wait_for(listener.queue.get(), PING_SECONDS)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if what is None:
                    return
                if isinstance(what, Event):
                    yield what.text()
                else:
                    for text in await anyio.to_thread.run_sync(self._rows, session, what):
                        yield text
            yield b"event: signed-out\ndata: {}\n\n"
        finally:
            self._listeners.discard(listener)

    def _spread(self, event: Event) -> None:
        for listener in list(self._listeners):
            if event.allowed(listener.session):
                listener.put(event)

    def _rows(self, session: Session, rows: list[ExchangeRow]) -> list[bytes]:
        now = self._listing.now()
        shown = self._listing.shown(session, rows)
        return [b"event: exchange\ndata: " + msgspec.json.encode(exchange_object(row, now)) + b"\n\n" for row in shown]

    async def _watch(self) -> None:
        """Runs as long as anybody listens."""
        version = await anyio.to_thread.run_sync(self._database.version)
        since = self._listing.now()
        while self._listeners:
            await asyncio.sleep(LOOK_SECONDS)
            present = await anyio.to_thread.run_sync(self._database.version)
            if present == version:
                continue
            version = present
            rows = await anyio.to_thread.run_sync(self._changed, since)
            since = max(since, self._listing.now() - OVERLAP_SECONDS)
            if rows:
                for listener in list(self._listeners):
                    listener.put(rows)
            for read in self._feeds:
                for event in await anyio.to_thread.run_sync(read):
                    self._spread(event)

    def _changed(self, since: float) -> list[ExchangeRow]:
        with self._database.read() as tx:
            rows = tx.listings.changed(self._organisation, since)
        fresh = [row for row in rows if self._told.get(row.id) != row.updated]
        self._told = {row.id: row.updated for row in rows}
        return fresh
