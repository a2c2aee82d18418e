"""The FHIR R4 service as an ASGI application: AuditEvent to search and read, and the capability statement.

A bearer token for the trail is taken from the Authorization header alone. A search by POST (section 3.1.1.1.2) may say
whom it is about; one by GET may not. Errors are OperationOutcome. Nothing is logged of a request.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import anyio.to_thread
import msgspec

from beeldbrug.model.errors import BeeldbrugError, Denied, Kind, Malformed, NotFound, TooLarge, Unsupported
from beeldbrug.node.ports.trail import Place
from beeldbrug.node.protocols.fhir.audit_event import audit_event
from beeldbrug.node.protocols.fhir.audit_search import PARAMETERS, read_search, write_place
from beeldbrug.node.protocols.fhir.capability import capability_statement
from beeldbrug.node.usecases.trail.reading import TrailReading
from beeldbrug.node.usecases.trail.search import Told

PREFIX: Final = "/fhir"
FORM_BYTES: Final = 16 * 1024
FIELDS: Final = 50
CONTENT_TYPE: Final = b"application/fhir+json; fhirVersion=4.0"

STATUS_BY_KIND: Final[dict[Kind, int]] = {
    Kind.MALFORMED: 400,
    Kind.DENIED: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.UNSUPPORTED: 400,
    Kind.UNAVAILABLE: 503,
    Kind.TOO_LARGE: 413,
}
STATUS_BY_CODE: Final = {
    "token-missing": 401,
    "token-not-valid": 401,
    "method-not-offered": 405,
    "fhir-form": 415,
    "fhir-json-alone": 406,
}
ISSUE_BY_KIND: Final[dict[Kind, str]] = {
    Kind.MALFORMED: "invalid",
    Kind.DENIED: "forbidden",
    Kind.NOT_FOUND: "not-found",
    Kind.CONFLICT: "conflict",
    Kind.UNSUPPORTED: "not-supported",
    Kind.UNAVAILABLE: "transient",
    Kind.TOO_LARGE: "too-long",
}
"""IssueType of FHIR."""

_ID: Final = re.compile(r"[1-9][0-9]{0,14}")
_HOST: Final = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    path: str
    query: list[tuple[str, str]]
    form: list[tuple[str, str]]
    token: str
    base: str


def fhir_app(reading: TrailReading, version: str, public_url: str = "") -> Application:
    """The service below ``/fhir``; ``public_url`` is how clients see it, empty as they ask for it."""

    def handle(request: _Request) -> dict[str, Any]:
        if request.path == "/metadata" and request.method != "POST":
            return capability_statement(version, request.base, PARAMETERS)
        reader = reading.authorise(request.token)
        if request.path in ("/AuditEvent", "/AuditEvent/_search"):
            if request.method != "POST" and request.path.endswith("_search"):
                raise _not_offered()
            if request.method == "POST" and not request.path.endswith("_search"):
                raise _not_offered()
            read_search(request.query, in_url=True)
            asked = read_search([*request.query, *request.form], in_url=False)
            page = reading.search(asked, reader)
            return _bundle(page.events, page.next, request, reading.organisation_name)
        kind, _, id_ = request.path[1:].partition("/")
        if kind != "AuditEvent" or request.method == "POST":
            raise NotFound("no-such-resource", "This service has no such path.", "See /fhir/metadata.")
        if not _ID.fullmatch(id_):
            raise _unknown()
        found = reading.one(int(id_), reader)
        if found is None:
            raise _unknown()
        return audit_event(int(id_), found, reading.organisation_name)

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError("only HTTP is served here")
        try:
            request = await _read(scope, receive, public_url)
            told = await anyio.to_thread.run_sync(handle, request)
        except BeeldbrugError as error:
            await _send(send, STATUS_BY_CODE.get(error.code, STATUS_BY_KIND[error.kind]), _outcome(error))
            return
        await _send(send, 200, b"" if scope["method"] == "HEAD" else msgspec.json.encode(told))

    return app


def _bundle(events: Told, next_: Place | None, request: _Request, name: str) -> dict[str, Any]:
    """A searchset; of a search by POST, how to go on is told in words, since a link would have to hold whom it is
    about."""
    base = f"{request.base}/AuditEvent"
    entries: list[dict[str, Any]] = [
        {
            "fullUrl": f"{base}/{sequence}",
            "resource": audit_event(sequence, event, name),
            "search": {"mode": "match"},
        }
        for sequence, event in events
    ]
    links = [{"relation": "self", "url": _link(base, request, None)}]
    if next_ is not None and request.method != "POST":
        links.append({"relation": "next", "url": _link(base, request, next_)})
    elif next_ is not None:
        entries.append({"resource": _more(next_), "search": {"mode": "outcome"}})
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "link": links}
    return bundle | ({"entry": entries} if entries else {})


def _link(base: str, request: _Request, place: Place | None) -> str:
    query = [(name, value) for name, value in request.query if name != "_page" or place is None]
    if place is not None:
        query.append(("_page", write_place(place)))
    path = base + "/_search" if request.method == "POST" else base
    return path + ("?" + urlencode(query) if query else "")


def _more(place: Place) -> dict[str, Any]:
    text = f"There are more events. Post the same search with _page={write_place(place)}."
    return _operation_outcome("information", "incomplete", text, "more")


def _operation_outcome(severity: str, code: str, text: str, name: str) -> dict[str, Any]:
    issue = {"severity": severity, "code": code, "details": {"text": name}, "diagnostics": text}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def _outcome(error: BeeldbrugError) -> bytes:
    text = f"{error.text} {error.remedy}".strip()
    return msgspec.json.encode(_operation_outcome("error", ISSUE_BY_KIND[error.kind], text, error.code))


async def _read(scope: Message, receive: Receive, public_url: str) -> _Request:
    headers = {name.lower(): value.decode("latin-1") for name, value in reversed(scope["headers"])}
    if scope["method"] not in ("GET", "HEAD", "POST"):
        raise _not_offered()
    path: str = scope["path"]
    if not path.startswith(PREFIX + "/"):
        raise NotFound("no-such-resource", "This service has no such path.", "See /fhir/metadata.")
    form: list[tuple[str, str]] = []
    if scope["method"] == "POST":
        type_ = headers.get(b"content-type", "").partition(";")[0].strip().lower()
        if type_ != "application/x-www-form-urlencoded":
            raise Unsupported("fhir-form", "A search is posted as a form.", "Send application/x-www-form-urlencoded.")
        form = _fields(await _body(receive))
    scheme, _, token = headers.get(b"authorization", "").partition(" ")
    return _Request(
        scope["method"],
        path[len(PREFIX) :],
        _fields(scope.get("query_string", b"")),
        form,
        token.strip() if scheme.lower() == "bearer" else "",
        public_url.rstrip("/") or _base(scope, headers),
    )


async def _body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Malformed("fhir-parameter-malformed", "The request broke off.", "Send it again.")
        body += message.get("body", b"")
        if len(body) > FORM_BYTES:
            raise TooLarge("fhir-form-too-large", "The search is too long.", "Ask for less at once.")
        if not message.get("more_body", False):
            return bytes(body)


def _fields(raw: bytes) -> list[tuple[str, str]]:
    try:
        if len(raw) > FORM_BYTES:
            raise ValueError
        return parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except ValueError:
        raise Malformed(
            "fhir-parameter-malformed", "A search parameter cannot be read.", "See FHIR R4 section 3.1.1."
        ) from None


def _base(scope: Message, headers: dict[bytes, str]) -> str:
    host = headers.get(b"host", "")
    if _HOST.fullmatch(host) is None:
        raise Malformed("host-malformed", "The Host header cannot be read.")
    return f"{scope.get('scheme', 'http')}://{host}{PREFIX}"


def _not_offered() -> Unsupported:
    return Unsupported("method-not-offered", "This cannot be done with this resource.", "See /fhir/metadata.")


def _unknown() -> Denied | NotFound:
    return NotFound("not-found", "There is no such event.", "Search for it.")


async def _send(send: Send, status: int, body: bytes) -> None:
    headers = [
        (b"content-type", CONTENT_TYPE),
        (b"cache-control", b"private, no-store"),
        (b"content-length", str(len(body)).encode()),
    ]
    if status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="beeldbrug"'))
    if status == 405:
        headers.append((b"allow", b"GET, HEAD, POST"))
    if status == 503:
        headers.append((b"retry-after", b"2"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
