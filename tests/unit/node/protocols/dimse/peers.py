"""A transport and a reception in memory for the unit tests: no socket, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from beeldbrug.model.errors import BeeldbrugError, Unavailable
from beeldbrug.node.ports.reception import Arrival, Peer, ReceptionSession, StoreRequest
from beeldbrug.node.protocols.dimse import pdu
from beeldbrug.node.protocols.dimse.pdu import PDU_HEADER, PDV_HEADER, PduType, ProposedContext
from beeldbrug.node.protocols.dimse.wire import CLOSED, Buffer

CT = "1.2.840.10008.5.1.4.1.1.2"
IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"


@dataclass
class ScriptedTransport:
    """Gives its bytes in pieces of ``step``, then is closed; keeps what was sent."""

    incoming: bytes
    step: int = 1 << 20
    sent: bytearray = field(default_factory=bytearray)
    finished: bool = False
    closed: bool = False
    broken: bool = False

    def receive(self, into: memoryview, whole: bool) -> int:
        piece = self.incoming[: min(self.step, len(into))]
        if not piece:
            return CLOSED
        into[: len(piece)] = piece
        self.incoming = self.incoming[len(piece) :]
        return len(piece)

    def send(self, parts: Sequence[Buffer]) -> None:
        if self.broken:
            raise Unavailable("connection-lost", "Lost.")
        for part in parts:
            self.sent += part

    def hasten(self, seconds: float) -> None:
        """Never waits."""

    def finish(self) -> None:
        self.finished = True

    def close(self) -> None:
        self.closed = True

    def pdus(self) -> list[tuple[int, bytes]]:
        """Type and content of every PDU sent."""
        found, rest = [], bytes(self.sent)
        while rest:
            kind, length = PDU_HEADER.unpack_from(rest)
            found.append((kind, rest[6 : 6 + length]))
            rest = rest[6 + length :]
        return found


@dataclass
class Recorder:
    """Reception, session and arrival in one: writes down what happened."""

    refuse: dict[str, BeeldbrugError] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)
    requests: list[StoreRequest] = field(default_factory=list)
    peers: list[Peer] = field(default_factory=list)
    data: bytearray = field(default_factory=bytearray)

    def _take(self, event: str) -> None:
        if event in self.refuse:
            raise self.refuse[event]
        self.events.append(event)

    def admit(self, peer: Peer) -> ReceptionSession:
        self._take("admit")
        self.peers.append(peer)
        return self

    def begin(self, request: StoreRequest) -> Arrival:
        self._take("begin")
        self.requests.append(request)
        return self

    def write(self, data: memoryview) -> None:
        self._take("write")
        self.data += data

    def commit(self) -> None:
        self._take("commit")

    def abort(self) -> None:
        self.events.append("abort")

    def echo(self) -> None:
        self.events.append("echo")

    def end(self, clean: bool) -> None:
        self.events.append("released" if clean else "lost")


def request(*contexts: tuple[str, str], maximum: int = 16384) -> bytes:
    """An A-ASSOCIATE-RQ; CT in implicit VR when no contexts are named."""
    proposed = tuple(
        ProposedContext(2 * at + 1, abstract, (syntax,))
        for at, (abstract, syntax) in enumerate(contexts or ((CT, IMPLICIT),))
    )
    return pdu.encode_associate_rq(pdu.AssociateRq("HERE", "THERE", proposed, pdu.own_information(maximum)))


def pdv(context: int, control: int, content: bytes) -> bytes:
    """A presentation data value item."""
    return PDV_HEADER.pack(len(content) + 2, context, control) + content


def data_pdu(*values: bytes) -> bytes:
    """A P-DATA-TF PDU."""
    body = b"".join(values)
    return PDU_HEADER.pack(PduType.DATA, len(body)) + body
