"""The portal's API as an ASGI application: find the route, check session, permission and body, call one handler.

A call that changes something carries the header ``X-Beeldbrug``, which no foreign page can send without asking first
(Fetch standard, CORS-preflight), besides a cookie that is not sent along from other sites. Nothing is logged of a
request but the code of an answer that broke off.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final
from urllib.parse import parse_qsl

import anyio.to_thread
import msgspec

from beeldbrug.kit import log
from beeldbrug.kit.serve import Application, Message, Receive, Send
from beeldbrug.model.errors import BeeldbrugError, Denied, Malformed, NotFound, TooLarge, Unavailable, Unsupported
from beeldbrug.node.policy.launch import link_refused
from beeldbrug.node.protocols.portal.by_provider import ended
from beeldbrug.node.protocols.portal.cookies import read_cookie, set_cookie
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import PREFIX, Call, Reply, Route
from beeldbrug.node.protocols.portal.routes import ROUTES
from beeldbrug.node.protocols.portal.status import error_body, status_of
from beeldbrug.node.usecases.sign_in.signing import Session, not_signed_in, resume

QUERY_BYTES: Final = 8 * 1024
QUERY_FIELDS: Final = 50
JSON: Final = (b"content-type", b"application/json")
GUARDS: Final = [
    (b"cache-control", b"private, no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
SAFE: Final = frozenset({"GET", "HEAD"})
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")

_log = log.get("portal")


class BrokenOff(Exception):
    """Ends a connection whose answer cannot be finished; holds no text, because servers log it."""


def _fault() -> Unavailable:
    return Unavailable(
        "program-fault", "A fault of the program stands in the way.", "Look in the log of the node and report it."
    )


class _Table:
    """Routes by method; those without variables in their path are found at once."""

    def __init__(self, routes: tuple[Route, ...]) -> None:
        self.fixed = {(route.method, route.path): route for route in routes if not route.variables}
        self.open = [(route.pattern, route) for route in routes if route.variables]
        self.visited = {route.path.split("/")[1] for route in routes if route.visited}

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """The route and its variables. Raises NotFound, Unsupported."""
        if route := self.fixed.get((method, path)):
            return route, {}
        known = any(fixed == path for _, fixed in self.fixed)
        for pattern, route in self.open:
            if found := pattern.fullmatch(path):
                if route.method == method:
                    return route, found.groupdict()
                known = True
        if known:
            raise Unsupported("method-not-offered", "This path does not take this method.")
        raise NotFound("no-such-resource", "There is no such path.", "See the portal's API description.")

    def is_visited(self, method: str, path: str) -> bool:
        """Whether a browser itself goes there, and not a script of the portal's page."""
        try:
            return self.find(method, path)[0].visited
        except NotFound:
            return method == "GET" and path.split("/")[1] in self.visited
        except Unsupported:
            return False


def portal_app(portal: Portal, public_url: str = "") -> Application:
    """The API below PREFIX. ``public_url`` is how browsers see the root; without it the Host header says."""
    table = _Table(ROUTES)

    def prepare(scope: Message) -> tuple[Route, Call]:
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        route, variables = table.find(method, scope["path"][len(PREFIX) :])
        headers = _headers(scope)
        if route.once and (scope["method"] == "HEAD" or "prefetch" in headers.get(b"sec-purpose", "")):
            raise Unsupported("method-not-offered", "This path does not take this method.")
        if route.form:
            _check_own_form(headers)
        elif scope["method"] not in SAFE and not route.foreign:
            _check_own_page(headers)
        origin = public_url.rstrip("/") or _origin(scope, headers)
        secure = origin.startswith("https:")
        session = None if route.foreign else _session(portal, headers, secure, route.act)
        _check_permission(route, session)
        query = _query(scope.get("query_string", b""))
        address = (scope.get("client") or ("",))[0]
        now = portal.clock.now()
        call = Call(variables, query, headers, None, session, address, origin, secure, now)
        if route.gate is not None:
            route.gate(portal, call)
        return route, call

    async def refuse(scope: Message, send: Send, error: BeeldbrugError) -> None:
        page = error.code != "method-not-offered" and table.is_visited(scope["method"], scope["path"][len(PREFIX) :])
        await (_send(send, ended(error), False, False) if page else _send_error(send, error))

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        try:
            route, call = await anyio.to_thread.run_sync(prepare, scope)
            if route.body is not None:
                call.body = _decoded(route, await _read(receive, route.body_bytes))
            answer = await anyio.to_thread.run_sync(route.handle, portal, call)
        except BeeldbrugError as error:
            await refuse(scope, send, error)
            return
        except Exception:  # a fault of the program: where it was goes to the log, which leaves its text out
            _log.exception("call broke off")
            await refuse(scope, send, _fault())
            return
        await _send(send, _reply(answer), scope["method"] == "HEAD", call.secure)

    return app


def _headers(scope: Message) -> dict[bytes, str]:
    headers: dict[bytes, str] = {}
    for name, value in scope["headers"]:
        name = name.lower()
        text = value.decode("latin-1")
        if name == b"cookie" and name in headers:  # HTTP/2 may part it (RFC 9113 section 8.2.3)
            headers[name] += "; " + text
        headers.setdefault(name, text)
    return headers


def _check_own_page(headers: dict[bytes, str]) -> None:
    foreign = headers.get(b"sec-fetch-site", "same-origin") not in ("same-origin", "none")
    if foreign or headers.get(b"x-beeldbrug") != "portal":
        raise Denied("not-from-the-portal", "This call did not come from the portal's own page.", "Use the portal.")


def _check_own_form(headers: dict[bytes, str]) -> None:
    if headers.get(b"sec-fetch-site", "same-origin") != "same-origin":
        raise link_refused()


def _origin(scope: Message, headers: dict[bytes, str]) -> str:
    host = headers.get(b"host", "")
    if _HOST.fullmatch(host) is None:
        raise Malformed("host-malformed", "The Host header cannot be read.")
    return f"{scope.get('scheme', 'http')}://{host}"


def _session(portal: Portal, headers: dict[bytes, str], secure: bool, act: bool) -> Session | None:
    token = read_cookie(headers.get(b"cookie", ""), secure)
    if not token:
        return None
    try:
        return resume(portal.signing, token, act)
    except Denied:
        return None


def _check_permission(route: Route, session: Session | None) -> None:
    if route.permission is None:
        return
    if session is None or session.row.stage not in route.stages:
        raise not_signed_in()
    own = route.method not in SAFE and route.path.startswith("/me/") and route.path != "/me/preferences"
    if own and session.limited:
        raise Denied(
            "launched-session",
            "This session was opened from another system, for one patient.",
            "Sign in to Beeldbrug itself to change your account.",
        )
    staged = not session.permissions  # on the way in: the stages of the route are the check
    if not staged and route.permission not in session.permissions:
        raise Denied("not-permitted", "Your role does not allow this.", "Ask your administrator which role you need.")


def _query(raw: bytes) -> dict[str, str]:
    if len(raw) > QUERY_BYTES:
        raise Malformed("query-malformed", "The query is too long.")
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=QUERY_FIELDS)
    except ValueError:
        raise Malformed("query-malformed", "The query cannot be read as UTF-8 parameters.") from None
    return dict(pairs)


async def _read(receive: Receive, most: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Malformed("body-cut-off", "The request ended before its body did.", "Send it again.")
        piece = message.get("body", b"")
        pieces.append(piece)
        size += len(piece)
        if size > most:
            raise TooLarge("body-too-large", "The request is larger than this takes.", "Send less at once.")
        if not message.get("more_body"):
            return b"".join(pieces)


def _decoded(route: Route, body: bytes) -> Any:
    if route.body is bytes:
        return body
    try:
        return msgspec.json.decode(body or b"{}", type=route.body)
    except (msgspec.DecodeError, UnicodeDecodeError):  # its text may repeat what was typed
        raise Malformed(
            "body-malformed", "The request is not what the API's description says.", "Reload the page."
        ) from None


def _reply(answer: Any) -> Reply:
    if isinstance(answer, Reply):
        return answer
    if answer is None:
        return Reply(status=204)
    return Reply(msgspec.json.encode(answer), content_type="application/json")


async def _send(send: Send, reply: Reply, without_body: bool, secure: bool) -> None:
    headers = [*GUARDS, *reply.headers]
    if reply.content_type:
        headers.append((b"content-type", reply.content_type.encode("ascii")))
    length = len(reply.body) if isinstance(reply.body, bytes) else reply.length
    if length is not None and reply.status != 204:
        headers.append((b"content-length", str(length).encode()))
    if reply.cookie is not None:
        headers.append(set_cookie(reply.cookie, secure))
    named = {name for name, _ in reply.headers}
    headers = [pair for at, pair in enumerate(headers) if at >= len(GUARDS) or pair[0] not in named]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    if without_body or isinstance(reply.body, bytes):
        body = b"" if without_body else reply.body
        await send({"type": "http.response.body", "body": body, "more_body": False})
    elif isinstance(reply.body, AsyncIterator):
        await _send_events(send, reply.body)
    else:
        await _send_stream(send, reply.body)


async def _send_stream(send: Send, chunks: Iterator[bytes]) -> None:
    try:
        while (chunk := await anyio.to_thread.run_sync(next, chunks, None)) is not None:
            if chunk:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
    except BeeldbrugError as error:
        _log.error("answer broken off", code=error.code, kind=error.kind.value)
        raise BrokenOff from None
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send_events(send: Send, chunks: AsyncIterator[bytes]) -> None:
    try:
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        await chunks.aclose()  # type: ignore[attr-defined]  # all of ours are generators


async def _send_error(send: Send, error: BeeldbrugError) -> None:
    status, body = status_of(error), error_body(error)
    headers = [*GUARDS, JSON, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
