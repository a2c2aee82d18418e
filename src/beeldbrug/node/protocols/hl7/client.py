"""A sender of HL7 v2 over MLLP (release 1): one connection, one message, its acknowledgement (HL7 v2 section 2.9).

Original mode: AA, AE, AR. Enhanced mode (MSH-15, MSH-16 of the message): CA, CE, CR first, and where MSH-16 wants it
then the application's word, which is acknowledged in turn. Every wait and every size has a bound. It logs codes, never
what a message or an answer holds.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from beeldbrug.kit import log
from beeldbrug.model.errors import BeeldbrugError, Malformed, TooLarge, Unavailable, Unsupported
from beeldbrug.node.ports.messages import Acknowledged, Peer
from beeldbrug.node.protocols.hl7.limits import Limits
from beeldbrug.node.protocols.hl7.message import Header, Message, header_of
from beeldbrug.node.protocols.hl7.mllp import END, START, Frame, Framer
from beeldbrug.node.protocols.hl7.write import CODECS, committed

_log = log.get("hl7 out")

ACCEPTED: Final = frozenset({"AA", "CA"})
REFUSED: Final = {"AE": "hl7-error", "AR": "hl7-rejected", "CE": "hl7-error", "CR": "hl7-rejected"}
"""Our reason for MSA-1 that accepts nothing (HL7 table 0008)."""

CONDITIONS: Final = frozenset({"100", "101", "102", "103", *(str(number) for number in range(200, 208))})
"""Of HL7 table 0357; a reason ends in one of these where ERR gives it."""

SEGMENTS: Final = ("MSH", "MSA", "ERR")
WANTS_APPLICATION: Final = frozenset({"AL", "ER", "SU"})
"""Of MSH-16 (HL7 table 0155): an answer of the application may come."""

_READ_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class MllpClient:
    """``ports.messages.Outgoing``; ``context`` gives the TLS context of a peer, None for plain MLLP."""

    context: Callable[[Peer], ssl.SSLContext | None]

    def send(self, peer: Peer, content: bytes) -> Acknowledged:
        """See the port."""
        sent = header_of(content)
        context = self.context(peer)
        try:
            with _connected(peer, context) as connection:
                answered = _Conversation(connection, peer).exchange(sent, content)
        except BeeldbrugError as error:
            _log.warning("message not acknowledged", partner=peer.name, code=error.code)
            raise
        _log.info("message acknowledged", partner=peer.name, code=answered.reason or answered.code)
        return answered


@contextmanager
def _connected(peer: Peer, context: ssl.SSLContext | None) -> Iterator[socket.socket]:
    """A connection, with TLS where there is a context. Raises Unavailable."""
    try:
        plain = socket.create_connection((peer.host, peer.port), peer.connect_seconds)
    except OSError:
        raise _unreachable() from None
    with plain:
        plain.settimeout(peer.connect_seconds)
        if context is None:
            yield plain
            return
        try:
            secured = context.wrap_socket(plain, server_hostname=peer.tls_name or peer.host)
        except (OSError, ValueError):
            raise Unavailable(
                "hl7-peer-tls",
                "The other system's TLS is not as the settings have it.",
                "Check its certificate, its name, and whether it knows this node's certificate.",
            ) from None
        with secured:
            yield secured


class _Conversation:
    """One message and what comes back, within the peer's bounds."""

    def __init__(self, connection: socket.socket, peer: Peer) -> None:
        self._connection = connection
        self._peer = peer
        limits = Limits(message_bytes=peer.answer_bytes, most_bytes=peer.answer_bytes)
        self._framer = Framer(limits)
        self._frames: list[Frame] = []
        self._ends = 0.0

    def exchange(self, sent: Header, content: bytes) -> Acknowledged:
        """Send it and wait for the last word about it."""
        self._write(content)
        answered, reply = self._answer(sent)
        if answered.code == "CA" and sent.value(16) in WANTS_APPLICATION:
            answered, reply = self._answer(sent)
            self._committed(reply)
        return answered

    def _write(self, content: bytes) -> None:
        self._ends = time.monotonic() + self._peer.answer_seconds
        left = memoryview(START + content + END)
        try:
            while left:
                self._bound()
                left = left[self._connection.send(left) :]
        except TimeoutError:
            raise _silent() from None
        except OSError:
            raise _closed() from None

    def _bound(self) -> None:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)

    def _answer(self, sent: Header) -> tuple[Acknowledged, Header]:
        """One acknowledgement of what was sent."""
        self._ends = time.monotonic() + self._peer.answer_seconds
        frame = self._frame()
        if not frame.whole:
            raise _too_large()
        try:
            message = Message(frame.content, CODECS[self._peer.character_set], SEGMENTS)
        except TooLarge:
            raise _too_large() from None
        except (Malformed, Unsupported):
            raise _unreadable() from None
        return _acknowledged(message, sent, frame.content), message.header

    def _frame(self) -> Frame:
        while not self._frames:
            try:
                self._bound()
                data = self._connection.recv(_READ_BYTES)
            except TimeoutError:
                raise _silent() from None
            except OSError:
                raise _closed() from None
            if not data:
                raise _closed()
            try:
                self._frames += self._framer.feed(data)
            except Malformed:
                raise _unreadable() from None
            except TooLarge:
                raise _too_large() from None
        return self._frames.pop(0)

    def _committed(self, reply: Header) -> None:
        """Say that the application's word is kept, where it wants to know (MSH-15). It is ours already: a peer that has
        gone meanwhile changes nothing."""
        if reply.value(15) not in ("AL", "SU"):
            return
        try:
            self._write(committed(self._peer, reply, datetime.now(UTC)))
        except Unavailable as error:
            _log.warning("answer not acknowledged", partner=self._peer.name, code=error.code)


def _acknowledged(message: Message, sent: Header, content: bytes) -> Acknowledged:
    found = message.segments("MSA")
    if len(found) != 1:
        raise _unreadable()
    code, control = message.value(found[0][1], 1).upper(), message.value(found[0][1], 2)
    if control != sent.value(10):
        raise Unavailable(
            "hl7-answer-to-another",
            "The other system answered another message than the one that was sent.",
            "Have it give the message's control id (MSH-10) in MSA-2.",
        )
    if code in ACCEPTED:
        return Acknowledged(code, "", content)
    if code not in REFUSED:
        raise _unreadable()
    condition = _condition(message)
    return Acknowledged(code, REFUSED[code] + (f"-{condition}" if condition else ""), content)


def _condition(message: Message) -> str:
    """The first number of table 0357 in ERR-3, in ERR-1.4 before version 2.5, or in MSA-6."""
    for _, segment in message.segments("ERR"):
        codes = [one[0][0] for one in message.repetitions(segment, 3) if one]
        codes += [one[3][0] for one in message.repetitions(segment, 1) if len(one) > 3]
        if known := [code for code in codes if code in CONDITIONS]:
            return known[0]
    code = message.value(message.segments("MSA")[0][1], 6)
    return code if code in CONDITIONS else ""


def _unreachable() -> Unavailable:
    return Unavailable(
        "hl7-peer-unreachable",
        "The other system's HL7 port cannot be reached.",
        "Check its address and port in the settings, and that it runs. It is tried again.",
    )


def _silent() -> Unavailable:
    return Unavailable(
        "hl7-peer-silent",
        "The other system did not acknowledge the message in time.",
        "See in its log what became of the message. The same message is sent again.",
    )


def _closed() -> Unavailable:
    return Unavailable(
        "hl7-peer-closed",
        "The other system closed the connection before it acknowledged the message.",
        "See in its log why. The same message is sent again.",
    )


def _unreadable() -> Unavailable:
    return Unavailable(
        "hl7-answer-unreadable",
        "What the other system answered is no acknowledgement of HL7 v2 over MLLP.",
        "Check that the port in the settings is its HL7 port.",
    )


def _too_large() -> Unavailable:
    return Unavailable(
        "hl7-answer-too-large",
        "The other system's answer is too long.",
        "Check that the port in the settings is its HL7 port.",
    )
