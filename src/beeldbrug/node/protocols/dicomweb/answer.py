"""Requests as the handlers see them, and answers as they give them; plus sending an answer over ASGI.

A stream is read in threads, a chunk at a time, so that no study is held in memory. An answer that cannot be finished
is broken off, so that no client takes it for whole. RFC 9110, ASGI 3.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

import anyio.to_thread

from beeldbrug.kit import log
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.protocols.dicomweb.status import error_body, error_headers, status_of

ASGIScope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[ASGIScope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

PRIVATE: Final = (b"cache-control", b"private, no-store")
"""Nothing of a patient stays in a cache."""

_log = log.get("dicomweb")


class BrokenOff(Exception):
    """Ends a connection whose answer cannot be finished; holds no text, because servers log it."""


@dataclass(frozen=True, slots=True)
class Request:
    """One GET or HEAD. ``base`` is the absolute address of the service; ``query`` in the order given."""

    action: str
    variables: dict[str, str]
    query: list[tuple[str, str]]
    accept: str
    range: str
    token: str
    base: str


@dataclass(slots=True)
class Answer:
    """What goes out. ``body`` is bytes, or chunks with their total ``length`` (None when not known)."""

    status: int
    body: bytes | Iterator[bytes]
    content_type: str = ""
    length: int | None = None
    headers: Headers = field(default_factory=list)

    def head(self) -> Headers:
        """All headers."""
        length = len(self.body) if isinstance(self.body, bytes) else self.length
        found: Headers = [PRIVATE]
        if self.content_type:
            found.append((b"content-type", self.content_type.encode("latin-1")))
        if length is not None and self.status != 204:
            found.append((b"content-length", str(length).encode()))
        return found + self.headers


def primed(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same chunks, the first already read: what is wrong from the start becomes a status, not a broken answer."""
    first = next(chunks, b"")
    return chain((first,), chunks)


async def send_answer(send: Send, answer: Answer, without_body: bool) -> None:
    """Send an answer, or only its headers. Raises BrokenOff when its stream fails on the way."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.head()})
    if without_body or isinstance(answer.body, bytes):
        body = b"" if without_body else answer.body
        await send({"type": "http.response.body", "body": body, "more_body": False})
        return
    await _send_stream(send, answer.body)


async def _send_stream(send: Send, chunks: Iterator[bytes]) -> None:
    try:
        while True:
            chunk = await anyio.to_thread.run_sync(next, chunks, None)
            if chunk is None:
                break
            if chunk:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
    except BeeldbrugError as error:
        _log.error("answer broken off", code=error.code, kind=error.kind.value)
        raise BrokenOff from None
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def send_error(send: Send, error: BeeldbrugError, without_body: bool) -> None:
    """Send an error as its status and JSON."""
    status = status_of(error)
    body = error_body(error)
    headers = [*error_headers(status), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if without_body else body, "more_body": False})
