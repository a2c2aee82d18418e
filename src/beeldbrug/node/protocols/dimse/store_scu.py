"""C-STORE and C-ECHO as SCU: PS3.4 annexes A and B, PS3.7 sections 9.1.1 and 9.1.5.

Instances go one after the other, each as it stands, in its own transfer syntax: nothing is transcoded here. Pairs that
do not fit in the 128 contexts of one association get further ones, one at a time, because not every peer takes two.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.pacs import Application, StoreOutcome
from beeldbrug.node.protocols.dimse import command
from beeldbrug.node.protocols.dimse.command import CommandField, Element
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.pdu import ProposedContext
from beeldbrug.node.protocols.dimse.requestor import Requestor, Responses, connect
from beeldbrug.node.protocols.dimse.sop_classes import VERIFICATION
from beeldbrug.node.protocols.dimse.status import CLASS_NOT_SUPPORTED

CONTEXTS_PER_ASSOCIATION = 128
IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2"
DEFLATED = "1.2.840.10008.1.2.1.99"

REASON_BY_RESULT = {3: "class-not-accepted", 4: "syntax-not-accepted"}
"""PS3.8 table 9-18; any other result is a refusal without a technical ground."""

Pair = tuple[str, str]


def open_association(
    application: Application, contexts: Sequence[ProposedContext], limits: Limits, responses: Responses | None = None
) -> Requestor:
    """A new association with these contexts. Raises Unavailable."""
    transport = connect(application)
    requestor = Requestor(transport, application, limits, responses)
    try:
        requestor.associate(contexts)
    except BaseException:
        requestor.abort()
        raise
    return requestor


def echo(application: Application, limits: Limits | None = None) -> float:
    """C-ECHO on an association of its own; seconds from connection to release. Raises Unavailable."""
    started = time.monotonic()
    context = ProposedContext(1, VERIFICATION, (IMPLICIT_LITTLE_ENDIAN,))
    with open_association(application, [context], limits or Limits()) as requestor:
        if 1 not in requestor.contexts or requestor.contexts[1].result != 0:
            raise Unavailable("peer-no-echo", "The other DICOM system takes no C-ECHO.", "Ask its vendor to allow it.")
        requestor.send_command(1, command.echo_request(requestor.next_message_id(), VERIFICATION))
        status = requestor.receive().number(Element.STATUS)
        if status != 0:
            raise Unavailable("peer-echo-failed", "The other DICOM system failed a C-ECHO.", "Look in its log.")
    return time.monotonic() - started


class StoreScu:
    """Stores instances in one application; a context manager, used from one thread (``pacs.StoreAssociation``)."""

    def __init__(self, application: Application, pairs: Iterable[Pair], limits: Limits | None = None) -> None:
        self._application = application
        self._limits = limits or Limits()
        distinct = list(dict.fromkeys(pairs))
        size = CONTEXTS_PER_ASSOCIATION
        self._groups = [distinct[start : start + size] for start in range(0, len(distinct), size)]
        self._places = {
            pair: (group, 2 * at + 1) for group, held in enumerate(self._groups) for at, pair in enumerate(held)
        }
        self._group = -1
        self._open: Requestor | None = None

    def __enter__(self) -> Self:
        if self._groups:
            self._association(0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        requestor, self._open = self._open, None
        if requestor is not None:
            requestor.__exit__(kind, error, trace)

    def _association(self, group: int) -> Requestor:
        """The association for a group of pairs; another group's is released first."""
        if self._open is not None and self._group == group:
            return self._open
        if self._open is not None:
            self._open.release()
            self._open = None
        contexts = [ProposedContext(2 * at + 1, pair[0], (pair[1],)) for at, pair in enumerate(self._groups[group])]
        self._group, self._open = group, open_association(self._application, contexts, self._limits)
        return self._open

    def store(
        self,
        sop_class: str,
        instance_uid: str,
        transfer_syntax: str,
        dataset: Iterable[bytes | memoryview],
        move_originator: tuple[str, int] | None = None,
    ) -> StoreOutcome:
        """C-STORE one dataset (no file meta); the peer's answer. Raises Unavailable when the association is lost.

        A pair that the peer did not accept gives an outcome with a ``reason`` and takes nothing from ``dataset``.
        The outcome's comment is the peer's own text and may hold identity: never log it.
        """
        place = self._places.get((sop_class, transfer_syntax))
        if place is None:
            return StoreOutcome(CLASS_NOT_SUPPORTED, reason="context-not-proposed")
        group, context_id = place
        requestor = self._association(group)
        answer = requestor.contexts.get(context_id)
        if answer is None or answer.result != 0:
            result = -1 if answer is None else answer.result
            return StoreOutcome(CLASS_NOT_SUPPORTED, reason=REASON_BY_RESULT.get(result, "context-not-accepted"))
        message_id = requestor.next_message_id()
        request = command.store_request(message_id, sop_class, instance_uid, move_originator)
        try:
            requestor.send_command(context_id, request)
            requestor.send_dataset(context_id, dataset, even=transfer_syntax == DEFLATED)
            return _outcome(requestor, message_id)
        except BaseException:
            requestor.abort()
            raise


def _outcome(requestor: Requestor, message_id: int) -> StoreOutcome:
    answer = requestor.receive()
    status = answer.number(Element.STATUS)
    if (
        answer.number(Element.COMMAND_FIELD) != CommandField.C_STORE_RSP
        or answer.number(Element.MESSAGE_ID_RESPONDED) != message_id
        or status is None
    ):
        raise Unavailable("peer-faulty", "The other DICOM system answered something else.", "Look in its log.")
    return StoreOutcome(status, answer.text(Element.ERROR_COMMENT))
