"""The DICOMweb service as an ASGI application: read the request, authorise it, call one handler, send the answer.

GET and HEAD to read, and where storing is offered POST to ``/studies`` (PS3.18 sections 8 and 10). A bearer token is
taken from the Authorization header alone, never from a URL (RFC 6750 section 2.1), and its scope is enforced on every
call. Nothing is logged of a request but the code of an answer that broke off.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl

import anyio.to_thread

from beeldbrug.model.errors import BeeldbrugError, Denied, Malformed, NotFound, Unsupported
from beeldbrug.node.protocols.dicomweb import bulkdata, frames, metadata, retrieve, search
from beeldbrug.node.protocols.dicomweb.answer import (
    Answer,
    ASGIApp,
    ASGIScope,
    Receive,
    Request,
    Send,
    send_answer,
    send_error,
)
from beeldbrug.node.protocols.dicomweb.routes import STORE_TEMPLATES, match
from beeldbrug.node.protocols.dicomweb.store import StoreRequest
from beeldbrug.node.protocols.dicomweb.store_body import StoreService
from beeldbrug.node.usecases.read.reading import Reading
from beeldbrug.node.usecases.read.scope import Scope

PREFIX: Final = "/dicomweb"
QUERY_BYTES: Final = 64 * 1024
QUERY_FIELDS: Final = 200

_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")

Handler = Callable[[Reading, Scope, Request], Answer]


def _rendered(reading: Reading, scope: Scope, request: Request) -> Answer:
    raise Unsupported(
        "rendering-not-offered",
        "This service gives images as they are stored and does not render them.",
        "Retrieve the frames and render them in the viewer.",
    )


HANDLERS: Final[dict[str, Handler]] = {
    "search_studies": search.search_studies,
    "search_series": search.search_series,
    "search_instances": search.search_instances,
    "retrieve": retrieve.retrieve,
    "metadata": metadata.metadata,
    "frames": frames.frames,
    "bulkdata": bulkdata.bulkdata,
    "rendered": _rendered,
}


def dicomweb_app(
    reading: Reading, prefix: str = PREFIX, public_url: str = "", receiving: StoreService | None = None
) -> ASGIApp:
    """The service below ``prefix``; without ``receiving`` nothing can be stored.

    ``public_url`` is the address of the service as clients see it, for RetrieveURL and BulkDataURI; without it the
    Host header says. All errors are answered as JSON.
    """

    def handle(scope: ASGIScope) -> Answer:
        request = _request(scope, prefix, public_url)
        return HANDLERS[request.action](reading, reading.authorise(request.token), request)

    async def app(scope: ASGIScope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError("only HTTP is served here")
        without_body = scope["method"] == "HEAD"
        try:
            if scope["method"] == "POST" and receiving is not None:
                answer = await receiving.store(_store_request(scope, prefix), receive)
            else:
                _check_method(scope["method"])
                answer = await anyio.to_thread.run_sync(handle, scope)
        except BeeldbrugError as error:
            await send_error(send, error, without_body)
            return
        await send_answer(send, answer, without_body)

    return app


def _check_method(method: str) -> None:
    if method not in ("GET", "HEAD"):
        raise _not_offered()


def _not_offered() -> Unsupported:
    return Unsupported(
        "method-not-offered",
        "This cannot be done with this resource.",
        "Use GET or HEAD; POST stores to studies alone.",
    )


def _store_request(scope: ASGIScope, prefix: str) -> StoreRequest:
    headers = _headers(scope)
    path: str = scope["path"]
    if not path.startswith(prefix + "/"):
        raise _no_such_resource()
    token = _token(headers.get(b"authorization", ""))
    route, variables = match(path[len(prefix) :])
    if route.template not in STORE_TEMPLATES:
        raise _not_offered()
    client = scope.get("client")
    return StoreRequest(
        token=token,
        study=variables.get("study", ""),
        accept=headers.get(b"accept", ""),
        content_type=headers.get(b"content-type", ""),
        content_encoding=headers.get(b"content-encoding", ""),
        address=str(client[0]) if client else "",
        tls=scope.get("scheme") == "https",
    )


def _headers(scope: ASGIScope) -> dict[bytes, str]:
    headers: dict[bytes, str] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.lower(), value.decode("latin-1"))
    return headers


def _no_such_resource() -> NotFound:
    return NotFound("no-such-resource", "This service has no such path.", "See the conformance statement.")


def _request(scope: ASGIScope, prefix: str, public_url: str) -> Request:
    headers = _headers(scope)
    path: str = scope["path"]
    if not path.startswith(prefix + "/"):
        raise _no_such_resource()
    token = _token(headers.get(b"authorization", ""))
    route, variables = match(path[len(prefix) :])
    query = _query(scope.get("query_string", b""))
    accept = next((value for name, value in query if name.lower() == "accept"), headers.get(b"accept", ""))
    return Request(
        action=route.action,
        variables=variables,
        query=query,
        accept=accept,
        range=headers.get(b"range", ""),
        token=token,
        base=public_url.rstrip("/") or _base(scope, headers, prefix),
    )


def _token(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Denied(
            "token-missing",
            "This service needs a bearer token in the Authorization header.",
            "Sign in and send the token as: Authorization: Bearer TOKEN.",
        )
    return token.strip()


def _query(raw: bytes) -> list[tuple[str, str]]:
    if len(raw) > QUERY_BYTES:
        raise Malformed("query-malformed", "The query is too long.")
    try:
        return parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=QUERY_FIELDS, separator="&"
        )
    except ValueError:
        raise Malformed("query-malformed", "The query cannot be read as UTF-8 parameters.") from None


def _base(scope: ASGIScope, headers: dict[bytes, str], prefix: str) -> str:
    host = headers.get(b"host", "")
    if _HOST.fullmatch(host) is None:
        raise Malformed("host-malformed", "The Host header cannot be read.")
    return f"{scope.get('scheme', 'http')}://{host}{prefix}"
