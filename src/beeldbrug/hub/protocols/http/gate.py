"""The gate before every request: who is it, is it too much, and what becomes of an error.

Puts the authenticated caller in the scope. Turns the error tree into answers, and anything unforeseen into a 500 that
says nothing; what was left of a small request body is read first, so that the answer reaches its sender. RFC 6750.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from beeldbrug.hub.ports.hub import Caller
from beeldbrug.hub.protocols.http.errors import error_response, status_of
from beeldbrug.hub.protocols.http.requests import CALLER, Threads
from beeldbrug.hub.usecases.authenticate import Authenticator
from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Denied, NotFound, Unavailable, Unsupported

REQUESTS_A_SECOND: Final = 500.0
REQUESTS_AT_ONCE: Final = 2000.0
REFUSALS_A_SECOND: Final = 1.0
REFUSALS_AT_ONCE: Final = 60.0
BUCKETS: Final = 4096
DRAIN_SECONDS: Final = 10.0

_OPEN: Final = re.compile(r"/v1/hub")
_OWN_PROOF: Final = re.compile(r"/v1/organisations/[^/]+")

_log = get("beeldbrug.hub.http")


class Buckets:
    """Token buckets by key: so many in the long run, so many at once."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, key: str) -> bool:
        """Whether one more is within the limit; it is counted then."""
        level = self.level(key)
        if level < 1.0:
            return False
        if len(self._levels) >= BUCKETS:
            self._forget_full()
        self._levels[key] = (level - 1.0, self._clock())
        return True

    def level(self, key: str) -> float:
        """How many would be let through at once."""
        level, at = self._levels.get(key, (self._burst, 0.0))
        return min(self._burst, level + (self._clock() - at) * self._rate)

    def _forget_full(self) -> None:
        self._levels = {key: value for key, value in self._levels.items() if self.level(key) < self._burst}
        if len(self._levels) >= BUCKETS:
            # an attack from very many addresses: start afresh, rather than grow
            self._levels.clear()


class Gate:
    """ASGI middleware around the whole application."""

    def __init__(self, application: ASGIApp, authenticator: Authenticator, threads: Threads, drain_bytes: int) -> None:
        self._application = application
        self._authenticator = authenticator
        self._threads = threads
        self._drain_bytes = drain_bytes
        self._requests = Buckets(REQUESTS_A_SECOND, REQUESTS_AT_ONCE)
        self._refusals = Buckets(REFUSALS_A_SECOND, REFUSALS_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        body = _Body(receive)
        answer = _Answer(send)
        try:
            await self._admit(scope)
            # the router raises, instead of answering by itself, where it finds an application in the scope
            scope["app"] = self._application
            await self._application(scope, body.receive, answer.send)
        except BeeldbrugError as error:
            await self._refuse(scope, body, answer, error_response(error))
            _log_refusal(error)
        except HTTPException as error:
            await self._refuse(scope, body, answer, error_response(_no_route(error)))
        except Exception:
            _log.exception("request failed")
            internal = Unavailable("internal", "The hub failed on this request.", "Repeat it; tell the hub's operator.")
            await self._refuse(scope, body, answer, error_response(internal))

    async def _admit(self, scope: Scope) -> None:
        path, method = scope["path"], scope["method"]
        if _OPEN.fullmatch(path):
            return
        address = scope["client"][0] if scope.get("client") else ""
        if self._refusals.level(address) < 1.0:
            raise _too_many()
        if method == "PUT" and _OWN_PROOF.fullmatch(path):
            # a new organisation proves itself by the chain in the body; each try counts as if it were refused
            self._refusals.take(address)
            return
        try:
            caller = await self._caller(Headers(scope=scope))
        except Denied:
            self._refusals.take(address)
            raise
        if not self._requests.take(caller.ura):
            raise _too_many()
        scope[CALLER] = caller

    async def _caller(self, headers: Headers) -> Caller:
        token = bearer_token(headers)
        known = self._authenticator.known(token)
        if known is not None:
            return known
        return await self._threads.run(self._authenticator.verify, token)

    async def _refuse(self, scope: Scope, body: _Body, answer: _Answer, response: Response) -> None:
        if answer.started:
            # too late to say anything: cut the connection, so that the receiver does not take the rest for whole
            raise ConnectionAbortedError
        await body.drain(self._drain_bytes if CALLER in scope else 64 * 1024)
        await response(scope, body.receive, answer.send)


class _Body:
    """Remembers whether all of the body was read."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._ended = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._ended = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    async def drain(self, limit: int) -> None:
        """Read and drop the rest, up to a limit; else the connection would be reset under the answer."""
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                while not self._ended and limit > 0:
                    limit -= len((await self.receive()).get("body", b""))
        except TimeoutError:
            return


class _Answer:
    """Remembers whether the answer began."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def send(self, message: Message) -> None:
        self.started = True
        await self._send(message)


def bearer_token(headers: Headers) -> str:
    """The access token. Raises Denied ``access-missing``."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Denied("access-missing", "The request carries no access token.", "Send Authorization: Bearer TOKEN.")
    return token.strip()


def _no_route(error: HTTPException) -> BeeldbrugError:
    if error.status_code == 405:
        return Unsupported("method-not-allowed", "This address does not take that method.")
    return NotFound("route-not-here", "There is nothing at this address.", "See the reference of the hub's API.")


def _too_many() -> Unavailable:
    return Unavailable("too-many-requests", "More requests came than are allowed.", "Wait a moment and repeat.")


def _log_refusal(error: BeeldbrugError) -> None:
    if error.code in ("body-broken-off", "segment-not-here"):
        return
    _log.info("request refused", code=error.code, status=status_of(error))
