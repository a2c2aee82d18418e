"""The body of an upload on its way to disk: it is written in a thread while the next bytes come in.

What has come is always written, also when the sender breaks off: then it can go on from there. It is written some
hundred KiB at a time, for each turn of a thread costs as much as writing that. Little waits in memory: a sender faster
than the disk is held up. Knows nothing of segments.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from starlette.types import Receive

from beeldbrug.hub.protocols.http.requests import Threads, next_piece

WAITING_BYTES: Final = 1024 * 1024
AT_ONCE_BYTES: Final = 768 * 1024
GATHER_SECONDS: Final = 0.02
"""So long a turn of a thread waits for so many bytes; then it writes what there is."""


class Inflow:
    """One body; ``write`` is called with pieces in order, from one thread at a time."""

    def __init__(self, threads: Threads, write: Callable[[Sequence[bytes]], None]) -> None:
        self._threads = threads
        self._write = write
        self._pieces: list[bytes] = []
        self._waiting = 0
        self._come = asyncio.Event()
        self._enough = asyncio.Event()
        self._room = asyncio.Event()
        self._ended = False

    async def run(self, receive: Receive) -> None:
        """Until the body's end. Raises what ``write`` raises, and Unavailable when the sender goes away or silent."""
        writer = asyncio.create_task(self._drain())
        try:
            await self._fill(receive, writer)
        finally:
            # whoever closes the file next must not do so under a thread that writes it
            self._ended = True
            self._come.set()
            self._enough.set()
            await asyncio.wait({writer})
            failed = writer.exception()
        if failed is not None:
            raise failed

    async def _fill(self, receive: Receive, writer: asyncio.Task[None]) -> None:
        more = True
        while more and not writer.done():
            piece, more = await next_piece(receive)
            self._pieces.append(piece)
            self._waiting += len(piece)
            self._come.set()
            if self._waiting >= AT_ONCE_BYTES:
                self._enough.set()
            # once the writer has ended, nobody would make room again
            if self._waiting >= WAITING_BYTES and not self._ended:
                self._room.clear()
                await self._room.wait()

    async def _drain(self) -> None:
        try:
            while self._pieces or not self._ended:
                self._come.clear()
                if self._pieces:
                    await self._gather()
                    pieces, self._pieces, self._waiting = self._pieces, [], 0
                    self._room.set()
                    await self._threads.run(self._write, pieces)
                elif not self._ended:
                    await self._come.wait()
        finally:
            self._room.set()
            self._ended = True

    async def _gather(self) -> None:
        if self._waiting < AT_ONCE_BYTES and not self._ended:
            self._enough.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(GATHER_SECONDS):
                    await self._enough.wait()
