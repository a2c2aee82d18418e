"""The port on which DICOM peers call: accepts connections, one thread each, within the limits (PS3.8 section 9.1.2).

It knows nothing of DICOM but the rejection it has callers told who are over a limit. With ``reuse_port`` several
processes listen on one port and the kernel spreads the callers over them; the limits then hold for each process.
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
from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.reception import Reception
from beeldbrug.node.protocols.dimse.association import Acceptor, Origin
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.negotiation import LOCAL_LIMIT_EXCEEDED
from beeldbrug.node.protocols.dimse.tls import ServerTls, peer_certificate, server_context
from beeldbrug.node.protocols.dimse.wire import SocketTransport

_log = log.get("dimse")

_TICK = 1.0
_BACKLOG = 128
_SEVER_SECONDS = 3.0


@dataclass(slots=True)
class _Call:
    """One connection and the thread that serves it."""

    address: str
    within: bool
    thread: threading.Thread
    transport: SocketTransport | None = None
    acceptor: Acceptor | None = None


class Listener:
    """DICOM port. ``port`` 0 chooses a free one; read ``port`` after ``start``."""

    def __init__(
        self,
        host: str,
        port: int,
        tls: ServerTls | None,
        reception: Reception,
        limits: Limits,
        reuse_port: bool = False,
    ) -> None:
        self._host = host
        self._wanted_port = port
        self._context = server_context(tls) if tls is not None else None
        self._reception = reception
        self._limits = limits
        self._reuse_port = reuse_port
        self._socket: socket.socket | None = None
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
        try:
            self._socket = self._listen()
        except OSError as error:
            raise Unavailable(
                "dimse-port-unusable",
                "The DICOM address and port cannot be listened on.",
                "Check that no other program uses the port, and that the address is this machine's.",
            ) from error
        self._thread = threading.Thread(target=self._accept, name="dimse-listener", daemon=True)
        self._thread.start()
        _log.info("dimse listening", port=self.port)

    def _listen(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if self._reuse_port:
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            listening.bind((self._host, self._wanted_port))
            listening.listen(_BACKLOG)
        except OSError:
            listening.close()
            raise
        return listening

    def _accept(self) -> None:
        listening = self._socket
        while listening is not None and not self._stopping.is_set():
            try:
                connection, address = listening.accept()
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
            key = id(connection)
            thread = threading.Thread(target=self._serve, args=(key, connection), name="dimse-association", daemon=True)
            self._open[key] = _Call(address, within, thread)
            self._by_address[address] += within
        try:
            thread.start()
        except RuntimeError:
            connection.close()
            self._forget(key)

    def _forget(self, key: int) -> None:
        with self._changed:
            call = self._open.pop(key)
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
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
        if self._thread is not None:
            self._thread.join(5.0)
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
