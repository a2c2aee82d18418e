"""Our DICOM port for peers to call: a listener on loopback over a reception that keeps everything in memory."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.committing import CommitReport
from beeldbrug.node.ports.reception import Arrival, Peer, ReceptionSession, StoreRequest
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.listener import Listener
from beeldbrug.node.protocols.dimse.tls import ServerTls

AE = "BEELDBRUG"
"""Our AE title."""


@dataclass
class Kept:
    """One instance that was committed."""

    request: StoreRequest
    data: bytes
    peer: Peer


@dataclass
class MemoryReception:
    """A whole implementation of the reception port: keeps instances in memory; may be told to refuse."""

    refuse_peer: Callable[[Peer], BeeldbrugError | None] = lambda peer: None
    refuse_begin: Callable[[StoreRequest], BeeldbrugError | None] = lambda request: None
    refuse_write: Callable[[int], BeeldbrugError | None] = lambda length: None
    refuse_commit: Callable[[StoreRequest], BeeldbrugError | None] = lambda request: None
    keep: bool = True
    kept: list[Kept] = field(default_factory=list)
    peers: list[Peer] = field(default_factory=list)
    reports: list[CommitReport] = field(default_factory=list)
    ends: list[bool] = field(default_factory=list)
    echoes: int = 0
    aborted: int = 0
    received: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def admit(self, peer: Peer) -> ReceptionSession:
        if error := self.refuse_peer(peer):
            raise error
        self.peers.append(peer)
        return _Session(self, peer)

    def await_ends(self, count: int, seconds: float = 10.0) -> list[bool]:
        """How the first ``count`` associations ended."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.ends) >= count, seconds), "associations did not end"
        return self.ends


@dataclass
class _Session:
    reception: MemoryReception
    peer: Peer

    def begin(self, request: StoreRequest) -> Arrival:
        if error := self.reception.refuse_begin(request):
            raise error
        return _Arrival(self.reception, self.peer, request)

    def echo(self) -> None:
        self.reception.echoes += 1

    def committed(self, report: CommitReport) -> None:
        self.reception.reports.append(report)

    def end(self, clean: bool) -> None:
        with self.reception.changed:
            self.reception.ends.append(clean)
            self.reception.changed.notify_all()


@dataclass
class _Arrival:
    reception: MemoryReception
    peer: Peer
    request: StoreRequest
    data: bytearray = field(default_factory=bytearray)
    length: int = 0

    def write(self, data: memoryview) -> None:
        self.length += len(data)
        self.reception.received += len(data)
        if error := self.reception.refuse_write(self.length):
            raise error
        if self.reception.keep:
            self.data += data

    def commit(self) -> None:
        if error := self.reception.refuse_commit(self.request):
            raise error
        self.reception.kept.append(Kept(self.request, bytes(self.data), self.peer))

    def abort(self) -> None:
        self.reception.aborted += 1


@contextlib.contextmanager
def listening(
    reception: MemoryReception, limits: Limits | None = None, tls: ServerTls | None = None, drain: float = 0.2
) -> Iterator[Listener]:
    """A listener on a free port, stopped at the end; none of its threads may be left."""
    listener = Listener("127.0.0.1", 0, tls, reception, limits or Limits(close_seconds=1.0))
    listener.start()
    try:
        yield listener
    finally:
        listener.stop(drain)
        assert listener.associations == 0
