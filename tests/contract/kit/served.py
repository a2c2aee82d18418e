"""A small ASGI application for the tests of kit.http and kit.serve, and what child processes of the tests run."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from beeldbrug.kit.process import EXIT_SETTINGS, Child, Patience, Ready, Supervisor, apart
from beeldbrug.kit.serve import Message, Receive, Send, ServeLimits, ServerTls, serve
from beeldbrug.model.errors import BeeldbrugError, Denied


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answers by path; see the table at the end of this module."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    await ANSWERS.get(scope["path"], _missing)(scope, body, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            print("lifespan ended", file=sys.stderr, flush=True)
            return


async def _reply(send: Send, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
    raw = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


async def _echo(scope: Message, body: bytes, send: Send) -> None:
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    told = {"method": scope["method"], "query": scope["query_string"].decode(), "headers": headers, "size": len(body)}
    await _reply(send, 200, json.dumps({**told, "pid": os.getpid()}).encode())


async def _missing(scope: Message, body: bytes, send: Send) -> None:
    await _reply(send, 404, json.dumps({"code": "not-here", "text": "It is\x00 not here.", "remedy": "Look."}).encode())


async def _broken(scope: Message, body: bytes, send: Send) -> None:
    await _reply(send, 503, b"<html>" + bytes(1_000_000))


async def _large(scope: Message, body: bytes, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for number in range(64):
        await send({"type": "http.response.body", "body": bytes([number]) * 65536, "more_body": number < 63})


async def _redirect(scope: Message, body: bytes, send: Send) -> None:
    await _reply(send, 307, b"", {"location": scope["query_string"].decode()})


async def _events(scope: Message, body: bytes, send: Send) -> None:
    start = int(dict(scope["headers"]).get(b"last-event-id", b"0"))
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
    for number in range(start + 1, start + 4):
        await send({"type": "http.response.body", "body": f"id: {number}\ndata: n\n\n".encode(), "more_body": True})
        await asyncio.sleep(0.01)
    await asyncio.sleep(30)
    await send({"type": "http.response.body", "body": b""})


async def _slow(scope: Message, body: bytes, send: Send) -> None:
    await asyncio.sleep(1.0)
    await _reply(send, 200, b"late")


ANSWERS = {
    "/echo": _echo,
    "/broken": _broken,
    "/large": _large,
    "/redirect": _redirect,
    "/events": _events,
    "/slow": _slow,
}


def web(ready: Ready, port: int = 0, certificate: str = "", key: str = "", stop_seconds: float = 5.0) -> None:
    """A child that serves the application."""
    tls = ServerTls(Path(certificate), Path(key)) if certificate else None
    limits = ServeLimits(stop_seconds=stop_seconds)
    serve(application, "127.0.0.1", port, tls=tls, ready=lambda port: ready({"port": port}), limits=limits)


def sleeper(ready: Ready, deaf: bool = False) -> None:
    """A child that waits, and with ``deaf`` ignores SIGTERM."""
    if deaf:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ready({"pid": os.getpid()})
    while True:
        time.sleep(60)


def dies(ready: Ready, folder: str) -> None:
    """A child that ends at once; each life leaves a file."""
    (Path(folder) / str(time.monotonic_ns())).touch()
    ready({})


def misconfigured(ready: Ready) -> None:
    """A child for which a restart is no help."""
    sys.exit(EXIT_SETTINGS)


def supervise(names: list[str], **arguments: Any) -> None:
    """Run these children, in a process of its own, and exit as the supervisor says."""
    children = [Child(name, f"tests.contract.kit.served:{name}", arguments.get(name, {})) for name in names]
    sys.exit(Supervisor(children, Patience(first=0.05, longest=0.2, steady=60.0, stop=1.0)).run())


def do_apart(how: str) -> None:
    """Do something apart, and print how many threads there are here after it and what it raised."""
    try:
        apart({"fine": _begin_thread, "refuses": _refuse, "breaks": lambda: 1 // 0}[how])
        raised = []
    except (BeeldbrugError, RuntimeError) as error:
        raised = [f"{type(error).__name__}: {error}"]
    print("threads", threading.active_count(), *raised)


def _begin_thread() -> None:
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()


def _refuse() -> None:
    raise Denied("root-key-wrong", "The root key is another.", "Look.")
