"""The node's processes: dimse (several, receive), worker (sends, fetches, imports), web (DICOMweb), hl7 (own patients)
and sftp (partners), where set, their supervisor.

Each opens its own vault; they speak through its rows only. A kill of any of them at any time loses nothing that was
acknowledged: the next one of its kind mends and goes on (guarantee 1).
"""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beeldbrug.kit import log
from beeldbrug.kit import serve as web_server
from beeldbrug.kit.process import Child, Patience, Ready, Supervisor, apart
from beeldbrug.kit.slots import Slots
from beeldbrug.kit.sql import open_engine
from beeldbrug.model.exchange import Urgency
from beeldbrug.node.app.base import Base
from beeldbrug.node.app.compose import reading, reception, side_reception, worker_parts
from beeldbrug.node.app.drops import drop_accounts
from beeldbrug.node.app.hl7 import make_listener
from beeldbrug.node.app.hosting import host_names, load_all, open_all
from beeldbrug.node.app.portal import make_portal
from beeldbrug.node.app.settings import Dimse, NodeSettings
from beeldbrug.node.app.sftp import make_sftp
from beeldbrug.node.app.storing import store_service
from beeldbrug.node.app.trail import make_trail_reading
from beeldbrug.node.app.ways import Hearing, open_ways
from beeldbrug.node.app.web import by_host, web_application
from beeldbrug.node.ports.work import PACES, WorkKind
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.listener import Listener, listen
from beeldbrug.node.protocols.dimse.tls import ClientCertificates, ServerTls
from beeldbrug.node.protocols.hub.ears import Ears
from beeldbrug.node.stores.schema.upgrade import upgrade
from beeldbrug.node.usecases.receive.front import Front
from beeldbrug.node.usecases.receive.recover import recover, recover_sides
from beeldbrug.node.usecases.receive.session import Receiving
from beeldbrug.node.workflows.engine import Engine

DRAIN_SECONDS = 10.0
LANES_SECONDS = 2.0
"""For what still hangs in the lanes when the steps that wait for it have had their time; the supervisor gives 20 s."""


def run(
    file: Path | None,
    overrides: Mapping[str, Any] | None = None,
    beside: Callable[[Sequence[NodeSettings]], Sequence[Child]] = lambda everyone: (),
) -> int:
    """The whole node in the foreground, with the processes ``beside`` it that know nothing of it; returns the exit
    code. Upgrades the vault's schema first."""
    everyone = load_all(file, overrides)
    for one in everyone:
        one.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    apart(lambda: _try(everyone))
    settings = everyone[0]
    arguments = {"file": str(file) if file else None, "overrides": dict(overrides or {})}
    with listen(settings.dimse.host, settings.dimse.port) as listening:
        names = ["web", "worker", *(name for name in ("hl7", "sftp") if any(getattr(one, name) for one in everyone))]
        others = [Child(name, f"beeldbrug.node.app.processes:{name}", arguments) for name in names]
        children = [*beside(everyone), *receivers(settings.dimse, listening, arguments), *others]
        return Supervisor(children, Patience(longest=settings.restart_seconds)).run()


def _try(everyone: Sequence[NodeSettings]) -> None:
    """Upgrade, and meet faults in keys, certificates and folders before any process starts."""
    for settings in everyone:
        upgrade(open_engine(settings.database_url))
    with open_all(everyone):
        pass


def receivers(section: Dimse, listening: socket.socket, arguments: Mapping[str, Any]) -> list[Child]:
    """The receiving processes, which take their callers from one listening socket: ``dimse``, ``dimse-1``, ..."""
    descriptor = listening.fileno()
    children = []
    for number, name in enumerate(section.names()):
        more = {**arguments, "listening": descriptor, "side": number > 0}
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
    everyone = _load(file, overrides)
    stopping = _on_signal()
    section = everyone[0].dimse
    with ExitStack() as stack:
        bases = stack.enter_context(open_all(everyone))
        front = Front([stack.enter_context(_receiving(base, side)) for base in bases])
        port = socket.socket(fileno=listening)
        slots = Slots(everyone[0].data / "associations.lock")
        listener = Listener("", 0, server_tls(section), front, limits(section), port, slots)
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
    everyone = _load(file, overrides)
    section = everyone[0].web
    tls = None
    if section.certificate is not None and section.key is not None:
        tls = web_server.ServerTls(section.certificate, section.key)
    with open_all(everyone) as bases, ExitStack() as stack:
        applications = [
            web_application(
                reading(base),
                base.settings.web.public_url,
                make_portal(base),
                stack.enter_context(store_service(base)),
                make_trail_reading(base),
            )
            for base in bases
        ]
        application = by_host(dict(zip(host_names(everyone), applications, strict=True)))
        web_server.serve(application, section.host, section.port, tls=tls, ready=lambda port: ready({"port": port}))


def hl7(ready: Ready, *, file: str | None = None, overrides: Mapping[str, Any] | None = None) -> None:
    """The process that takes what hospitals say of their own patients: a port for each organisation that has one."""
    everyone = _load(file, overrides)
    stopping = _on_signal()
    with open_all(everyone) as bases, ExitStack() as stack:
        listeners = [one for base in bases if (one := make_listener(base)) is not None]
        for listener in listeners:
            listener.start()
            stack.callback(listener.stop)
        ready({"ports": [listener.port for listener in listeners]})
        stopping.wait()


def sftp(ready: Ready, *, file: str | None = None, overrides: Mapping[str, Any] | None = None) -> None:
    """The process that takes what partners bring: a port for each organisation that has one."""
    everyone = _load(file, overrides)
    stopping = _on_signal()
    with open_all(everyone) as bases, ExitStack() as stack:
        listeners = [one for base in bases if (one := make_sftp(base)) is not None]
        for listener in listeners:
            listener.start()
            stack.callback(listener.stop)
        ready({"ports": [listener.port for listener in listeners]})
        stopping.wait()


def worker(ready: Ready, *, file: str | None = None, overrides: Mapping[str, Any] | None = None) -> None:
    """The worker process."""
    everyone = _load(file, overrides)
    stopping = _on_signal()
    with open_all(everyone) as bases, ExitStack() as stack:
        works = [stack.enter_context(_working(base)) for base in bases]
        ready({})
        stopping.wait()
        for work in works:
            work.ears.stop()
            work.engine.stop()


@dataclass(frozen=True)
class _Work:
    """The durable work of one organisation, running."""

    ears: Ears
    engine: Engine


@contextmanager
def _working(base: Base) -> Iterator[_Work]:
    ways = open_ways(base)
    parts = worker_parts(base, ways)
    _standing_work(base)
    parts.waiting.forget()
    hearing = Hearing(base, ways, parts.trust, parts.waiting, base.database)
    ears = Ears(hearing.names, hearing.ear, base.clock)
    ears.start()
    engine = Engine(base.database, parts.steps, base.clock.now, watch=parts.waiting, paces=PACES)
    thread = threading.Thread(target=engine.run, name="engine", daemon=True)
    thread.start()
    try:
        yield _Work(ears, engine)
    finally:
        ears.stop()
        engine.stop()
        thread.join(DRAIN_SECONDS)
        for lanes in parts.lanes:
            lanes.close(LANES_SECONDS)
        ways.close()


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
    """Work that is always there: sweep; where there is a hub, audit head; where there is any way out, keys; as stat:
    they tell the rest; counting for the figures has time."""
    now = base.clock.now()
    heads = (WorkKind.HEAD,) if base.settings.hub is not None else ()
    keys = (WorkKind.KEYS,) if base.settings.hub is not None or base.settings.direct is not None else ()
    with base.database.write() as tx:
        for kind in (WorkKind.SWEEP, *heads, *keys):
            tx.work.add(base.own.ura, kind, base.own.ura, Urgency.STAT, now)
        tx.work.add(base.own.ura, WorkKind.FIGURES, base.own.ura, Urgency.ROUTINE, now)
        tx.work.add(base.own.ura, WorkKind.UNSEEN, base.own.ura, Urgency.STAT, now)
        if base.settings.audit.collector:
            tx.work.add(base.own.ura, WorkKind.FORWARD, base.own.ura, Urgency.ROUTINE, now)
        if base.settings.intake.folder is not None:
            tx.work.add(base.own.ura, WorkKind.INTAKE, base.own.ura, Urgency.ROUTINE, now)
        for account in drop_accounts(base.settings):
            tx.work.add(base.own.ura, WorkKind.DROP, account, Urgency.ROUTINE, now)


def _load(file: str | None, overrides: Mapping[str, Any] | None) -> tuple[NodeSettings, ...]:
    everyone = load_all(Path(file) if file else None, overrides)
    log.configure(everyone[0].log_level)
    return everyone


def _on_signal() -> threading.Event:
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    return stopping
