"""One association as requestor: open, send messages, read responses, release: PS3.8 sections 7 and 9.2.

Datasets are sent as they come: never gathered beyond one PDU, each chunk used up before the next is asked for. Every
wait is bounded by the application's time-out. What goes wrong raises Unavailable; the association is then over.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

from beeldbrug.model.errors import BeeldbrugError, Unavailable
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse import command, pdu
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.message import MessageReader, command_pdus, data_header, fragment_room
from beeldbrug.node.protocols.dimse.pdu import AbortReason, AnsweredContext, PduType, ProposedContext
from beeldbrug.node.protocols.dimse.state import EVENT_BY_PDU, Action, Event, Machine, State
from beeldbrug.node.protocols.dimse.tls import client_context
from beeldbrug.node.protocols.dimse.wire import Buffer, SocketTransport, Transport, Wire, connection_lost

LONGEST_SENT = 256 * 1024
"""We send no longer PDU even to a peer without a limit."""

PUT_AWAY_BYTES = 8 * 1024 * 1024
"""A peer gets a second more to answer for so many bytes: some write all to disk after the last has come."""

_TICK = 1.0
"""How long one receive may block: a time-out is overrun by no more."""

_LAST_WORD_SECONDS = 1.0
"""How long an A-ABORT may wait for a peer that is silent already."""

_BATCH = 32
"""PDUs handed to the kernel in one call."""

REFUSED_BY_REASON: dict[tuple[int, int], tuple[str, str]] = {
    (1, 1): ("peer-rejected", "Ask the other system's administrator why it rejects this node."),
    (1, 2): ("peer-rejected-application-context", "The other port is no DICOM storage or query port."),
    (1, 3): ("peer-rejected-calling-ae", "Have this node's AE title and address entered in the other system."),
    (1, 7): ("peer-rejected-called-ae", "Correct the other system's AE title in this node's settings."),
    (2, 2): ("peer-rejected-protocol-version", "The other system speaks no known version of DICOM."),
    (3, 1): ("peer-busy", "It is tried again."),
    (3, 2): ("peer-busy", "It is tried again."),
}
"""By source and reason of A-ASSOCIATE-RJ (PS3.8 table 9-21)."""


Response = tuple[command.Command, bytes]
"""A response and the dataset that came with it."""


class Responses:
    """Gathers the responses of the peer, with the first ``dataset_bytes`` of a dataset that belongs to one.

    With 0, as for services whose responses have none, a response counts at once and whatever follows it is dropped.
    """

    def __init__(self, dataset_bytes: int = 0) -> None:
        self.waiting: list[Response] = []
        self._dataset_bytes = dataset_bytes
        self._held: command.Command | None = None
        self._dataset = bytearray()

    def command(self, context_id: int, request: command.Command) -> None:
        """See ``message.Handler``."""
        if self._dataset_bytes and request.has_dataset:
            self._held = request
            self._dataset.clear()
        else:
            self.waiting.append((request, b""))

    def data(self, fragment: memoryview) -> None:
        """See ``message.Handler``."""
        if self._held is not None:
            self._dataset += fragment[: self._dataset_bytes - len(self._dataset)]

    def end(self) -> None:
        """See ``message.Handler``."""
        if self._held is not None:
            self.waiting.append((self._held, bytes(self._dataset)))
            self._held = None


class Requestor:
    """An association that we asked for; use it from one thread, as a context manager."""

    def __init__(
        self, transport: Transport, application: Application, limits: Limits, responses: Responses | None = None
    ) -> None:
        self._wire = Wire(transport, limits.pdu_bytes, limits.associate_bytes)
        self._application = application
        self._limits = limits
        self._machine = Machine(requestor=True)
        self._responses = responses or Responses()
        self._reader: MessageReader | None = None
        self._send_bytes = 0
        self._sent_bytes = 0
        self._message_id = 0
        self.contexts: dict[int, AnsweredContext] = {}
        self.peer_implementation = ""

    # ------------------------------------------------------------ establishing

    def associate(self, contexts: Sequence[ProposedContext]) -> None:
        """Propose the contexts; the answers are in ``contexts`` by id. Raises Unavailable."""
        self._machine.take(Event.ASSOCIATE_REQUEST)
        self._machine.take(Event.CONNECTED)
        user = pdu.own_information(self._limits.pdu_bytes)
        application = self._application
        request = pdu.AssociateRq(application.ae_title, application.calling_ae, tuple(contexts), user)
        self._wire.send(pdu.encode_associate_rq(request))
        kind = self._next()
        if kind is PduType.ASSOCIATE_RJ:
            self._machine.take(Event.ASSOCIATE_RJ)
            raise _refused(pdu.decode_associate_rj(bytes(self._wire.body)))
        if kind is not PduType.ASSOCIATE_AC:
            raise self._broken(kind)
        acceptance = pdu.decode_associate_ac(bytes(self._wire.body))
        self._machine.take(Event.ASSOCIATE_AC)
        self._send_bytes = acceptance.user.maximum_length
        self.peer_implementation = acceptance.user.implementation_uid
        proposed = {context.id for context in contexts}
        self.contexts = {answer.id: answer for answer in acceptance.contexts if answer.id in proposed}
        self._reader = MessageReader(frozenset(self.contexts), self._responses, self._limits)

    def _next(self, patience: float = 0.0) -> PduType:
        seconds = self._application.timeout
        try:
            return self._wire.next_pdu(seconds + patience, seconds)
        except BeeldbrugError as error:
            raise self._faulty() from error

    # ------------------------------------------------------------ messages

    def next_message_id(self) -> int:
        """1 to 65535, then again from 1."""
        self._message_id = self._message_id % 0xFFFF + 1
        return self._message_id

    def send_command(self, context_id: int, payload: bytes) -> None:
        """Send a command set. Raises Unavailable."""
        self._wire.send(command_pdus(context_id, payload, self._send_bytes))

    def send_dataset(self, context_id: int, chunks: Iterable[bytes | memoryview], even: bool = False) -> None:
        """Send a dataset; a chunk's buffer may be reused once the next is asked for. Raises Unavailable.

        ``even`` adds a zero byte to an odd length, which a deflated dataset may have in a file but not on the wire
        (PS3.5 A.5, PS3.8 9.3.5.1). An odd length of another syntax is broken already and goes as it is.
        An error of ``chunks`` itself passes through; the association must then be aborted, its message being cut off.
        """
        room = fragment_room(self._send_bytes, LONGEST_SENT)
        held = bytearray()
        self._sent_bytes = 0
        for chunk in chunks:
            rest = memoryview(chunk).cast("B")
            self._sent_bytes += len(rest)
            if held:
                taken = min(room - len(held), len(rest))
                held += rest[:taken]
                rest = rest[taken:]
                if not rest:
                    continue
                self._wire.send(data_header(context_id, len(held), is_command=False, last=False), held)
                held = bytearray()
            whole = max(len(rest) - 1, 0) // room * room
            self._send_whole(context_id, rest[:whole], room)
            held += rest[whole:]
        if even and len(held) % 2:
            held += b"\0"
        self._wire.send(data_header(context_id, len(held), is_command=False, last=True), held)

    def _send_whole(self, context_id: int, data: memoryview, room: int) -> None:
        header = data_header(context_id, room, is_command=False, last=False)
        for start in range(0, len(data), room * _BATCH):
            parts: list[Buffer] = []
            for position in range(start, min(start + room * _BATCH, len(data)), room):
                parts += (header, data[position : position + room])
            self._wire.send(*parts)

    def receive(self) -> command.Command:
        """The next response; waited for the longer, the more was sent. Raises Unavailable."""
        while not self._responses.waiting:
            self._take(self._next(self._sent_bytes / PUT_AWAY_BYTES))
        return self._responses.waiting.pop(0)[0]

    def receive_within(self, seconds: float) -> Response | None:
        """The next response, or None when none is whole in time: the association then lives on. Raises Unavailable."""
        deadline = time.monotonic() + seconds
        while not self._responses.waiting:
            left = deadline - time.monotonic()
            kind = self._next(left - self._application.timeout) if left > 0 else PduType.TIMEOUT
            if kind is PduType.TIMEOUT:
                return None
            self._take(kind)
        return self._responses.waiting.pop(0)

    def _take(self, kind: PduType) -> None:
        """Take the PDU that came. Raises Unavailable when it is none of data."""
        if kind is not PduType.DATA:
            raise self._broken(kind)
        if self._reader is None:
            raise self._faulty()
        try:
            self._reader.feed(self._wire.body)
        except BeeldbrugError as error:
            raise self._faulty() from error

    # ------------------------------------------------------------ ending

    def release(self) -> None:
        """Release in good order, collision included (AR-8, AR-9); close in any case. Never raises BeeldbrugError."""
        with contextlib.suppress(BeeldbrugError):
            if self._machine.state is State.ESTABLISHED:
                self._machine.take(Event.RELEASE_REQUEST)
                self._wire.send(pdu.RELEASE_RQ)
                while self._releasing(self._next()):
                    continue
        self._wire.close()

    def _releasing(self, kind: PduType) -> bool:
        """Take what came after our A-RELEASE-RQ; True while there is something to wait for."""
        action = self._machine.take(_event(kind))
        if action is Action.AR_8:
            self._machine.take(Event.RELEASE_RESPONSE)
            self._wire.send(pdu.RELEASE_RP)
        elif action in (Action.AA_1, Action.AA_8):
            self._send_abort()
            self._machine.take(Event.TIMEOUT)
        return self._machine.state is not State.IDLE

    def abort(self) -> None:
        """Send A-ABORT if the peer can still read it, and close. Never raises BeeldbrugError."""
        if self._machine.state not in (State.IDLE, State.AWAITING_CONNECTION, State.AWAITING_CLOSE):
            self._machine.take(Event.ABORT_REQUEST)
            self._send_abort()
        self._wire.close()

    def _send_abort(self) -> None:
        """A-ABORT, if the peer can still take it (PS3.8 section 9.3.8)."""
        self._wire.hasten(_LAST_WORD_SECONDS)
        with contextlib.suppress(BeeldbrugError):
            self._wire.send(pdu.encode_abort(pdu.Abort(0, AbortReason.NOT_SPECIFIED)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.release()
        else:
            self.abort()

    def _broken(self, kind: PduType) -> Unavailable:
        """What came instead of an answer ends the association."""
        action = self._machine.take(_event(kind))
        if action in (Action.AA_1, Action.AA_8):
            self._send_abort()
        if kind is PduType.TIMEOUT:
            return Unavailable("peer-silent", "The other DICOM system did not answer in time.", "It is tried again.")
        if kind is PduType.ABORT:
            return Unavailable("peer-aborted", "The other DICOM system aborted.", "Look in that system's log.")
        return connection_lost()

    def _faulty(self) -> Unavailable:
        self.abort()
        return Unavailable(
            "peer-faulty",
            "The other DICOM system broke the protocol.",
            "Check address and port, and that system's log.",
        )


def _event(kind: PduType) -> Event:
    """A peer that is silent for too long is aborted by us, its user."""
    return Event.ABORT_REQUEST if kind is PduType.TIMEOUT else EVENT_BY_PDU[kind]


def _refused(refusal: pdu.AssociateRj) -> Unavailable:
    code, remedy = REFUSED_BY_REASON.get((refusal.source, refusal.reason), REFUSED_BY_REASON[1, 1])
    return Unavailable(code, "The other DICOM system rejected the association.", remedy)


def connect(application: Application) -> SocketTransport:
    """A connection to the application, over TLS when its settings name an authority. Raises Unavailable, Malformed."""
    context = None
    if application.tls_ca:
        context = client_context(application.tls_ca, application.tls_certificate, application.tls_key)
    try:
        connection = socket.create_connection((application.host, application.port), application.timeout)
    except OSError as error:
        raise Unavailable(
            "peer-unreachable", "The other DICOM system cannot be reached.", "Check its address, port and firewall."
        ) from error
    try:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context is not None:
            connection = context.wrap_socket(connection, server_hostname=application.host)
    except (ssl.SSLError, OSError) as error:
        connection.close()
        raise Unavailable(
            "peer-tls",
            "No TLS connection to the other DICOM system.",
            "Check both sides' certificates and authorities.",
        ) from error
    return SocketTransport(connection, min(_TICK, application.timeout), application.timeout)
