"""Serve an ASGI application in this process with granian, until SIGTERM or SIGINT.

One process serves with one event loop; several processes share a port because granian listens with SO_REUSEPORT. It
knows nothing of the application. ASGI 3.0 with lifespan; TLS 1.2 or later.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.server.embed import Server

from beeldbrug.kit.ports import ReservedPort
from beeldbrug.model.errors import Unavailable

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

START_SECONDS = 60.0
"""How long an application's lifespan start-up may take."""


@dataclass(frozen=True, slots=True)
class ServerTls:
    """PEM files of the server: certificate chain, PKCS #8 key, and the authority of client certificates if demanded."""

    certificate: Path
    key: Path
    client_authority: Path | None = None


@dataclass(frozen=True, slots=True)
class ServeLimits:
    """Requests handled at once, connections waiting, bytes of its read buffer (a request's headers must fit),
    seconds to read the headers, and seconds to stop."""

    requests: int = 512
    waiting: int = 1024
    buffer_bytes: int = 400 * 1024
    header_seconds: float = 10.0
    stop_seconds: float = 10.0


def serve(
    application: Application,
    host: str,
    port: int,
    *,
    tls: ServerTls | None = None,
    ready: Callable[[int], None] | None = None,
    limits: ServeLimits | None = None,
) -> None:
    """Serve from the main thread until SIGTERM or SIGINT; ``port`` 0 takes a free one. ``ready`` gets the port, once.

    Requests under way get ``stop_seconds`` to end. Raises Unavailable ``serve-failed`` when it cannot start.
    """
    asyncio.run(_serve(application, host, port, tls, ready, limits or ServeLimits()))


async def _serve(
    application: Application,
    host: str,
    port: int,
    tls: ServerTls | None,
    ready: Callable[[int], None] | None,
    limits: ServeLimits,
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    reserved = ReservedPort(host) if port == 0 else None
    port = reserved.number if reserved else port
    server = _server(application, host, port, tls, limits)
    serving = asyncio.create_task(server.serve())
    try:
        await _listening(host, port, serving, stop)
        if ready is not None and not stop.is_set():
            ready(port)
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
    finally:
        if reserved:
            reserved.release()
        await _ended(server, serving, limits.stop_seconds)


def _server(application: Application, host: str, port: int, tls: ServerTls | None, limits: ServeLimits) -> Server:
    server = Server(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        backlog=limits.waiting,
        backpressure=limits.requests,
        http1_settings=HTTP1Settings(
            header_read_timeout=int(limits.header_seconds * 1000), max_buffer_size=limits.buffer_bytes
        ),
        log_enabled=False,
        ssl_cert=tls.certificate if tls else None,
        ssl_key=tls.key if tls else None,
        ssl_protocol_min=SSLProtocols.tls12,
        ssl_ca=tls.client_authority if tls else None,
        ssl_client_verify=bool(tls and tls.client_authority),
    )
    # granian may set up logging of its own; its lines would bypass the allow-list of kit.log
    logging.getLogger("granian.access").disabled = True
    return server


async def _listening(host: str, port: int, serving: asyncio.Task[None], stop: asyncio.Event) -> None:
    """Wait until a connection is taken: granian listens only after the application's lifespan start-up."""
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    while not stop.is_set():
        if serving.done() or asyncio.get_running_loop().time() > deadline:
            raise Unavailable(
                "serve-failed", "The web server did not start.", "Check address, port and TLS files in the settings."
            )
        try:
            _, writer = await asyncio.open_connection(target, port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return


async def _ended(server: Server, serving: asyncio.Task[None], seconds: float) -> None:
    if not serving.done():
        server.stop()  # type: ignore[no-untyped-call]  # granian does not annotate it
    done, _ = await asyncio.wait({serving}, timeout=seconds)
    if not done:
        serving.cancel()
        await asyncio.wait({serving}, timeout=1.0)
