"""A browser as far as the portal's API sees one: cookies, JSON, the header of the portal's own page. No network."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from beeldbrug.kit.serve import Application, Message


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """Code of an error."""
        return str(self.json()["code"])

    def header(self, name: str) -> str:
        """One header, empty when it is not there."""
        return next((value for key, value in self.headers if key == name), "")


@dataclass
class Browser:
    """Calls an ASGI application; keeps its cookies."""

    app: Application
    scheme: str = "http"
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        """GET below /api/v1."""
        return self.call("GET", path, None, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        """POST JSON from the portal's own page."""
        return self.call("POST", path, body, **{"x-beeldbrug": "portal", **headers})

    def delete(self, path: str) -> Answer:
        """DELETE from the portal's own page."""
        return self.call("DELETE", path, None, **{"x-beeldbrug": "portal"})

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Any call; header names are written with - or _."""
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return asyncio.run(self._call(method, "/api/v1" + path, sent, headers))

    async def _call(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        path, _, query = path.partition("?")
        pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        pairs.append((b"host", b"portal.example:8450"))
        if self.cookies:
            pairs.append((b"cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()).encode()))
        scope: Message = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": pairs,
            "scheme": self.scheme,
            "client": ("192.0.2.7", 4000),
        }
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        found = [(name.decode().lower(), value.decode()) for name, value in sent[0]["headers"]]
        for name, value in found:
            if name == "set-cookie":
                self._keep(value)
        return Answer(sent[0]["status"], found, b"".join(message.get("body", b"") for message in sent[1:]))

    def _keep(self, text: str) -> None:
        name, _, rest = text.partition("=")
        value = rest.partition(";")[0]
        if value:
            self.cookies[name] = value
        else:
            self.cookies.pop(name, None)
