"""Address book, audit heads, usage and the hub's own card over HTTP. Thin: forms in, use case, answer out.

See docs/reference/hub-api.md. ETags are revisions of the book (RFC 9110 section 13.1.2).
"""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from beeldbrug.hub.ports.hub import Hub
from beeldbrug.hub.ports.records import Organisation
from beeldbrug.hub.protocols.http.gate import bearer_token
from beeldbrug.hub.protocols.http.requests import (
    Threads,
    body_of,
    caller_of,
    encoded,
    organisation,
    parsed,
    query_number,
)
from beeldbrug.hub.usecases.authenticate import Authenticator
from beeldbrug.hub.usecases.deposit_head import deposit_head, list_heads
from beeldbrug.hub.usecases.enrol import enrol_self
from beeldbrug.hub.usecases.look_up import look_up, look_up_all, revision
from beeldbrug.hub.usecases.publish import publish_directory, publish_statement
from beeldbrug.hub.usecases.report_usage import report_usage
from beeldbrug.model.errors import Denied, Malformed
from beeldbrug.sealed.jws import TOKEN_LIMIT

JSON = "application/json"


class Chain(msgspec.Struct, forbid_unknown_fields=True):
    """Body of a self-enrolment: PEM certificates, leaf first."""

    certificate_chain: list[str]


class AddressBook:
    """Handlers of these routes."""

    def __init__(self, hub: Hub, threads: Threads, authenticator: Authenticator, version: str) -> None:
        self._hub = hub
        self._threads = threads
        self._authenticator = authenticator
        self._version = version

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            Route("/v1/hub", self.card, methods=["GET"]),
            Route("/v1/organisations", self.list, methods=["GET"]),
            Route("/v1/organisations/{ura}", self.one, methods=["GET"]),
            Route("/v1/organisations/{ura}", self.enrol, methods=["PUT"]),
            Route("/v1/organisations/{ura}/statement", self.statement, methods=["PUT"]),
            Route("/v1/organisations/{ura}/directory", self.directory, methods=["PUT"]),
            Route("/v1/heads", self.deposit, methods=["PUT"]),
            Route("/v1/heads", self.heads, methods=["GET"]),
            Route("/v1/usage", self.usage, methods=["GET"]),
        ]

    async def card(self, _: Request) -> Response:
        """GET /v1/hub."""
        limits = self._hub.limits
        card = {
            "hub": self._hub.id,
            "version": self._version,
            "time": self._hub.clock.now(),
            "open_enrolment": self._hub.open_enrolment,
            "limits": {
                "segment_bytes": limits.segment_bytes,
                "part_bytes": limits.part_bytes,
                "quota": limits.quota,
                "expiry_seconds": limits.expiry_seconds,
                "body_bytes": limits.body_bytes,
            },
        }
        return Response(encoded(card), media_type=JSON)

    async def list(self, request: Request) -> Response:
        """GET /v1/organisations."""
        known = request.headers.get("if-none-match")
        if known is not None and known == _etag(await self._threads.run(revision, self._hub)):
            return Response(status_code=304, headers={"ETag": known})
        found, number = await self._threads.run(look_up_all, self._hub)
        body = encoded({"organisations": [_entry(one) for one in found]})
        return Response(body, headers={"ETag": _etag(number)}, media_type=JSON)

    async def one(self, request: Request) -> Response:
        """GET /v1/organisations/{ura}."""
        found = await self._threads.run(look_up, self._hub, organisation(request.scope, "ura"))
        etag = _etag(found.changed)
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"ETag": etag})
        return Response(encoded(_entry(found)), headers={"ETag": etag}, media_type=JSON)

    async def enrol(self, request: Request) -> Response:
        """PUT /v1/organisations/{ura}."""
        ura = organisation(request.scope, "ura")
        token = bearer_token(request.headers)
        body = await body_of(request.receive, request.headers, self._hub.limits.body_bytes)
        chain = "\n".join(parsed(body, Chain).certificate_chain)
        done = await self._threads.run(enrol_self, self._hub, ura, chain, token)
        self._authenticator.forget(ura)
        return _made(done.fresh, {"ura": done.ura, "name": done.name})

    async def statement(self, request: Request) -> Response:
        """PUT /v1/organisations/{self}/statement."""
        token = await self._own_token(request)
        fresh = await self._threads.run(publish_statement, self._hub, caller_of(request.scope), token)
        return _made(fresh, {})

    async def directory(self, request: Request) -> Response:
        """PUT /v1/organisations/{self}/directory."""
        token = await self._own_token(request)
        fresh = await self._threads.run(publish_directory, self._hub, caller_of(request.scope), token)
        return _made(fresh, {})

    async def deposit(self, request: Request) -> Response:
        """PUT /v1/heads."""
        token = await _token(request)
        fresh = await self._threads.run(deposit_head, self._hub, caller_of(request.scope), token)
        return _made(fresh, {})

    async def heads(self, request: Request) -> Response:
        """GET /v1/heads."""
        after, limit = _after(request), query_number(request, "limit", 100)
        found = await self._threads.run(list_heads, self._hub, caller_of(request.scope), after, limit)
        rows = [{"sequence": one.sequence, "received": one.received, "head": one.head} for one in found]
        return Response(encoded({"heads": rows}), media_type=JSON)

    async def usage(self, request: Request) -> Response:
        """GET /v1/usage."""
        figures = await self._threads.run(report_usage, self._hub, caller_of(request.scope))
        return Response(encoded(figures), media_type=JSON)

    async def _own_token(self, request: Request) -> str:
        if organisation(request.scope, "ura") != caller_of(request.scope).ura:
            raise Denied("organisation-not-yours", "An organisation publishes only for itself.")
        return await _token(request)


def _after(request: Request) -> int:
    """Sequences begin at 0, so everything is after -1."""
    return query_number(request, "after", -1) if "after" in request.query_params else -1


async def _token(request: Request) -> str:
    body = await body_of(request.receive, request.headers, TOKEN_LIMIT + 2)
    try:
        return body.decode("ascii").strip()
    except UnicodeDecodeError:
        raise Malformed("jws-malformed", "The body is not a compact JWS.") from None


def _entry(one: Organisation) -> dict[str, Any]:
    marker = "-----BEGIN CERTIFICATE-----"
    chain = [marker + rest for rest in one.chain.split(marker)[1:]]
    return {
        "ura": one.ura,
        "name": one.name,
        "certificate_chain": chain,
        "directory": one.directory,
        "statement": one.statement,
    }


def _etag(number: int) -> str:
    return f'"book-{number}"'


def _made(fresh: bool, content: dict[str, Any]) -> Response:
    return Response(encoded(content), 201 if fresh else 200, media_type=JSON)
