"""An ASGI application called as a server calls it but without one: no socket is opened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

import msgspec

from beeldbrug.kit.serve import Application

TOKEN = "-".join(("a", "token", "for", "all"))


@dataclass
class Reply:
    """What came back. ``whole`` is False when the answer was broken off."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    body: bytes = b""
    whole: bool = False

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def parts(self) -> list[tuple[str, bytes]]:
        """(Content-Type, body) of each part."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        message = BytesParser(policy=HTTP).parsebytes(head + self.body)
        return [
            (str(part["Content-Type"]).replace('"', ""), part.get_payload(decode=True))
            for part in message.walk()
            if part is not message
        ]


Get = Callable[..., Reply]


def caller(app: Application, host: str = "node.example:8443") -> Get:
    """``get(path, accept=..., token=..., method=..., range=..., query=...)`` below /dicomweb."""

    def call(
        path: str, accept: str = "", token: str = TOKEN, method: str = "GET", range: str = "", query: str = ""
    ) -> Reply:
        reply = Reply()
        headers = [(b"host", host.encode()), (b"accept", accept.encode()), (b"range", range.encode())]
        if token:
            headers.append((b"authorization", b"Bearer " + token.encode()))
        scope: MutableMapping[str, Any] = {
            "type": "http",
            "method": method,
            "scheme": "https",
            "path": "/dicomweb" + path,
            "query_string": query.encode(),
            "headers": headers,
        }

        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                reply.status = message["status"]
                reply.headers = {name.decode(): value.decode() for name, value in message["headers"]}
                reply.warnings = [value.decode() for name, value in message["headers"] if name == b"warning"]
            else:
                reply.body += message["body"]
                reply.whole = not message.get("more_body")

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        asyncio.run(_bounded(app(scope, receive, send)))
        return reply

    return call


async def _bounded(answer: Any) -> None:
    await asyncio.wait_for(answer, timeout=60.0)
