"""C-MOVE as SCU, Patient Root and Study Root: PS3.4 sections C.4.2 and C.6, PS3.7 sections 9.1.4 and 9.3.4.

Asks an archive to send what an identifier names to an AE title that the archive knows. The instances come in by
C-STORE on associations of the archive's own, to whoever listens under that title; nothing of them passes here. Over
our own upper layer, because waiting is the point: responses may stay out as long as instances come in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset

from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse import command
from beeldbrug.node.protocols.dimse.command import Command, CommandField, Element
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.pdu import ProposedContext
from beeldbrug.node.protocols.dimse.requestor import Requestor, Response, Responses
from beeldbrug.node.protocols.dimse.sop_classes import PATIENT_ROOT_MOVE, STUDY_ROOT_MOVE, is_uid
from beeldbrug.node.protocols.dimse.store_scu import IMPLICIT_LITTLE_ENDIAN, open_association

PATIENT_ROOT: Final = PATIENT_ROOT_MOVE
STUDY_ROOT: Final = STUDY_ROOT_MOVE

EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
FAILED_LIST_BYTES = 1024 * 1024
"""Longest list of failed instances that is read (16,000 UIDs); what is over is counted all the same."""

OTHER_REMEDY = "Check that it holds what was asked for and knows the AE title to send to; look in its log."

_FAILED_LIST = b"\x08\x00\x58\x00"

SUCCESS, WHOLE_WITH_FAILURES, PENDING = 0x0000, 0xB000, 0xFF00
"""PS3.4 table C.4-2."""

REFUSED_BY_STATUS: dict[int, tuple[str, str, str]] = {
    0x0122: (
        "peer-no-move",
        "The other DICOM system does not send images on request by this model.",
        "Have Retrieve (C-MOVE) allowed for this node there, or use the other model.",
    ),
    0x0124: ("peer-move-denied", "The other DICOM system does not let this node retrieve.", "Have it allowed there."),
    0xA701: (
        "peer-move-resources",
        "The other DICOM system could not count what to send.",
        "Try again later; look in its log when it comes back.",
    ),
    0xA702: (
        "peer-move-unsent",
        "The other DICOM system could not send what was asked for.",
        "Check that it can reach the destination's address and port, and look in its log.",
    ),
    0xA801: (
        "peer-move-destination-unknown",
        "The other DICOM system does not know the AE title to send to.",
        "Have the destination's AE title, address and port entered there.",
    ),
    0xA900: (
        "peer-move-identifier",
        "The other DICOM system does not take this request.",
        "Ask by the other query model, or report it.",
    ),
    0xFE00: ("peer-move-cancelled", "Sending was broken off in the other DICOM system.", "Ask again."),
}
"""Code, text and remedy by final status (PS3.4 table C.4-2); any other is ``peer-move-failed``."""


@dataclass(frozen=True, slots=True)
class MoveProgress:
    """Sub-operations so far (PS3.7 section 9.1.4.1). ``status`` FF00H is pending; the last is 0000H or B000H."""

    status: int
    remaining: int = 0
    completed: int = 0
    failed: int = 0
    warning: int = 0
    failed_uids: tuple[str, ...] = ()
    """SOP Instance UIDs that could not be sent, where the last response names them."""

    @property
    def whole(self) -> bool:
        """Everything was sent."""
        return self.status == SUCCESS and not self.failed


def _nothing_comes() -> bool:
    return False


class MoveScu:
    """Has one application send; an association for each request.

    When no response comes for ``silence_seconds``, ``still_coming`` is asked whether instances come in all the same;
    when they do not, the request is cancelled.
    """

    def __init__(
        self,
        application: Application,
        limits: Limits | None = None,
        silence_seconds: float = 60.0,
        still_coming: Callable[[], bool] = _nothing_comes,
    ) -> None:
        self._application = application
        self._limits = limits or Limits()
        self._silence = silence_seconds
        self._still_coming = still_coming

    def move(self, model: str, identifier: Dataset, destination: str) -> Iterator[MoveProgress]:
        """Have what ``identifier`` names (level and unique keys, PS3.4 C.4.2.1.4) sent to the AE title ``destination``.

        Each response as it comes, the final one last. ``model`` is PATIENT_ROOT or STUDY_ROOT. Leaving it early
        cancels. Raises Unavailable when it was refused, cancelled, or nothing came for too long.
        """
        context = ProposedContext(1, model, (EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN))
        responses = Responses(FAILED_LIST_BYTES)
        with open_association(self._application, [context], self._limits, responses) as requestor:
            answer = requestor.contexts.get(1)
            if answer is None or answer.result != 0:
                raise _refused(0x0122)
            implicit = answer.transfer_syntax == IMPLICIT_LITTLE_ENDIAN
            message_id = requestor.next_message_id()
            requestor.send_command(1, command.move_request(message_id, model, destination))
            requestor.send_dataset(1, [_encoded(identifier, implicit)])
            try:
                yield from self._responses(requestor, message_id, implicit)
            except GeneratorExit:
                self._cancel(requestor, message_id)
                raise

    def _responses(self, requestor: Requestor, message_id: int, implicit: bool) -> Iterator[MoveProgress]:
        while True:
            response = requestor.receive_within(self._silence)
            if response is None:
                if self._still_coming():
                    continue
                self._cancel(requestor, message_id)
                raise Unavailable(
                    "peer-move-silent",
                    "The other DICOM system neither sent nor answered for long; the request was cancelled.",
                    "Look in its log; ask again.",
                )
            progress = _progress(response, message_id, implicit)
            if progress.status not in (PENDING, SUCCESS, WHOLE_WITH_FAILURES):
                raise _refused(progress.status)
            yield progress
            if progress.status != PENDING:
                return

    def _cancel(self, requestor: Requestor, message_id: int) -> None:
        """C-CANCEL, and a wait of one time-out for the final response; whoever gave it up aborts the association."""
        deadline = time.monotonic() + self._application.timeout
        with suppress(Unavailable):
            requestor.send_command(1, command.cancel_request(message_id))
            while (response := requestor.receive_within(deadline - time.monotonic())) is not None:
                if response[0].number(Element.STATUS) != PENDING:
                    return


def _progress(response: Response, message_id: int, implicit: bool) -> MoveProgress:
    answer, dataset = response
    status = answer.number(Element.STATUS)
    if (
        answer.number(Element.COMMAND_FIELD) != CommandField.C_MOVE_RSP
        or answer.number(Element.MESSAGE_ID_RESPONDED) != message_id
        or status is None
    ):
        raise Unavailable("peer-faulty", "The other DICOM system answered something else.", "Look in its log.")
    return MoveProgress(
        status,
        _count(answer, Element.REMAINING_SUBOPERATIONS),
        _count(answer, Element.COMPLETED_SUBOPERATIONS),
        _count(answer, Element.FAILED_SUBOPERATIONS),
        _count(answer, Element.WARNING_SUBOPERATIONS),
        _failed_uids(dataset, implicit) if status != PENDING else (),
    )


def _count(answer: Command, element: Element) -> int:
    """0 where it is missing: many archives leave out what is zero."""
    return answer.number(element) or 0


def _failed_uids(dataset: bytes, implicit: bool) -> tuple[str, ...]:
    """Failed SOP Instance UID List (0008,0058), all that such a dataset holds; nothing where it is not to be found."""
    start = dataset.find(_FAILED_LIST) + len(_FAILED_LIST)
    value = start + 4
    if start < len(_FAILED_LIST) or len(dataset) < value:
        return ()
    length = int.from_bytes(dataset[start:value] if implicit else dataset[start + 2 : value], "little")
    uids = dataset[value : value + length].decode("ascii", "replace").split("\\")
    return tuple(uid for one in uids if is_uid(uid := one.strip(" \0")))


def _encoded(identifier: Dataset, implicit: bool) -> bytes:
    buffer = DicomBytesIO()
    buffer.is_little_endian, buffer.is_implicit_VR = True, implicit
    write_dataset(buffer, identifier)
    return buffer.getvalue()


def _refused(status: int) -> Unavailable:
    known = REFUSED_BY_STATUS.get(status)
    if known is not None:
        return Unavailable(*known)
    return Unavailable(
        "peer-move-failed",
        f"The other DICOM system ended a retrieval with status {status:04X}H.",
        OTHER_REMEDY,
    )
