"""One association as acceptor, from the connection to its close: PS3.8 sections 7 and 9.2.

The state machine of ``state`` says what to do; this file does it. P-DATA in the established state is the hot path and
goes round the table. After our last PDU, everything that still comes is read away until the peer closes or ARTIM runs
out; a second A-ABORT (AA-7) is not sent, because the first is still readable. Log lines hold a code and an address.
"""

from __future__ import annotations

from dataclasses import dataclass

from beeldbrug.kit import log
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.reception import Peer, Reception, ReceptionSession
from beeldbrug.node.protocols.dimse import pdu
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.message import MessageReader, command_pdus
from beeldbrug.node.protocols.dimse.negotiation import (
    Agreement,
    negotiate,
    rejection,
    rejection_before_admission,
)
from beeldbrug.node.protocols.dimse.pdu import AbortReason, AssociateRj, PduType
from beeldbrug.node.protocols.dimse.state import EVENT_BY_PDU, Action, Event, Machine, State
from beeldbrug.node.protocols.dimse.store_scp import StoreScp
from beeldbrug.node.protocols.dimse.wire import Transport, Wire

_log = log.get("dimse")

_USER, _PROVIDER = 0, 2
_LINGER_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Origin:
    """What the transport knows of a caller."""

    address: str
    tls: bool = False
    certificate: str = ""
    certificate_subject: str = ""


class Acceptor:
    """Serves one association on the thread that calls ``run``."""

    def __init__(
        self,
        transport: Transport,
        origin: Origin,
        reception: Reception,
        limits: Limits,
        refuse: AssociateRj | None = None,
    ) -> None:
        self._wire = Wire(transport, limits.pdu_bytes, limits.associate_bytes)
        self._origin = origin
        self._reception = reception
        self._limits = limits
        self._refuse = refuse
        self._machine = Machine(requestor=False)
        self._send_bytes = 0
        self._clean = False
        self._stopping = False
        self._fault = ""
        self._reason = AbortReason.NOT_SPECIFIED

    def run(self) -> None:
        """Serve the association to its end and close the transport. Errors of the peer or the wire do not leave it."""
        self._machine.take(Event.CONNECTION_INDICATION)
        try:
            self._associate()
        except BeeldbrugError as error:
            self._fail(error)
        finally:
            if self._machine.state is State.AWAITING_CLOSE:
                self._wire.linger(self._limits.close_seconds, _LINGER_BYTES)
            self._wire.close()

    def stop(self) -> None:
        """Called from another thread before it interrupts the transport: the coming end is ours, so say A-ABORT."""
        self._stopping = True

    # ------------------------------------------------------------ establishing

    def _associate(self) -> None:
        seconds = self._limits.request_seconds
        kind = self._wire.next_pdu(seconds, seconds)
        if kind is not PduType.ASSOCIATE_RQ:
            self._control(kind)
            return
        request = pdu.decode_associate_rq(bytes(self._wire.body), self._limits.contexts)
        self._machine.take(Event.ASSOCIATE_RQ)
        refusal = self._refuse or rejection_before_admission(request)
        if refusal is not None:
            self._reject(refusal, "association-limit" if self._refuse else "association-unsupported")
            return
        origin = self._origin
        peer = Peer(
            request.calling, request.called, origin.address, origin.tls, origin.certificate, origin.certificate_subject
        )
        try:
            session = self._reception.admit(peer)
        except BeeldbrugError as error:
            self._reject(rejection(error), error.code)
            return
        self._serve(request, session)

    def _reject(self, refusal: AssociateRj, code: str) -> None:
        self._machine.take(Event.REJECT)
        _log.warning("association rejected", code=code, address=self._origin.address)
        self._wire.send(pdu.encode_associate_rj(refusal))

    # ------------------------------------------------------------ established

    def _serve(self, request: pdu.AssociateRq, session: ReceptionSession) -> None:
        scp: StoreScp | None = None
        try:
            agreement = negotiate(request, self._limits.pdu_bytes)
            self._send_bytes = agreement.send_bytes
            scp = StoreScp(agreement.contexts, session, self._reply)
            self._transfer(agreement, scp)
        except BeeldbrugError as error:
            self._fail(error)
        finally:
            if scp is not None:
                scp.lost()
            session.end(self._clean)
        self._log_end(scp)

    def _transfer(self, agreement: Agreement, scp: StoreScp) -> None:
        self._machine.take(Event.ACCEPT)
        self._wire.send(pdu.encode_associate_ac(agreement.answer))
        reader = MessageReader(frozenset(agreement.contexts), scp, self._limits)
        wire, machine = self._wire, self._machine
        idle, whole = self._limits.idle_seconds, self._limits.pdu_seconds
        while machine.state is State.ESTABLISHED:
            kind = wire.next_pdu(idle, whole)
            if kind is PduType.DATA:
                reader.feed(wire.body)
            else:
                self._clean = kind is PduType.RELEASE_RQ and not reader.within_message
                self._control(kind)

    def _reply(self, context_id: int, payload: bytes) -> None:
        self._wire.send(command_pdus(context_id, payload, self._send_bytes))

    # ------------------------------------------------------------ everything but data

    def _control(self, kind: PduType) -> None:
        """Take what came instead of data, by the table."""
        event = EVENT_BY_PDU[kind]
        if event is Event.TIMEOUT and self._machine.state is State.ESTABLISHED:
            self._fault = "peer-silent"
            event = Event.ABORT_REQUEST
        elif event is Event.CLOSED and self._stopping and self._machine.state is State.ESTABLISHED:
            self._fault = "node-stopping"
            event = Event.ABORT_REQUEST
        elif event is Event.INVALID:
            self._fault, self._reason = "pdu-unrecognized", AbortReason.UNRECOGNIZED_PDU
        self._perform(self._machine.take(event))

    def _perform(self, action: Action) -> None:
        if action is Action.AR_2:
            self._machine.take(Event.RELEASE_RESPONSE)
            self._wire.send(pdu.RELEASE_RP)
        elif action is Action.AA_8:
            self._fault = self._fault or "pdu-unexpected"
            self._reason = self._reason or AbortReason.UNEXPECTED_PDU
            self._abort(_PROVIDER)
        elif action is Action.AA_1:
            self._fault = self._fault or "pdu-unexpected"
            self._abort(_USER)
        elif action is Action.AA_3:
            self._fault = "aborted-by-peer"
        elif action in (Action.AA_2, Action.AA_4, Action.AA_5):
            self._fault = self._fault or "connection-lost"

    def _fail(self, error: BeeldbrugError) -> None:
        """The peer broke a rule or the connection broke while something was read or sent."""
        if self._machine.state in (State.IDLE, State.AWAITING_CLOSE):
            return
        self._fault = error.code
        if error.code == "connection-lost":
            self._machine.take(Event.CLOSED)
            return
        self._reason = pdu.ABORT_REASON_BY_CODE.get(error.code, AbortReason.INVALID_PARAMETER)
        self._machine.take(Event.INVALID)
        _log.warning("association aborted", code=error.code, address=self._origin.address)
        self._abort(_PROVIDER)

    def _abort(self, source: int) -> None:
        reason = self._reason if source == _PROVIDER else AbortReason.NOT_SPECIFIED
        try:
            self._wire.send(pdu.encode_abort(pdu.Abort(source, reason)))
        except BeeldbrugError:
            self._fault = self._fault or "connection-lost"

    def _log_end(self, scp: StoreScp | None) -> None:
        stored, refused = (scp.stored, scp.refused) if scp is not None else (0, 0)
        write = _log.warning if self._fault or refused else _log.info
        write(
            "association ended",
            code=self._fault or "released",
            address=self._origin.address,
            count=stored,
            total=stored + refused,
        )
