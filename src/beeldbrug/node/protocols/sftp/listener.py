"""The SFTP port (RFC 4251 to 4254): log-in by public key or OpenSSH certificate, one subsystem, nothing else.

There is no password, shell, command, terminal or forwarding. It logs accounts of the settings, addresses and counts,
never names of files. What it does with the files is ``server``.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

import asyncssh
from asyncssh import SSHAuthorizedKeys, SSHKey, SSHServerConnection

from beeldbrug.kit import log
from beeldbrug.node.protocols.sftp.limits import Limits
from beeldbrug.node.protocols.sftp.packets import send_no_empty_packets
from beeldbrug.node.protocols.sftp.server import DropServer
from beeldbrug.node.protocols.sftp.session import Session
from beeldbrug.node.protocols.sftp.visit import Partner, Visit

_log = log.get("sftp")

_STOP_SECONDS = 10.0
_KEEPALIVE_SECONDS = 15.0
_WINDOW = 4 * 2**20

ALGORITHMS = ("aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes256-ctr")
"""Ciphers; the client's order decides."""


class _Keys(SSHAuthorizedKeys):
    """Keys of one partner; remembers which one was shown last, and how many."""

    def __init__(self, content: str, visit: Visit, shown: Callable[[], None]) -> None:
        super().__init__(content)
        self._visit, self._shown = visit, shown

    def validate(
        self,
        key: SSHKey,
        client_host: str,
        client_addr: str,
        cert_principals: Sequence[str] | None = None,
        ca: bool = False,
    ) -> Mapping[str, object] | None:
        """Options of the entry that has this key, else None."""
        self._shown()
        if ca and not cert_principals:  # a certificate for everybody is for nobody
            return None
        found = super().validate(key, client_host, client_addr, cert_principals, ca)
        if found is not None:
            self._visit.key, self._visit.by_certificate = key.get_fingerprint(), ca
        return found


class _Connection(asyncssh.SSHServer):
    """One connection."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._connection: SSHServerConnection | None = None
        self.partner: Partner | None = None
        self.visit = Visit("", "", "", last=time.monotonic())
        self._attempts = 0
        self.inside = False

    def connection_made(self, conn: SSHServerConnection) -> None:
        """Admit it, if there is room."""
        self._connection = conn
        send_no_empty_packets(conn)
        peer = conn.get_extra_info("peername")
        self.visit.address = peer[0] if peer else ""
        if not self._listener.enter(self):
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note what came of it, in a moment: files that are open are being let go of."""
        self._listener.left(self, self.inside)

    def begin_auth(self, username: str) -> bool:
        """Whose keys count; of an account that is not there, none do."""
        partner = self._listener.partners.get(username)
        self.partner = partner if partner is not None and self._from_here(partner) else None
        self.visit.account = username if partner is not None else ""
        self.visit.organisation = partner.organisation if partner is not None else ""
        if self._connection is not None:
            self._connection.set_authorized_keys(self._keys())
        return True

    def _keys(self) -> SSHAuthorizedKeys:
        try:
            return _Keys(self.partner.keys() if self.partner is not None else "", self.visit, self._shown)
        except (ValueError, OSError):
            _log.error("keys of a partner not read", partner=self.visit.account)
            return _Keys("", self.visit, self._shown)

    def _from_here(self, partner: Partner) -> bool:
        address = ip_address(self.visit.address.partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        return not partner.networks or any(address in network for network in partner.networks)

    def _shown(self) -> None:
        self._attempts += 1
        # a client asks about a key before it signs with it
        if self._attempts > 2 * self._listener.limits.attempts and self._connection is not None:
            self._connection.abort()

    def public_key_auth_supported(self) -> bool:
        """The only way in."""
        return True

    def auth_completed(self) -> None:
        """In."""
        self.inside = self._listener.welcome(self)
        if not self.inside and self._connection is not None:
            self._connection.disconnect(asyncssh.DISC_TOO_MANY_CONNECTIONS, "Too many connections of this account.")

    def session_requested(self) -> Session | bool:
        """One subsystem, for who is in."""
        return Session(self._serve) if self.inside else False

    def _serve(self, channel: asyncssh.SSHServerChannel[bytes]) -> DropServer:
        if self.partner is None:
            raise AssertionError("nobody is in")
        return DropServer(channel, self.partner.drop, self.visit, self._listener.limits.handles)

    def idle(self, now: float) -> bool:
        """Whether it has been silent for too long."""
        return now - self.visit.last > self._listener.limits.idle_seconds

    def end(self) -> None:
        """Close it."""
        if self._connection is not None:
            self._connection.close()


class Listener:
    """SFTP port. ``port`` 0 chooses a free one; read ``port`` after ``start``."""

    def __init__(
        self,
        host: str,
        port: int,
        host_key: str,
        partners: Mapping[str, Partner],
        limits: Limits,
        ended: Callable[[Visit], None],
    ) -> None:
        """``host_key`` is a file; ``ended`` notes a visit, in a thread."""
        self._host, self.port = host, port
        self._host_key = host_key
        self.partners, self.limits = partners, limits
        self._ended = ended
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sftp-listener", daemon=True)
        self._noting = ThreadPoolExecutor(1, "sftp-noting")
        self._acceptor: asyncssh.SSHAcceptor | None = None
        self._connections: set[_Connection] = set()
        self._inside: Counter[str] = Counter()

    def start(self) -> None:
        """Listen. Raises OSError."""
        asyncssh.set_log_level("CRITICAL")
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(_STOP_SECONDS)

    async def _start(self) -> None:
        self._acceptor = await asyncssh.listen(
            self._host,
            self.port,
            server_factory=lambda: _Connection(self),
            server_host_keys=[self._host_key],
            allow_pty=False,
            line_editor=False,
            agent_forwarding=False,
            x11_forwarding=False,
            password_auth=False,
            kbdint_auth=False,
            host_based_auth=False,
            gss_host=None,
            reuse_port=False,
            login_timeout=self.limits.login_seconds,
            keepalive_interval=_KEEPALIVE_SECONDS,
            encryption_algs=list(ALGORITHMS),
            compression_algs=["none"],
            server_version="Beeldbrug",
            window=_WINDOW,
            encoding=None,
        )
        self.port = self._acceptor.get_port()
        self._watching = self._loop.create_task(self._watch())

    async def _watch(self) -> None:
        """Close what is silent."""
        while True:
            await asyncio.sleep(min(5.0, self.limits.idle_seconds / 4))
            for one in [one for one in self._connections if one.idle(time.monotonic())]:
                one.end()

    def enter(self, connection: _Connection) -> bool:
        """Whether there is room for one more."""
        address = connection.visit.address
        strangers = sum(1 for one in self._connections if not one.inside and one.visit.address == address)
        if len(self._connections) >= self.limits.connections or strangers >= self.limits.strangers:
            _log.warning("connection refused", code="too-busy", address=address)
            return False
        self._connections.add(connection)
        return True

    def welcome(self, connection: _Connection) -> bool:
        """Whether this account may have one more connection; it counts from now on."""
        visit, partner = connection.visit, connection.partner
        if partner is None or self._inside[visit.account] >= self.limits.connections_per_partner:
            visit.outcome = "too-busy"
            return False
        self._inside[visit.account] += 1
        partner.drop.refresh()
        _log.info("partner logged in", partner=visit.account, address=visit.address)
        return True

    def left(self, connection: _Connection, inside: bool) -> None:
        """It ended."""
        self._connections.discard(connection)
        visit = connection.visit
        if inside:
            self._inside[visit.account] -= 1
        elif visit.outcome == "success":
            visit.outcome = "log-in-refused"
        # by then what was open has been closed
        self._loop.call_later(0.2, self._noting.submit, self._note, visit)

    def _note(self, visit: Visit) -> None:
        line = {"partner": visit.account, "address": visit.address, "count": visit.files, "bytes": visit.bytes}
        _log.info("connection ended", code=visit.outcome, **line)
        try:
            self._ended(visit)
        except Exception:  # the protocol's edge: the port serves on
            _log.exception("visit not noted", partner=visit.account)

    def stop(self) -> None:
        """Close everything; files that are open count as unfinished."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(_STOP_SECONDS)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_STOP_SECONDS)
            self._loop.close()
        self._noting.shutdown(wait=True)

    async def _stop(self) -> None:
        if self._acceptor is None:
            return
        self._watching.cancel()
        self._acceptor.close()
        for one in list(self._connections):
            one.end()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._acceptor.wait_closed(), 2.0)
        await asyncio.sleep(0.3)
