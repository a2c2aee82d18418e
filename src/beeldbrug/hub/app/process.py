"""The hub's processes: one or more web processes on one port. ``serve`` runs one here; ``web`` is for a supervisor.

Announces the port on standard output as one line of JSON when it listens. Stops on SIGTERM or SIGINT, ending event
streams at once; a kill at any time loses nothing acknowledged.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from beeldbrug.hub.app.compose import WebHub, open_hub
from beeldbrug.hub.app.settings import HubSettings
from beeldbrug.kit import log
from beeldbrug.kit import serve as web_server
from beeldbrug.kit.process import Child, Patience, Ready, Supervisor
from beeldbrug.kit.settings import load

REQUESTS = 4096
"""Requests under way in one process: every node holds an event stream, so these are far more than those that work."""


def serve(settings: HubSettings, ready: Callable[[int], None] | None = None) -> None:
    """Serve in this process until a signal. ``ready`` gets the port; else one JSON line goes to standard output."""
    with open_hub(settings) as hub:
        web = WebHub(hub, settings)
        tls = None
        if settings.certificate is not None and settings.key is not None:
            tls = web_server.ServerTls(settings.certificate, settings.key)

        def listening(port: int) -> None:
            _end_streams_on_signals(web)
            (ready or _announce)(port)

        limits = web_server.ServeLimits(requests=REQUESTS, waiting=REQUESTS)
        web_server.serve(web.application, settings.host, settings.port, tls=tls, ready=listening, limits=limits)


def web(ready: Ready, *, file: str | None = None, overrides: Mapping[str, Any] | None = None) -> None:
    """One web process under ``kit.process.Supervisor``: settings from the file, the environment and ``overrides``."""
    settings = load(HubSettings, Path(file) if file else None, overrides)
    log.configure(settings.log_level)
    serve(settings, lambda port: ready({"port": port}))


def run(file: Path | None, overrides: Mapping[str, Any] | None = None) -> int:
    """The whole hub in the foreground, as many web processes as the settings say; returns the exit code."""
    settings = load(HubSettings, file, overrides)
    arguments = {"file": str(file) if file else None, "overrides": dict(overrides or {})}
    names = [f"web-{number}" for number in range(1, settings.processes + 1)]
    return Supervisor(
        [Child(name, "beeldbrug.hub.app.process:web", arguments) for name in names],
        Patience(longest=settings.restart_seconds),
    ).run()


def _end_streams_on_signals(web: WebHub) -> None:
    """Event streams would hold up an orderly stop. The server's own handler still runs: the loop hears every signal."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(web.close_streams))


def _announce(port: int) -> None:
    sys.stdout.write(json.dumps({"event": "hub ready", "port": port}) + "\n")
    sys.stdout.flush()
