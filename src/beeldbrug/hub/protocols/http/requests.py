"""Reading a request: bounded bodies, checked path values, headers and queries, and use cases in threads.

Every value is checked against its written form before anything else sees it; a refusal never repeats the value.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, ParamSpec, TypeVar

import msgspec
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Receive, Scope

from beeldbrug.hub.ports.hub import Caller
from beeldbrug.model.errors import Malformed, TooLarge, Unavailable
from beeldbrug.sealed import forms

P = ParamSpec("P")
T = TypeVar("T")
B = TypeVar("B")

CALLER: Final = "beeldbrug.caller"
IDLE_SECONDS: Final = 60.0
"""A sender that stays silent this long in the middle of a body is cut off."""

SEGMENT_NUMBERS: Final = 2**31


class Threads:
    """Where use cases run: they wait for disks and databases, and the event loop must not."""

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="hub")

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it in a thread and wait."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: work(*args, **kwargs))

    def close(self) -> None:
        """Wait for what runs."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def caller_of(scope: Scope) -> Caller:
    """The organisation that the gate let in."""
    caller: Caller = scope[CALLER]
    return caller


def identifier(scope: Scope, name: str) -> str:
    """A pack or parcel id of the path. Raises Malformed ``id-malformed``."""
    return forms.check(scope["path_params"][name], forms.ID, "id-malformed")


def organisation(scope: Scope, name: str) -> str:
    """A URA of the path. Raises Malformed ``ura-malformed``."""
    return forms.check(scope["path_params"][name], forms.URA, "ura-malformed")


def number(scope: Scope, name: str = "number") -> int:
    """A part or segment number of the path. Raises Malformed ``number-malformed``."""
    return _decimal(scope["path_params"][name], "number-malformed", SEGMENT_NUMBERS)


def query_number(request: Request, name: str, default: int) -> int:
    """A number of the query. Raises Malformed ``query-malformed``."""
    value = request.query_params.get(name)
    return default if value is None else _decimal(value, "query-malformed", 2**63)


def header(headers: Headers, name: str) -> str:
    """A header that must be there. Raises Malformed ``header-missing``."""
    value = headers.get(name)
    if not value:
        raise Malformed("header-missing", f"The header {name} is missing.", "See the reference of the hub's API.")
    return value


def header_number(headers: Headers, name: str) -> int:
    """A header that is a decimal number. Raises Malformed ``header-missing`` or ``header-malformed``."""
    return _decimal(header(headers, name), "header-malformed", 2**63)


async def next_piece(receive: Receive) -> tuple[bytes, bool]:
    """The next bytes of the body and whether more come. Raises Unavailable when the sender went away or silent."""
    try:
        async with asyncio.timeout(IDLE_SECONDS):
            message = await receive()
    except TimeoutError:
        raise Unavailable("body-idle", "The sender of the request stayed silent for too long.", "Repeat it.") from None
    if message["type"] != "http.request":
        raise Unavailable("body-broken-off", "The sender of the request went away.", "Repeat it.")
    return message.get("body", b""), bool(message.get("more_body", False))


async def body_of(receive: Receive, headers: Headers, limit: int) -> bytes:
    """The whole body. Raises TooLarge ``body-too-large`` over ``limit`` bytes."""
    length = headers.get("content-length")
    if length is not None and _decimal(length, "header-malformed", 2**63) > limit:
        raise _too_large()
    pieces: list[bytes] = []
    room = limit
    more = True
    while more:
        piece, more = await next_piece(receive)
        room -= len(piece)
        if room < 0:
            raise _too_large()
        pieces.append(piece)
    return b"".join(pieces)


def parsed(body: bytes, kind: type[B]) -> B:
    """A JSON body of this shape. Raises Malformed ``body-malformed``."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Malformed(
            "body-malformed", "The body is not the JSON that this request takes.", "See the reference of the hub's API."
        ) from None


def encoded(content: Any) -> bytes:
    """JSON of an answer."""
    return msgspec.json.encode(content)


def _decimal(value: str, code: str, below: int) -> int:
    if not (value.isascii() and value.isdecimal() and len(value) <= 19 and int(value) < below):
        raise Malformed(code, "A number in the request is not a decimal number within its range.")
    return int(value)


def _too_large() -> TooLarge:
    return TooLarge(
        "body-too-large", "The body of the request is larger than allowed.", "See the limits of GET /v1/hub."
    )
