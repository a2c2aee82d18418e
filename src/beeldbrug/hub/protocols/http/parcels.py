"""Parcels, parts, the mailbox, and packs without their bytes, over HTTP. Thin: forms in, use case, answer out.

See docs/reference/hub-api.md, sections Parts, Mailbox and Packs.
"""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from beeldbrug.hub.ports.hub import Hub
from beeldbrug.hub.protocols.http.entries import entry
from beeldbrug.hub.protocols.http.events import Announcer
from beeldbrug.hub.protocols.http.requests import (
    Threads,
    body_of,
    caller_of,
    encoded,
    header,
    header_number,
    identifier,
    number,
    organisation,
    parsed,
    query_number,
)
from beeldbrug.hub.usecases.fetch_part import acknowledge_part, fetch_part, list_parts
from beeldbrug.hub.usecases.grant_pack import grant_pack
from beeldbrug.hub.usecases.post_part import PartOffer, post_part
from beeldbrug.hub.usecases.read_mailbox import read_mailbox
from beeldbrug.hub.usecases.read_segment import list_segments
from beeldbrug.hub.usecases.withdraw import end_parcel
from beeldbrug.model.errors import Malformed
from beeldbrug.model.exchange import Urgency
from beeldbrug.sealed import forms

JSON = "application/json"
PART = "/v1/parcels/{parcel}/{sender}/parts/{number}"


class GrantRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Body of PUT /v1/packs/{pack}."""

    parcel: str
    receiver: str
    expires: float


class Parcels:
    """Handlers of these routes."""

    def __init__(self, hub: Hub, threads: Threads, announcer: Announcer) -> None:
        self._hub = hub
        self._threads = threads
        self._announcer = announcer

    def routes(self) -> list[Route]:
        """The routes."""
        return [
            Route("/v1/parcels/{parcel}/parts/{number}", self.post, methods=["POST"]),
            Route("/v1/parcels/{parcel}/{sender}/parts", self.stream, methods=["GET"]),
            Route(PART, self.fetch, methods=["GET"]),
            Route(PART, self.acknowledge, methods=["DELETE"]),
            Route("/v1/parcels/{parcel}", self.end, methods=["DELETE"]),
            Route("/v1/mailbox", self.mailbox, methods=["GET"]),
            Route("/v1/packs/{pack}", self.grant, methods=["PUT"]),
            Route("/v1/packs/{pack}", self.segments, methods=["GET"]),
        ]

    async def post(self, request: Request) -> Response:
        """POST /v1/parcels/{parcel}/parts/{number}."""
        offer = PartOffer(
            parcel=identifier(request.scope, "parcel"),
            number=number(request.scope),
            envelope=header(request.headers, "Beeldbrug-Envelope"),
            urgency=_urgency(header(request.headers, "Beeldbrug-Urgency")),
            expires=float(header_number(request.headers, "Beeldbrug-Expires")),
            body=await body_of(request.receive, request.headers, self._hub.limits.part_bytes),
        )
        kept = await self._threads.run(post_part, self._hub, caller_of(request.scope), offer)
        if kept.fresh:
            self._announcer.touch(kept.receiver)
        body = encoded({"number": kept.number, "expires": kept.expires})
        return Response(body, 201 if kept.fresh else 200, media_type=JSON)

    async def stream(self, request: Request) -> Response:
        """GET /v1/parcels/{parcel}/{sender}/parts."""
        scope = request.scope
        parcel, sender = identifier(scope, "parcel"), organisation(scope, "sender")
        parts = await self._threads.run(list_parts, self._hub, caller_of(scope), parcel, sender)
        rows = [{"number": p.number, "kind": p.kind, "state": p.state.value, "envelope": p.envelope} for p in parts]
        return Response(encoded({"parts": rows}), media_type=JSON)

    async def fetch(self, request: Request) -> Response:
        """GET one part."""
        part, body = await self._threads.run(fetch_part, self._hub, caller_of(request.scope), *_place(request))
        return Response(body, headers={"Beeldbrug-Envelope": part.envelope}, media_type="application/octet-stream")

    async def acknowledge(self, request: Request) -> Response:
        """DELETE one part."""
        await self._threads.run(acknowledge_part, self._hub, caller_of(request.scope), *_place(request))
        return Response(status_code=204)

    async def end(self, request: Request) -> Response:
        """DELETE /v1/parcels/{parcel}."""
        parcel = identifier(request.scope, "parcel")
        await self._threads.run(end_parcel, self._hub, caller_of(request.scope), parcel)
        return Response(status_code=204)

    async def mailbox(self, request: Request) -> Response:
        """GET /v1/mailbox."""
        order = request.query_params.get("order", "cursor")
        if order not in ("cursor", "urgency"):
            raise Malformed("query-malformed", "The order is neither cursor nor urgency.")
        after, limit = query_number(request, "after", 0), query_number(request, "limit", 100)
        caller = caller_of(request.scope)
        urgent = order == "urgency"
        found, last = await self._threads.run(read_mailbox, self._hub, caller, after, limit, by_urgency=urgent)
        return Response(encoded({"entries": [entry(part) for part in found], "last": last}), media_type=JSON)

    async def grant(self, request: Request) -> Response:
        """PUT /v1/packs/{pack}."""
        pack = identifier(request.scope, "pack")
        wanted = parsed(await body_of(request.receive, request.headers, self._hub.limits.body_bytes), GrantRequest)
        parcel = forms.check(wanted.parcel, forms.ID, "id-malformed")
        receiver = forms.check(wanted.receiver, forms.URA, "ura-malformed")
        expires = forms.check_time(wanted.expires, "expiry-malformed")
        caller = caller_of(request.scope)
        fresh, until = await self._threads.run(grant_pack, self._hub, caller, pack, parcel, receiver, expires)
        return Response(encoded({"expires": until}), 201 if fresh else 200, media_type=JSON)

    async def segments(self, request: Request) -> Response:
        """GET /v1/packs/{pack}."""
        pack = identifier(request.scope, "pack")
        found = await self._threads.run(list_segments, self._hub, caller_of(request.scope), pack)
        rows = [{"number": one.number, "length": one.length} for one in found]
        return Response(encoded({"segments": rows}), media_type=JSON)


def _place(request: Request) -> tuple[str, str, int]:
    scope = request.scope
    return identifier(scope, "parcel"), organisation(scope, "sender"), number(scope)


def _urgency(value: str) -> Urgency:
    try:
        return Urgency(value)
    except ValueError:
        raise Malformed("header-malformed", "The urgency is not stat, asap, urgent or routine.") from None
