"""Segments over HTTP: uploads streamed to disk, ranged downloads by reading at offsets. ASGI without a framework.

Uploads can be resumed (HEAD, then PATCH at an offset); downloads take one byte range. RFC 9110 sections 8.6, 13.1 and
14; the resuming follows the manner of tus 1.0 without claiming it. Rights and checks are the use cases'.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from beeldbrug.hub.ports.hub import Caller, Hub
from beeldbrug.hub.ports.records import StoredSegment
from beeldbrug.hub.protocols.http.errors import error_response
from beeldbrug.hub.protocols.http.inflow import Inflow
from beeldbrug.hub.protocols.http.requests import (
    Threads,
    caller_of,
    encoded,
    header,
    header_number,
    identifier,
    next_piece,
    number,
)
from beeldbrug.hub.usecases.read_segment import find_segment
from beeldbrug.hub.usecases.write_segment import (
    Incoming,
    SegmentOffer,
    begin_segment,
    resume_segment,
    upload_state,
)
from beeldbrug.model.errors import Conflict, Denied, Malformed, NotFound, TooLarge, Unavailable
from beeldbrug.sealed import forms

SIGNED_SECONDS: Final = 300
UPLOADS: Final = 64
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a segment: ``length`` bytes from ``start``; ``whole`` when no range was asked."""

    start: int
    length: int
    whole: bool = False


class Segments:
    """ASGI application of /v1/packs/{pack}/segments/{number}."""

    def __init__(self, hub: Hub, threads: Threads) -> None:
        self._hub = hub
        self._threads = threads
        self._under_way: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, by method."""
        work = {"PUT": self._put, "PATCH": self._patch, "HEAD": self._head}.get(scope["method"], self._get)
        await work(scope, receive, send)

    async def _put(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        digest = forms.check(header(headers, "Beeldbrug-Hash"), forms.HASH, "hash-malformed")
        offer = SegmentOffer(identifier(scope, "pack"), number(scope), _length(headers), digest)
        caller = caller_of(scope)
        self._enter(caller)
        try:
            incoming = await self._threads.run(begin_segment, self._hub, caller, offer)
            if incoming is None:
                await _drop(receive)
                await _answer(200, {})(scope, receive, send)
                return
            fresh = await self._take_registered(incoming, receive)
        finally:
            self._leave(caller)
        await _answer(201 if fresh else 200, {})(scope, receive, send)

    async def _patch(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        offset, length = header_number(headers, "Upload-Offset"), _length(headers)
        pack, segment, caller = identifier(scope, "pack"), number(scope), caller_of(scope)
        self._enter(caller)
        try:
            incoming = await self._resume(scope, receive, send, (pack, segment, offset))
            if incoming is None:
                return
            if incoming.offset + length > incoming.upload.length:
                incoming.break_off()
                raise TooLarge("segment-too-large", "More bytes are announced than the PUT said.", "Start with PUT.")
            fresh = await self._take(incoming, receive)
        finally:
            self._leave(caller)
        if fresh is None:
            headers_out = {"Upload-Offset": str(incoming.offset)}
            await Response(status_code=204, headers=headers_out)(scope, receive, send)
            return
        await _answer(201 if fresh else 200, {})(scope, receive, send)

    async def _resume(self, scope: Scope, receive: Receive, send: Send, place: tuple[str, int, int]) -> Incoming | None:
        """The upload to go on with; None when its offset differs, which was answered then."""
        caller = caller_of(scope)
        pack, segment, offset = place
        try:
            return await self._threads.run(resume_segment, self._hub, caller, pack, segment, offset)
        except Conflict as error:
            if error.code != "offset-differs":
                raise
            state = await self._threads.run(upload_state, self._hub, caller, pack, segment) or (0, 0)
            await _drop(receive)
            await error_response(error, {"Upload-Offset": str(state[0])})(scope, receive, send)
            return None

    async def _take_registered(self, incoming: Incoming, receive: Receive) -> bool | None:
        """As ``_take``, while the upload is noted in the database beside it."""
        noting = asyncio.create_task(self._threads.run(incoming.register))
        try:
            await self._read(incoming, receive)
        except BaseException:
            await asyncio.wait({noting})
            incoming.break_off() if noting.exception() is None else incoming.abandon()
            raise
        try:
            await noting
        except BaseException:
            await self._threads.run(incoming.abandon)
            raise
        return await self._ended(incoming)

    async def _take(self, incoming: Incoming, receive: Receive) -> bool | None:
        """Read the body into it; whether it is fresh, None when it is not whole yet."""
        try:
            await self._read(incoming, receive)
        except BaseException:
            incoming.break_off()
            raise
        return await self._ended(incoming)

    async def _read(self, incoming: Incoming, receive: Receive) -> None:
        await Inflow(self._threads, incoming.append).run(receive)

    async def _ended(self, incoming: Incoming) -> bool | None:
        if not incoming.whole:
            incoming.break_off()
            return None
        return await self._threads.run(incoming.finish)

    async def _head(self, scope: Scope, receive: Receive, send: Send) -> None:
        pack, segment, caller = identifier(scope, "pack"), number(scope), caller_of(scope)
        found = await self._threads.run(find_segment, self._hub, caller, pack, segment)
        if found is not None:
            headers = {**_described(found), "Upload-Offset": str(found.length), "Upload-Length": str(found.length)}
            headers["Content-Length"] = str(found.length)
            await _head_only(send, 200, headers)
            return
        state = await self._state(caller, pack, segment)
        if state is None:
            raise _not_here()
        await _head_only(send, 204, {"Upload-Offset": str(state[0]), "Upload-Length": str(state[1])})

    async def _state(self, caller: Caller, pack: str, segment: int) -> tuple[int, int] | None:
        try:
            return await self._threads.run(upload_state, self._hub, caller, pack, segment)
        except Denied:  # a receiver is not told of what is still coming
            return None

    async def _get(self, scope: Scope, receive: Receive, send: Send) -> None:
        pack, segment, caller = identifier(scope, "pack"), number(scope), caller_of(scope)
        found = await self._threads.run(find_segment, self._hub, caller, pack, segment)
        if found is None:
            raise _not_here()
        headers = Headers(scope=scope)
        described = _described(found)
        if headers.get("if-none-match") == described["ETag"]:
            await Response(status_code=304, headers=described)(scope, receive, send)
            return
        if self._hub.redirect and (url := self._hub.segments.signed_url(found.object, SIGNED_SECONDS)):
            await Response(status_code=307, headers={"Location": url, "Cache-Control": "no-store"})(
                scope, receive, send
            )
            return
        span = asked_span(headers, found.length, described["ETag"])
        if span is None:
            error = Malformed(
                "range-not-satisfiable", "The range lies outside the segment.", "Ask for its length with HEAD."
            )
            refused = error_response(error, {"Content-Range": f"bytes */{found.length}"})
            await refused(scope, receive, send)
            return
        if not span.whole:
            described["Content-Range"] = f"bytes {span.start}-{span.start + span.length - 1}/{found.length}"
        described["Content-Length"] = str(span.length)
        await self._send(scope, send, found, span, described)

    async def _send(self, scope: Scope, send: Send, found: StoredSegment, span: Span, headers: dict[str, str]) -> None:
        reader = await self._threads.run(self._hub.segments.open, found.object)
        try:
            start = {"type": "http.response.start", "status": 200 if span.whole else 206, "headers": _raw(headers)}
            if span.whole and reader.path and "http.response.pathsend" in scope.get("extensions", {}):
                await send(start)
                # the server reads the file itself, without a detour through Python
                await send({"type": "http.response.pathsend", "path": str(reader.path)})
                return
            pieces = reader.chunks(span.start, span.length)
            piece = await self._threads.run(_next, pieces)
            await send(start)
            sent = 0
            while piece is not None:
                sent += len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": sent < span.length})
                piece = await self._threads.run(_next, pieces) if sent < span.length else None
            if sent < span.length:
                raise Unavailable("store-failed", "The store broke off in the middle of a segment.", "Ask again.")
        finally:
            reader.close()

    def _enter(self, caller: Caller) -> None:
        count = self._under_way.get(caller.ura, 0)
        if count >= UPLOADS:
            raise Unavailable("too-many-requests", "Too many uploads are under way.", "Wait for some to end.")
        self._under_way[caller.ura] = count + 1

    def _leave(self, caller: Caller) -> None:
        left = self._under_way[caller.ura] - 1
        if left:
            self._under_way[caller.ura] = left
        else:
            del self._under_way[caller.ura]


def asked_span(headers: Headers, length: int, etag: str) -> Span | None:
    """What part of ``length`` bytes is asked for; None when it cannot be satisfied (RFC 9110 section 14.1.2)."""
    whole = Span(0, length, whole=True)
    if "range" not in headers or headers.get("if-range", etag) != etag:
        return whole
    found = _RANGE.fullmatch(headers["range"].replace(" ", ""))
    if found is None or found.groups() == ("", ""):
        return whole
    first, last = found.groups()
    if not first:
        tail = min(int(last), length)
        return Span(length - tail, tail) if tail else None
    start = int(first)
    end = min(int(last), length - 1) if last else length - 1
    if last and int(last) < start:
        return whole
    return Span(start, end - start + 1) if start < length else None


def _length(headers: Headers) -> int:
    if "content-length" not in headers:
        raise Malformed("length-required", "The request must say its Content-Length.", "Do not send it chunked.")
    return header_number(headers, "Content-Length")


def _described(found: StoredSegment) -> dict[str, str]:
    return {
        "ETag": f'"{found.hash}"',
        "Beeldbrug-Hash": found.hash,
        "Accept-Ranges": "bytes",
        "Content-Type": "application/octet-stream",
        "Cache-Control": "private, no-transform",
    }


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in headers.items()]


async def _head_only(send: Send, status: int, headers: dict[str, str]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": _raw(headers)})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _drop(receive: Receive) -> None:
    """Read the rest of the body to nowhere; else the connection would be reset under the answer."""
    more = True
    while more:
        _, more = await next_piece(receive)


def _answer(status: int, content: dict[str, str]) -> Response:
    return Response(encoded(content), status, media_type="application/json")


def _not_here() -> NotFound:
    return NotFound("segment-not-here", "This segment is not here, or not yet.", "Ask again later.")
