"""A blocking HTTP client: pooled, bounded, TLS with a pinned authority, errors from the error tree, event streams.

Error answers are JSON ``{code, text, remedy}``. It never retries: whether a repeat is safe is the caller's knowledge.
URLs never appear in errors. RFC 9110; server-sent events as in the WHATWG HTML standard, section 9.2.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode, urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError, SSLError, TimeoutError
from urllib3.response import BaseHTTPResponse

from beeldbrug.kit.event_stream import Event, EventLimits, read_events
from beeldbrug.model.errors import (
    BeeldbrugError,
    Conflict,
    Denied,
    Malformed,
    NotFound,
    TooLarge,
    Unavailable,
    Unsupported,
)

Body = bytes | memoryview | Iterable[bytes] | IO[bytes]

ERROR_BY_STATUS: Mapping[int, type[BeeldbrugError]] = {
    400: Malformed,
    401: Denied,
    403: Denied,
    404: NotFound,
    405: Unsupported,
    406: Unsupported,
    408: Unavailable,
    409: Conflict,
    410: NotFound,
    411: Malformed,
    412: Conflict,
    413: TooLarge,
    414: TooLarge,
    415: Unsupported,
    416: Malformed,
    422: Malformed,
    429: Unavailable,
    431: TooLarge,
    501: Unsupported,
    507: Unavailable,
}
"""Kind of error for an answer's status; any other of 400-499 is Malformed, of 500-599 Unavailable."""

_REDIRECTS = (301, 302, 303, 307, 308)
_ERROR_BYTES = 64 * 1024
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to connect, and between two pieces of an answer."""

    connect: float = 5.0
    read: float = 30.0


@dataclass(frozen=True, slots=True)
class Trust:
    """PEM files: the authority that the server must chain to (None: the system's), our certificate and its key.

    ``leaf`` is the server's own certificate, believed without its authority, and ``name`` the one it must bear whatever
    the address says: for a server of our own, reached from the same machine.
    """

    authority: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    leaf: Path | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON; Malformed ``answer-not-json``."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise Malformed("answer-not-json", "The other end's answer is not JSON.", "Check its version.") from None


class Download:
    """An answer whose body is still on the wire; ``chunks`` gives it piece by piece."""

    def __init__(self, response: BaseHTTPResponse) -> None:
        self._response = response
        self.status: int = response.status
        self.headers: Mapping[str, str] = _lower(response)

    def chunks(self, size: int = 1024 * 1024) -> Iterator[bytes]:
        """Pieces of at most ``size`` bytes. Raises Unavailable when the connection breaks or goes quiet."""
        with _network_errors():
            yield from self._response.stream(size)

    def read(self, limit: int) -> bytes:
        """The whole body; TooLarge ``answer-too-large`` beyond ``limit`` bytes."""
        parts: list[bytes] = []
        room = limit
        for part in self.chunks():
            room -= len(part)
            if room < 0:
                raise TooLarge(
                    "answer-too-large", "The other end's answer is larger than allowed.", "Check its version."
                )
            parts.append(part)
        return b"".join(parts)


class EventSource:
    """An open stream of server-sent events; iterate it in one thread, ``close`` it from any."""

    def __init__(self, response: BaseHTTPResponse, limits: EventLimits) -> None:
        self._response = response
        self._limits = limits

    def __iter__(self) -> Iterator[Event]:
        """Events until the server ends the stream; Unavailable when it breaks or stays silent too long."""
        with _network_errors():
            yield from read_events(self._pieces(), self._limits)

    def close(self) -> None:
        """End the iteration, also when another thread waits in it."""
        # shutdown() wakes a reader in another thread; release_conn() alone would not
        self._response.shutdown()

    def _pieces(self) -> Iterator[bytes]:
        while piece := self._response.read1(64 * 1024):
            yield piece


class Client:
    """Requests to one server; thread-safe. ``token`` is called for each request and gives the bearer token."""

    def __init__(
        self,
        base: str,
        *,
        trust: Trust | None = None,
        timeouts: Timeouts | None = None,
        token: Callable[[], str] | None = None,
        connections: int = 8,
    ) -> None:
        self._base = base.rstrip("/") + "/"
        self._timeouts = timeouts or Timeouts()
        self._token = token
        self._pool = urllib3.PoolManager(
            num_pools=4,
            maxsize=connections,
            retries=False,
            block=False,
            ssl_context=client_context(trust or Trust()) if base.startswith("https:") else None,
            **_named(trust, base),
        )

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Body | None = None,
        content: Any = None,
        limit: int = 16 * 1024 * 1024,
    ) -> Answer:
        """Send, and read the whole answer; ``content`` goes as JSON. Raises by ``ERROR_BY_STATUS``, or Unavailable."""
        sent = dict(headers or {})
        if content is not None:
            body = json.dumps(content).encode()
            sent["Content-Type"] = "application/json"
        with self.stream(method, path, query=query, headers=sent, body=body) as download:
            return Answer(download.status, download.headers, download.read(limit))

    @contextmanager
    def stream(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Body | None = None,
    ) -> Iterator[Download]:
        """Send and hand over the answer unread. An iterable body needs a Content-Length header, else it goes chunked.

        A redirect of GET or HEAD is followed once, to another server without our token.
        """
        response = self._open(method, self._address(path, query), dict(headers or {}), body, self._timeouts.read)
        try:
            yield Download(response)
            response.drain_conn()
        finally:
            response.release_conn()

    @contextmanager
    def events(
        self,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        last_event_id: str = "",
        silence: float = 45.0,
        limits: EventLimits | None = None,
    ) -> Iterator[EventSource]:
        """Open a stream of events after ``last_event_id``; ``silence`` seconds without a byte end it as Unavailable."""
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
        if last_event_id:
            headers["Last-Event-ID"] = last_event_id
        response = self._open("GET", self._address(path, query), headers, None, silence)
        try:
            yield EventSource(response, limits or EventLimits())
        finally:
            # half-read: the connection cannot serve another request
            response.close()

    def close(self) -> None:
        """Close the pooled connections."""
        self._pool.clear()

    def _address(self, path: str, query: Mapping[str, str | int] | None) -> str:
        return urljoin(self._base, path.lstrip("/")) + (f"?{urlencode(query)}" if query else "")

    def _open(self, method: str, url: str, headers: dict[str, str], body: Body | None, read: float) -> BaseHTTPResponse:
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token()}"
        response = self._send(method, url, headers, body, read)
        if response.status in _REDIRECTS and method in ("GET", "HEAD") and "location" in response.headers:
            response.drain_conn()
            target = urljoin(url, response.headers["location"])
            if urlsplit(target)[:2] != urlsplit(url)[:2]:
                headers.pop("Authorization", None)
            response = self._send(method, target, headers, None, read)
        if response.status >= 300:
            with _network_errors():
                raise _error_of(response)
        return response

    def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: Body | None, read: float
    ) -> BaseHTTPResponse:
        with _network_errors():
            return self._pool.request(
                method,
                url,
                headers=headers,
                body=bytes(body) if isinstance(body, memoryview) else body,
                timeout=urllib3.Timeout(connect=self._timeouts.connect, read=read),
                preload_content=False,
                decode_content=False,
                redirect=False,
            )


def client_context(trust: Trust) -> ssl.SSLContext:
    """TLS 1.2 or later; server certificate and name always checked. Raises Unavailable ``tls-files``."""
    try:
        authority = trust.leaf or trust.authority
        context = ssl.create_default_context(cafile=str(authority) if authority else None)
        if trust.leaf is not None:
            context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if trust.certificate is not None:
            context.load_cert_chain(trust.certificate, trust.key)
    except OSError:  # ssl.SSLError is one too
        raise Unavailable(
            "tls-files", "A TLS certificate or key file cannot be used.", "Check the TLS settings."
        ) from None
    return context


def _named(trust: Trust | None, base: str) -> dict[str, Any]:
    """The name that the server's certificate must bear, where that is not the one in its address."""
    if trust is None or not trust.name or not base.startswith("https:"):
        return {}
    return {"server_hostname": trust.name, "assert_hostname": trust.name}


@contextmanager
def _network_errors() -> Iterator[None]:
    try:
        yield
    except SSLError:
        raise Unavailable(
            "tls-failed", "No trusted TLS connection.", "Check certificates and clocks of both."
        ) from None
    except NewConnectionError:  # is a TimeoutError too
        raise _unreachable() from None
    except TimeoutError:
        raise Unavailable("peer-silent", "The other end did not answer in time.", "Check it and the network.") from None
    except (HTTPError, OSError):
        raise _unreachable() from None


def _unreachable() -> Unavailable:
    return Unavailable("peer-unreachable", "The other end is out of reach.", "Check its address and the network.")


def _error_of(response: BaseHTTPResponse) -> BeeldbrugError:
    status = response.status
    kind = ERROR_BY_STATUS.get(status, Malformed if status < 500 else Unavailable)
    raw = response.read(_ERROR_BYTES)
    # an unread rest would leave the connection in the middle of an answer
    response.close()
    try:
        told = json.loads(raw)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        told = {}
    code = str(told.get("code", ""))
    return kind(
        code if _CODE.fullmatch(code) else f"http-{status}",
        _clean(told.get("text")) or f"The other end answered with status {status}.",
        _clean(told.get("remedy")),
    )


def _clean(value: object) -> str:
    """A stranger's text, made short and free of control characters."""
    return "".join(character for character in str(value or "") if character.isprintable())[:300]


def _lower(response: BaseHTTPResponse) -> Mapping[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}
