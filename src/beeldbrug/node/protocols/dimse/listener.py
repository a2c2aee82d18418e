"""The port on which DICOM peers call: accepts connections, one thread each, within the limits (PS3.8 section 9.1.2).

It knows nothing of DICOM but the rejection it has callers told who are over a limit. Several processes may take callers
from one listening socket, each when its turn comes; with ``slots`` the limits hold for all of them together.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections import Counter
from dataclasses import dataclass

from beeldbrug.kit import log
from beeldbrug.kit.slots import Slot, Slots
from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.reception import Reception
from beeldbrug.node.protocols.dimse.association import Acceptor, Origin
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.negotiation import LOCAL_LIMIT_EXCEEDED
from beeldbrug.node.protocols.dimse.tls import ServerTls, peer_certificate, server_context
from beeldbrug.node.protocols.dimse.wire import SocketTransport, timeval

_log = log.get("dimse")

_TICK = 1.0
_ACCEPT_TICK = 0.25
_BACKLOG = 128
_SEVER_SECONDS = 3.0


@dataclass(slots=True)
class _Call:
    """One connection and the thread that serves it."""

    address: str
    within: bool
    thread: threading.Thread
    slots: tuple[Slot, ...] = ()
    transport: SocketTransport | None = None
    acceptor: Acceptor | None = None


def listen(host: str, port: int) -> socket.socket:
    """A listening socket for ``Listener``; ``port`` 0 chooses a free one. Raises Unavailable.

    Blocking, with a kernel time-out: waiting in accept(2), processes that share it are served in turn, which they would
    not be in poll(2); and none can shut it down under the others to wake its own thread.
    """
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeval(_ACCEPT_TICK))
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise Unavailable(
            "dimse-port-unusable",
            "The DICOM address and port cannot be listened on.",
            "Check that no other program uses the port, and that the address is this machine's.",
        ) from error
    return listening


class Listener:
    """DICOM port. ``port`` 0 chooses a free one; read ``port`` after ``start``."""

    def __init__(
        self,
        host: str,
        port: int,
        tls: ServerTls | None,
        reception: Reception,
        limits: Limits,
        listening: socket.socket | None = None,
        slots: Slots | None = None,
    ) -> None:
        """``listening`` is a socket of ``listen`` that other processes share; without it one is made by ``start``."""
        self._host = host
        self._wanted_port = port
        self._context = server_context(tls) if tls is not None else None
        self._reception = reception
        self._limits = limits
        self._slots = slots
        self._socket = listening
        self._thread: threading.Thread | None = None
        self._open: dict[int, _Call] = {}
        self._by_address: Counter[str] = Counter()
        self._changed = threading.Condition()
        self._stopping = threading.Event()

    @property
    def port(self) -> int:
        """The port that is listened on; 0 before ``start``."""
        return int(self._socket.getsockname()[1]) if self._socket is not None else 0

    @property
    def associations(self) -> int:
        """Connections open now."""
        with self._changed:
            return len(self._open)

    def start(self) -> None:
        """Listen and return. Raises Unavailable when the address cannot be used."""
        if self._socket is None:
            self._socket = listen(self._host, self._wanted_port)
        self._thread = threading.Thread(target=self._accept, name="dimse-listener", daemon=True)
        self._thread.start()
        _log.info("dimse listening", port=self.port)

    def _accept(self) -> None:
        listening = self._socket
        while listening is not None and not self._stopping.is_set():
            try:
                connection, address = listening.accept()
            except BlockingIOError:
                continue  # nobody called for a tick
            except OSError:
                if self._stopping.is_set():
                    return
                time.sleep(0.1)  # out of file descriptors: those that are open have to end first
                continue
            self._take(connection, str(address[0]))

    def _take(self, connection: socket.socket, address: str) -> None:
        """Give a connection its thread, unless even the polite refusals are used up."""
        limits = self._limits
        with self._changed:
            over = sum(not call.within for call in self._open.values())
            count = len(self._open) - over
            within = count < limits.associations and self._by_address[address] < limits.associations_per_address
            if self._stopping.is_set() or (not within and over >= limits.rejections):
                connection.close()
                return
            slots = self._taken(address) if within else ()
            if slots is None:
                within, slots = False, ()
                if over >= limits.rejections:
                    connection.close()
                    return
            key = id(connection)
            thread = threading.Thread(target=self._serve, args=(key, connection), name="dimse-association", daemon=True)
            self._open[key] = _Call(address, within, thread, slots)
            self._by_address[address] += within
        try:
            thread.start()
        except RuntimeError:
            connection.close()
            self._forget(key)

    def _taken(self, address: str) -> tuple[Slot, ...] | None:
        """Slots for one more association among all processes; None when they are taken."""
        if self._slots is None:
            return ()
        one = self._slots.take("associations", self._limits.associations)
        if one is None:
            return None
        other = self._slots.take(f"address {address}", self._limits.associations_per_address)
        if other is None:
            one.release()
            return None
        return one, other

    def _forget(self, key: int) -> None:
        with self._changed:
            call = self._open.pop(key)
            for slot in call.slots:
                slot.release()
            self._by_address[call.address] -= call.within
            if not self._by_address[call.address]:
                del self._by_address[call.address]
            self._changed.notify_all()

    def _serve(self, key: int, connection: socket.socket) -> None:
        call = self._open[key]
        try:
            self._converse(call, connection)
        except Exception as error:  # protocol edge: a fault of ours ends one association, never the port
            _log.error("association failed", code="internal", kind=type(error).__name__, address=call.address)
        finally:
            connection.close()
            self._forget(key)

    def _converse(self, call: _Call, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        secured = self._secure(call, connection)
        if secured is None:
            return
        fingerprint, subject = peer_certificate(secured)
        origin = Origin(call.address, secured is not connection, fingerprint, subject)
        with contextlib.closing(secured):
            transport = SocketTransport(secured, _TICK, self._limits.send_seconds)
            refuse = None if call.within else LOCAL_LIMIT_EXCEEDED
            acceptor = Acceptor(transport, origin, self._reception, self._limits, refuse)
            call.transport, call.acceptor = transport, acceptor
            acceptor.run()

    def _secure(self, call: _Call, connection: socket.socket) -> socket.socket | None:
        """The connection itself, or TLS over it; None when the handshake failed."""
        if self._context is None:
            return connection
        connection.settimeout(self._limits.request_seconds)
        try:
            return self._context.wrap_socket(connection, server_side=True)
        except (ssl.SSLError, OSError):
            _log.warning("association rejected", code="tls-handshake", address=call.address)
            return None

    def stop(self, drain: float = 10.0) -> None:
        """Take no more callers, let those that are open end for ``drain`` seconds, then abort them, and return."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(5.0)
        if self._socket is not None:
            self._socket.close()
        if not self._await_end(drain):
            self._each_transport("interrupt")
            if not self._await_end(_SEVER_SECONDS):
                self._each_transport("sever")
                self._await_end(_SEVER_SECONDS)

    def _await_end(self, seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: not self._open, seconds)

    def _each_transport(self, deed: str) -> None:
        with self._changed:
            calls = list(self._open.values())
        for call in calls:
            if call.acceptor is not None and call.transport is not None:
                call.acceptor.stop()
                (call.transport.interrupt if deed == "interrupt" else call.transport.sever)()
