"""Syslog over TLS: messages of RFC 5424 in frames of RFC 5425, as PS3.15 section A.6 and IHE ATNA want them.

Syslog has no acknowledgement. A batch therefore has a connection of its own, which ends with a close_notify from both
sides (RFC 5425 section 4.4): a collector that answers ours has read what was before it. Without that answer the batch
counts as not given. The address is the hospital's, so certificates are checked always.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.protocols.syslog.audit_message import audit_message

PRIORITY: Final = 10 * 8 + 5
"""Facility security/authorization (10), severity notice (5)."""

MESSAGE_ID: Final = "DICOM+RFC3881"
APPLICATION: Final = "beeldbrug"
CONNECT_SECONDS: Final = 10.0
BATCH_SECONDS: Final = 60.0
_BOM: Final = b"\xef\xbb\xbf"
_NIL: Final = "-"


@dataclass(frozen=True)
class Address:
    """Where the collector is; ``name`` is whom its certificate must name, empty for the host."""

    host: str
    port: int
    name: str = ""


@dataclass(frozen=True)
class SyslogCollector:
    """``ports.collector.Collector``. ``host`` is what this node calls itself (RFC 5424 HOSTNAME). ``confirms``: it
    answers a close_notify; of one that never does, what was written counts as read."""

    address: Address
    context: Callable[[], ssl.SSLContext]
    host: str
    confirms: bool = True

    def take(self, events: Sequence[tuple[int, AuditEvent]]) -> None:
        """See the port."""
        frames = b"".join(frame(self.host, sequence, event) for sequence, event in events)
        with self._connected() as connection:
            try:
                _send(connection, frames, self.confirms)
            except (OSError, ValueError):  # ValueError: the socket is closed already
                raise _broke_off() from None

    def _connected(self) -> ssl.SSLSocket:
        address = self.address
        try:
            plain = socket.create_connection((address.host, address.port), CONNECT_SECONDS)
        except OSError:
            raise Unavailable(
                "collector-unreachable",
                "The collector of audit messages cannot be reached.",
                "Check [audit] collector and the network; nothing is lost meanwhile.",
            ) from None
        try:
            plain.settimeout(CONNECT_SECONDS)
            return self.context().wrap_socket(plain, server_hostname=address.name or address.host)
        except (OSError, ValueError):
            plain.close()
            raise Unavailable(
                "collector-tls",
                "The collector's TLS is not as the settings have it.",
                "Check its certificate, its name, and whether it knows this node's certificate.",
            ) from None


def frame(host: str, sequence: int, event: AuditEvent) -> bytes:
    """One message with its length before it (RFC 5425 section 4.3)."""
    moment = datetime.fromtimestamp(event.at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    head = f"<{PRIORITY}>1 {moment} {host or _NIL} {APPLICATION} {sequence} {MESSAGE_ID} {_NIL} "
    message = head.encode("ascii", "replace") + _BOM + audit_message(sequence, event)
    return str(len(message)).encode() + b" " + message


def _send(connection: ssl.SSLSocket, content: bytes, confirms: bool) -> None:
    """All of it, and the close_notify of both sides where that is to be had. Raises OSError."""
    ends = time.monotonic() + BATCH_SECONDS
    left = memoryview(content)
    while left:
        connection.settimeout(max(0.001, ends - time.monotonic()))
        left = left[connection.send(left) :]
    connection.settimeout(max(0.001, ends - time.monotonic()))
    if confirms:
        connection.unwrap()
    else:
        connection.shutdown(socket.SHUT_WR)


def _broke_off() -> Unavailable:
    return Unavailable(
        "collector-broke-off",
        "The collector of audit messages did not say that it has read all.",
        "Look at the collector's own log; what was not confirmed is given again.",
    )
