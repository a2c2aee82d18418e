"""The node's processes: dimse (several, receive), worker (sends, fetches, imports), web (DICOMweb), their supervisor.

Each opens its own vault; they speak through its rows only. A kill of any of them at any time loses nothing that was
acknowledged: the next one of its kind mends and goes on (guarantee 1).
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from beeldbrug.kit import log
from beeldbrug.kit import serve as web_server
from beeldbrug.kit.process import Child, Patience, Ready, Supervisor, apart
from beeldbrug.kit.settings import load
from beeldbrug.kit.slots import Slots
from beeldbrug.kit.sql import open_engine
from beeldbrug.model.exchange import Urgency
from beeldbrug.node.app.compose import (
    Base,
    hub_or_none,
    open_base,
    reading,
    reception,
    side_reception,
    worker_parts,
)
from beeldbrug.node.app.settings import Dimse, NodeSettings
from beeldbrug.node.app.web import web_application
from beeldbrug.node.ports.work import PACES, WorkKind
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.listener import Listener, listen
from beeldbrug.node.protocols.dimse.tls import ClientCertificates, ServerTls
from beeldbrug.node.protocols.hub.listen import Mailbox
from beeldbrug.node.stores.schema.upgrade import upgrade
from beeldbrug.node.usecases.receive.recover import recover, recover_sides
from beeldbrug.node.usecases.receive.session import Receiving
from beeldbrug.node.workflows.engine import Engine

DRAIN_SECONDS = 10.0
LANES_SECONDS = 2.0
"""For what still hangs in the lanes when the steps that wait for it have had their time; the supervisor gives 20 s."""

PROCESSES = 2
"""Most receiving processes where the setting leaves it open: one interpreter uses one processor, and the other
processes want some too."""


def run(file: Path | None, overrides: Mapping[str, Any] | None = None) -> int:
    """The whole node in the foreground; returns the exit code. Upgrades the vault's schema first."""
    settings = load(NodeSettings, file, overrides)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    apart(lambda: _try(settings))
    arguments = {"file": str(file) if file else None, "overrides": dict(overrides or {})}
    with listen(settings.dimse.host, settings.dimse.port) as listening:
        others = [Child(name, f"beeldbrug.node.app.processes:{name}", arguments) for name in ("web", "worker")]
        children = [*receivers(settings.dimse, listening, arguments), *others]
        return Supervisor(children, Patience(longest=settings.restart_seconds)).run()


def _try(settings: NodeSettings) -> None:
    """Upgrade, and meet faults in keys, certificates and folders before any process starts."""
    upgrade(open_engine(settings.database_url))
    with open_base(settings):
        pass


def receivers(section: Dimse, listening: socket.socket, arguments: Mapping[str, Any]) -> list[Child]:
    """The receiving processes, which take their callers from one listening socket: ``dimse``, ``dimse-1``, ..."""
    descriptor = listening.fileno()
    children = []
    for number in range(section.processes or min(PROCESSES, os.cpu_count() or 1)):
        more = {**arguments, "listening": descriptor, "side": number > 0}
        name = f"dimse-{number}" if number else "dimse"
        children.append(Child(name, "beeldbrug.node.app.processes:dimse", more, (descriptor,)))
    return children


def dimse(
    ready: Ready,
    *,
    listening: int,
    side: bool = False,
    file: str | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> None:
    """A receiving process; ``listening`` is the descriptor of the socket. The first has the node's spool and mends what
    it finds there; any other, ``side``, has one of its own."""
    settings = _load(file, overrides)
    stopping = _on_signal()
    section = settings.dimse
    with open_base(settings) as base, _receiving(base, side) as receiving:
        port = socket.socket(fileno=listening)
        slots = Slots(settings.data / "associations.lock")
        listener = Listener("", 0, server_tls(section), receiving, limits(section), port, slots)
        listener.start()
        ready({"port": listener.port})
        stopping.wait()
        listener.stop(DRAIN_SECONDS)


@contextmanager
def _receiving(base: Base, side: bool) -> Iterator[Receiving]:
    process = f"dimse-{base.own.ura}"
    if side:
        recover_sides(base.database, base.sides, base.store, base.clock.now())
    else:
        mend(base, process)
    with side_reception(base) if side else reception(base, process) as receiving:
        yield receiving


def web(ready: Ready, *, file: str | None = None, overrides: Mapping[str, Any] | None = None) -> None:
    """The web process."""
    settings = _load(file, overrides)
    section = settings.web
    tls = None
    if section.certificate is not None and section.key is not None:
        tls = web_server.ServerTls(section.certificate, section.key)
    with open_base(settings) as base:
        application = web_application(reading(base), section.public_url)
        web_server.serve(application, section.host, section.port, tls=tls, ready=lambda port: ready({"port": port}))


def worker(ready: Ready, *, file: str | None = None, overrides: Mapping[str, Any] | None = None) -> None:
    """The worker process."""
    settings = _load(file, overrides)
    stopping = _on_signal()
    with open_base(settings) as base:
        hub = hub_or_none(base)
        parts = worker_parts(base, hub)
        _standing_work(base)
        parts.waiting.forget()
        mailbox = Mailbox(hub, parts.listening, base.clock)
        if settings.hub is not None:
            mailbox.start()
        engine = Engine(base.database, parts.steps, base.clock.now, watch=parts.waiting, paces=PACES)
        thread = threading.Thread(target=engine.run, name="engine", daemon=True)
        thread.start()
        ready({})
        stopping.wait()
        mailbox.stop()
        engine.stop()
        thread.join(DRAIN_SECONDS)
        for lanes in parts.lanes:
            lanes.close(LANES_SECONDS)
        hub.close()


def mend(base: Base, process: str) -> None:
    """What the receiving process does before its first association: mend what killed ones left behind."""
    now = base.clock.now()
    recover_sides(base.database, base.sides, base.store, now)
    recover(base.database, base.spool, base.store, process, now, base.sides.holds)


def server_tls(section: Dimse) -> ServerTls | None:
    """DICOM TLS as the settings have it."""
    if section.certificate is None or section.key is None:
        return None
    authorities = str(section.client_authorities) if section.client_authorities else ""
    certificates = ClientCertificates(section.client_certificates if authorities else "none")
    return ServerTls(str(section.certificate), str(section.key), authorities, certificates)


def limits(section: Dimse) -> Limits:
    """The upper layer's limits as the settings have them."""
    return Limits(
        associations=section.associations,
        associations_per_address=section.associations_per_address,
        idle_seconds=section.idle_seconds,
    )


def _standing_work(base: Base) -> None:
    """Work that is always there: sweep, and where there is a hub, audit head and keys; as stat: they tell the rest."""
    now = base.clock.now()
    with_hub = (WorkKind.HEAD, WorkKind.KEYS) if base.settings.hub is not None else ()
    with base.database.write() as tx:
        for kind in (WorkKind.SWEEP, *with_hub):
            tx.work.add(base.own.ura, kind, base.own.ura, Urgency.STAT, now)


def _load(file: str | None, overrides: Mapping[str, Any] | None) -> NodeSettings:
    settings = load(NodeSettings, Path(file) if file else None, overrides)
    log.configure(settings.log_level)
    return settings


def _on_signal() -> threading.Event:
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping
