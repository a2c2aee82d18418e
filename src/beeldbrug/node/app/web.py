"""The node's web application: DICOMweb under /dicomweb, and /health for whoever watches the process. ASGI 3.0."""

from __future__ import annotations

from beeldbrug.kit.serve import Application, Message, Receive, Send
from beeldbrug.node.protocols.dicomweb.app import PREFIX, dicomweb_app
from beeldbrug.node.usecases.read.reading import Reading

HEALTH = b'{"status": "ok"}'


def web_application(reading: Reading, public_url: str = "") -> Application:
    """The ASGI application of the web process; ``public_url`` is how clients see its root, empty as they ask for it."""
    dicomweb = dicomweb_app(reading, public_url=public_url.rstrip("/") + PREFIX if public_url else "")

    async def application(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["path"] == "/health":
            headers = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": HEALTH})
        else:
            await dicomweb(scope, receive, send)

    return application


async def _lifespan(receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
