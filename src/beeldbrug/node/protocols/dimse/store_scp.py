"""C-STORE and C-ECHO as SCP: PS3.4 annex B and A, PS3.7 sections 9.1.1, 9.1.5, 9.3.1 and 9.3.5; and the reports of
storage commitment that the own archive sends (PS3.4 annex J).

Datasets go fragment by fragment to the reception; success is answered only after ``Arrival.commit`` returned, so an
acknowledged instance is durable. A refused instance is read to its end, answered with its status, and the association
goes on. It holds no socket and no dataset.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from beeldbrug.model.errors import BeeldbrugError, Malformed, Unsupported
from beeldbrug.node.ports.reception import Arrival, ReceptionSession, StoreRequest
from beeldbrug.node.protocols.dimse.command import RESPONSE, Command, CommandField, Element, response
from beeldbrug.node.protocols.dimse.commitment import ReportArrival
from beeldbrug.node.protocols.dimse.negotiation import Context
from beeldbrug.node.protocols.dimse.sop_classes import COMMITMENT, VERIFICATION, is_uid
from beeldbrug.node.protocols.dimse.status import SUCCESS, status_of

Reply = Callable[[int, bytes], None]
"""Sends a command set on a presentation context."""


class StoreScp:
    """Handler of the messages of one association (``message.Handler``)."""

    def __init__(self, contexts: Mapping[int, Context], session: ReceptionSession, reply: Reply) -> None:
        self._contexts = contexts
        self._session = session
        self._reply = reply
        self._context_id = 0
        self._request: Command | None = None
        self._arrival: Arrival | None = None
        self._refusal: BeeldbrugError | None = None
        self.stored = 0
        self.refused = 0

    def command(self, context_id: int, request: Command) -> None:
        """Take a command set; a C-STORE opens an arrival, anything else is answered after its dataset, if any."""
        self._context_id, self._request = context_id, request
        self._arrival = self._refusal = None
        field = request.number(Element.COMMAND_FIELD) or 0
        if field == CommandField.C_STORE_RQ:
            self._begin_store(self._contexts[context_id], request)
        elif field == CommandField.N_EVENT_REPORT_RQ and self._contexts[context_id].abstract_syntax == COMMITMENT:
            self._arrival = ReportArrival(self._contexts[context_id].transfer_syntax, self._session.committed)
        elif field == CommandField.C_CANCEL_RQ:
            self._request = None
        elif field & RESPONSE:
            raise Malformed("command-unexpected", "A response came although nothing was asked.")
        elif field != CommandField.C_ECHO_RQ:
            self._refusal = Unsupported("operation-unknown", "This node does C-STORE and C-ECHO only.")
        if not request.has_dataset:
            self.end()

    def _begin_store(self, context: Context, request: Command) -> None:
        try:
            self._arrival = self._session.begin(_store_request(context, request))
        except BeeldbrugError as error:
            self._refusal = error

    def data(self, fragment: memoryview) -> None:
        """Hand on the next bytes; after an error the rest of the dataset is read and dropped."""
        arrival = self._arrival
        if arrival is None:
            return
        try:
            arrival.write(fragment)
        except BeeldbrugError as error:
            self._refuse(arrival, error)

    def _refuse(self, arrival: Arrival, error: BeeldbrugError) -> None:
        self._arrival = None
        self._refusal = error
        arrival.abort()

    def end(self) -> None:
        """The message is whole: make the instance safe, then answer."""
        request, arrival = self._request, self._arrival
        self._request = None
        if request is None:
            return
        if arrival is not None:
            try:
                arrival.commit()
            except BeeldbrugError as error:
                self._refusal = error
            self._arrival = None
        self._answer(request)

    def _answer(self, request: Command) -> None:
        field = request.number(Element.COMMAND_FIELD)
        if self._refusal is None:
            status, comment = SUCCESS, ""
            self.stored += field == CommandField.C_STORE_RQ
        else:
            status, comment = status_of(self._refusal)
            self.refused += 1
        self._reply(self._context_id, response(request, status, comment))
        if field == CommandField.C_ECHO_RQ:
            self._session.echo()

    def lost(self) -> None:
        """The association ended; an instance that was under way is forgotten."""
        arrival, self._arrival = self._arrival, None
        if arrival is not None:
            arrival.abort()


def _store_request(context: Context, request: Command) -> StoreRequest:
    """What the C-STORE-RQ declares, checked against its presentation context. Raises Malformed, Unsupported."""
    sop_class = request.text(Element.AFFECTED_SOP_CLASS)
    instance_uid = request.text(Element.AFFECTED_SOP_INSTANCE)
    if context.abstract_syntax in (VERIFICATION, COMMITMENT) or sop_class != context.abstract_syntax:
        raise Unsupported(
            "class-differs-from-context", "SOP class and context differ.", "The sender has to propose the SOP class."
        )
    if not is_uid(instance_uid):
        raise Malformed("instance-uid-invalid", "The SOP Instance UID is no UID.", "The sender has to correct it.")
    if not request.has_dataset:
        raise Malformed("dataset-missing", "The C-STORE came without a dataset.", "Send the instance again.")
    return StoreRequest(sop_class, instance_uid, context.transfer_syntax)
