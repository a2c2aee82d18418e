"""Bytes between two upper layers: one receive buffer per association, PDUs as slices of it, every wait bounded.

No PDU is interpreted here beyond its type and length (PS3.8 section 9.3.1), and a length is believed only within the
limit of its type, before anything is read or reserved for it. Works on any transport; ``SocketTransport`` is the one
for TCP and TLS.
"""

from __future__ import annotations

import socket
import ssl
import struct
import time
from collections.abc import Sequence
from typing import Final, Protocol

from beeldbrug.model.errors import Unavailable
from beeldbrug.node.protocols.dimse.pdu import PDU_HEADER, PduType, malformed

CLOSED: Final = 0
SILENT: Final = -1

_HEADER = PDU_HEADER.size
_FOUR_BYTES = frozenset({PduType.ASSOCIATE_RJ, PduType.RELEASE_RQ, PduType.RELEASE_RP, PduType.ABORT})
_TYPES: dict[int, PduType] = {kind: kind for kind in PduType if kind > 0}

_LENGTH_TOLERANCE = 12
"""Some senders count the PDU header or one PDV header outside the maximum length."""

Buffer = bytes | bytearray | memoryview


class Transport(Protocol):
    """A connected pair of byte streams."""

    def receive(self, into: memoryview, whole: bool) -> int:
        """Bytes received (all that fit, when ``whole`` and possible); CLOSED; SILENT after at most one tick."""

    def send(self, parts: Sequence[Buffer]) -> None:
        """Send all parts. Raises Unavailable ``connection-lost``."""

    def hasten(self, seconds: float) -> None:
        """From now on wait no longer than this until something can be sent. Never raises."""

    def finish(self) -> None:
        """Say that nothing more will be sent. Never raises."""

    def close(self) -> None:
        """Give the connection up. Never raises."""


class SocketTransport:
    """A connected TCP or TLS socket.

    A plain socket stays in blocking mode with kernel timeouts: Python's own time-outs cost a poll before each receive.
    A TLS socket has one time-out for both directions, which is set for each.
    """

    def __init__(self, connection: socket.socket, tick: float, send_seconds: float) -> None:
        self._socket = connection
        self._tls = isinstance(connection, ssl.SSLSocket)
        self._tick = tick
        self._send_seconds = send_seconds
        if not self._tls:
            connection.settimeout(None)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeval(tick))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeval(min(tick, send_seconds)))

    def receive(self, into: memoryview, whole: bool) -> int:
        """See Transport; TLS gives at most one record at a time."""
        try:
            if self._tls:
                self._socket.settimeout(self._tick)
                return self._socket.recv_into(into)
            if not whole:
                return self._socket.recv_into(into)
            return self._socket.recv_into(into, len(into), socket.MSG_WAITALL)
        except (TimeoutError, BlockingIOError):
            return SILENT
        except (OSError, ValueError):
            return CLOSED

    def send(self, parts: Sequence[Buffer]) -> None:
        """See Transport; a peer that reads nothing for the send time counts as lost."""
        try:
            if self._tls:
                self._socket.settimeout(self._send_seconds)
                self._socket.sendall(parts[0] if len(parts) == 1 else b"".join(parts))
                return
            sent = self._send_some(parts)
            for part in parts:
                if sent >= len(part):
                    sent -= len(part)
                else:
                    self._send_rest(memoryview(part)[sent:])
                    sent = 0
        except (OSError, ValueError) as error:
            raise connection_lost() from error

    def _send_some(self, parts: Sequence[Buffer]) -> int:
        """Bytes that went within one tick; mostly all."""
        try:
            return self._socket.sendmsg(parts)
        except BlockingIOError:
            return 0

    def _send_rest(self, rest: memoryview) -> None:
        """Send these bytes however slowly they are read. Raises OSError when none is for the send time."""
        deadline = time.monotonic() + self._send_seconds
        while rest:
            sent = self._send_some([rest])
            rest = rest[sent:]
            if sent:
                deadline = time.monotonic() + self._send_seconds
            elif time.monotonic() > deadline:
                raise TimeoutError

    def hasten(self, seconds: float) -> None:
        """See Transport."""
        self._send_seconds = min(seconds, self._send_seconds)

    def finish(self) -> None:
        """See Transport; bypasses SSLSocket.shutdown, which would drop the TLS layer under another thread's feet."""
        self._shut(socket.SHUT_WR)

    def interrupt(self) -> None:
        """Make a receive that waits in another thread return CLOSED; answers can still be sent. Never raises."""
        self._shut(socket.SHUT_RD)

    def sever(self) -> None:
        """Break both directions from another thread. Never raises."""
        self._shut(socket.SHUT_RDWR)

    def _shut(self, how: int) -> None:
        try:
            socket.socket.shutdown(self._socket, how)
        except OSError:
            return

    def close(self) -> None:
        """See Transport."""
        self._socket.close()


def connection_lost() -> Unavailable:
    """The connection broke, or the peer reads nothing."""
    return Unavailable("connection-lost", "The connection to the other DICOM system was lost.", "It is tried again.")


def timeval(seconds: float) -> bytes:
    """For SO_RCVTIMEO and SO_SNDTIMEO: struct timeval of a 64-bit system; zero would mean no time-out at all."""
    whole = int(seconds)
    return struct.pack("@ll", whole, max(int((seconds - whole) * 1_000_000), 0 if whole else 1000))


class Wire:
    """Reads PDUs from a transport. ``body`` is the content of the last PDU, valid until the next is asked for."""

    def __init__(self, transport: Transport, data_bytes: int, associate_bytes: int) -> None:
        self._transport = transport
        self._longest = {PduType.DATA: data_bytes + _LENGTH_TOLERANCE}
        self._associate_bytes = associate_bytes
        capacity = 2 * (max(data_bytes + _LENGTH_TOLERANCE, associate_bytes) + _HEADER)
        self._buffer = memoryview(bytearray(capacity))
        self._start = 0
        self._end = 0
        self._lost = False
        self.body = self._buffer[:0]

    def next_pdu(self, idle_seconds: float, pdu_seconds: float) -> PduType:
        """The type of the next PDU, its content in ``body``; CLOSED, TIMEOUT or UNKNOWN when there is none.

        ``idle_seconds`` bounds the wait for its first byte, ``pdu_seconds`` that from its first to its last.
        Raises Malformed when its length cannot be right.
        """
        self.body = self._buffer[:0]
        if self._start == self._end:
            self._start = self._end = 0
            outcome = self._receive(time.monotonic() + idle_seconds, 0)
            if outcome is not None:
                return outcome
        deadline = time.monotonic() + pdu_seconds
        while self._end - self._start < _HEADER:
            outcome = self._receive(deadline, 0)
            if outcome is not None:
                return outcome
        code, length = PDU_HEADER.unpack_from(self._buffer, self._start)
        kind = _TYPES.get(code, PduType.UNKNOWN)
        if kind is PduType.UNKNOWN:
            return kind
        self._check(kind, length)
        stop = self._start + _HEADER + length
        if stop > len(self._buffer):
            stop -= self._start
            self._compact()
        while self._end < stop:
            outcome = self._receive(deadline, stop)
            if outcome is not None:
                return outcome
        self.body = self._buffer[self._start + _HEADER : stop]
        self._start = stop
        return kind

    def _check(self, kind: PduType, length: int) -> None:
        longest = 4 if kind in _FOUR_BYTES else self._longest.get(kind, self._associate_bytes)
        if length > longest or (kind in _FOUR_BYTES and length != 4):
            raise malformed("pdu-length", "A PDU has a length that is not allowed for its type.")

    def _compact(self) -> None:
        held = self._end - self._start
        self._buffer[:held] = bytes(self._buffer[self._start : self._end])
        self._start, self._end = 0, held

    def _receive(self, deadline: float, stop: int) -> PduType | None:
        """Receive once more, up to ``stop`` when it is known; None when bytes came in time."""
        if stop == 0 and len(self._buffer) - self._start < _HEADER:
            self._compact()
        while True:
            if stop:
                count = self._transport.receive(self._buffer[self._end : stop], whole=True)
            else:
                count = self._transport.receive(self._buffer[self._end :], whole=False)
            if count == CLOSED:
                return PduType.CLOSED
            if count > 0:
                self._end += count
                late = stop and self._end < stop and time.monotonic() > deadline
                return PduType.TIMEOUT if late else None
            if time.monotonic() > deadline:
                return PduType.TIMEOUT

    def send(self, *parts: Buffer) -> None:
        """Send bytes. Raises Unavailable; a peer that once took none in time is not waited for again."""
        if self._lost:
            raise connection_lost()
        try:
            self._transport.send(parts)
        except Unavailable:
            self._lost = True
            raise

    def hasten(self, seconds: float) -> None:
        """What is still to be sent is not worth a longer wait. Never raises."""
        self._transport.hasten(seconds)

    def linger(self, seconds: float, most: int) -> None:
        """After our last PDU: read away what still comes until the peer closes, so that it can read what we said."""
        self._transport.finish()
        deadline = time.monotonic() + seconds
        while most > 0 and time.monotonic() < deadline:
            count = self._transport.receive(self._buffer, whole=False)
            if count == CLOSED:
                break
            most -= max(count, 0)

    def close(self) -> None:
        """Close the transport. Never raises."""
        self._transport.close()
