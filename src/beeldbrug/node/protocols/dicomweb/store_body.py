"""The body of a request to store, from the server's event loop into a thread, and how many of them at once.

A thread of its own limiter takes one request from its first byte to its last, so that slow senders hold up nobody who
reads. The next chunk is asked for when the one before is on its way to the disk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import anyio.from_thread
import anyio.to_thread

from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.storing import Storing
from beeldbrug.node.protocols.dicomweb.answer import Answer, Receive
from beeldbrug.node.protocols.dicomweb.store import StoreLimits, StoreRequest, store
from beeldbrug.node.usecases.read.scope import hash_token


class StoreService:
    """Takes requests to store; one for the process, used from its event loop."""

    def __init__(self, storing: Storing, limits: StoreLimits) -> None:
        self._storing = storing
        self._limits = limits
        self._under_way: Counter[bytes] = Counter()
        self._threads: anyio.CapacityLimiter | None = None

    async def store(self, request: StoreRequest, receive: Receive) -> Answer:
        """What ``store.store`` says. Raises BeeldbrugError, also Unavailable ``stow-busy`` and ``stow-idle``."""
        token = hash_token(request.token)
        if self._under_way.total() >= self._limits.requests or (
            self._under_way[token] >= self._limits.requests_per_token
        ):
            raise Unavailable("stow-busy", "As much is being stored at once as can be.", "Try again in a while.")
        if self._threads is None:  # made in the loop that it serves
            self._threads = anyio.CapacityLimiter(self._limits.requests)
        self._under_way[token] += 1
        try:
            return await anyio.to_thread.run_sync(self._take, request, receive, limiter=self._threads)
        finally:
            self._under_way[token] -= 1
            self._under_way += Counter()  # forgets those that are done

    def _take(self, request: StoreRequest, receive: Receive) -> Answer:
        return store(self._storing, request, self._chunks(receive), self._limits)

    def _chunks(self, receive: Receive) -> Iterator[bytes]:
        """Raises Unavailable ``stow-idle``, or ``stow-broken-off`` when the client is gone."""
        more = True
        while more:
            chunk, more = anyio.from_thread.run(self._next, receive)
            if chunk:
                yield chunk

    async def _next(self, receive: Receive) -> tuple[bytes, bool]:
        try:
            with anyio.fail_after(self._limits.idle_seconds):
                message = await receive()
        except TimeoutError:
            raise Unavailable("stow-idle", "Nothing came for too long.", "Send it again.") from None
        if message["type"] == "http.disconnect":
            raise Unavailable("stow-broken-off", "The client broke the request off.", "Send it again.")
        return message.get("body", b""), message.get("more_body", False)
