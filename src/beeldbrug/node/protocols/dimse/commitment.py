"""Storage Commitment Push Model: N-ACTION as SCU, N-EVENT-REPORT taken (PS3.4 annex J, PS3.7 sections 10.1.1, 10.1.4).

The report may come on the association of the request, while that is kept open for it, or on one of the archive's own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Final

from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_dataset
from pydicom.filewriter import write_dataset

from beeldbrug.model.errors import Malformed, TooLarge, Unavailable, Unsupported
from beeldbrug.node.ports.committing import CommitReport
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse import command
from beeldbrug.node.protocols.dimse.command import CommandField, Element
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.pdu import ProposedContext
from beeldbrug.node.protocols.dimse.requestor import Requestor, Responses
from beeldbrug.node.protocols.dimse.sop_classes import COMMITMENT, COMMITMENT_INSTANCE, is_uid
from beeldbrug.node.protocols.dimse.store_scu import IMPLICIT_LITTLE_ENDIAN, open_association

REPORT_BYTES: Final = 64 * 1024 * 1024
"""Longest report that is taken (about 400,000 instances)."""

EXPLICIT_LITTLE_ENDIAN: Final = "1.2.840.10008.1.2.1"
SYNTAXES: Final = frozenset({IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN})


def request_commitment(
    application: Application,
    transaction_uid: str,
    references: Sequence[tuple[str, str]],
    wait: float,
    limits: Limits | None = None,
) -> CommitReport | None:
    """Ask; the report when it comes on this association within ``wait`` seconds. Raises Unsupported
    ``pacs-no-commitment``, Unavailable."""
    context = ProposedContext(1, COMMITMENT, (IMPLICIT_LITTLE_ENDIAN,))
    responses = Responses(REPORT_BYTES)
    with open_association(application, [context], limits or Limits(), responses) as requestor:
        answered = requestor.contexts.get(1)
        if answered is None or answered.result != 0:
            raise _unsupported()
        message = requestor.next_message_id()
        requestor.send_command(1, command.commitment_request(message, COMMITMENT, COMMITMENT_INSTANCE))
        requestor.send_dataset(1, [_encoded(transaction_uid, references)])
        return _await(requestor, wait, application.timeout)


def _await(requestor: Requestor, wait: float, patience: float) -> CommitReport | None:
    """The answer to the request, and perhaps the report."""
    taken, report = False, None
    until = time.monotonic() + patience
    while not (taken and (report is not None or time.monotonic() >= until)):
        found = requestor.receive_within(max(until - time.monotonic(), 0.01))
        if found is None:
            if not taken:
                raise Unavailable("peer-silent", "The other DICOM system did not answer in time.", "It is tried again.")
            break
        answer, data = found
        field = answer.number(Element.COMMAND_FIELD)
        if field == CommandField.N_ACTION_RSP:
            if answer.number(Element.STATUS) != 0:
                raise _unsupported()
            taken, until = True, time.monotonic() + wait
        elif field == CommandField.N_EVENT_REPORT_RQ:
            report = read_report(data, IMPLICIT_LITTLE_ENDIAN)
            requestor.send_command(1, command.response(answer, 0))
    return report


def read_report(data: bytes, transfer_syntax: str) -> CommitReport:
    """The dataset of an N-EVENT-REPORT (PS3.4 table J.3-2). Raises Malformed ``commitment-report``."""
    try:
        read = _decoded(data, transfer_syntax)
        uid = str(read.get("TransactionUID") or "")
        kept = frozenset(str(one.ReferencedSOPInstanceUID) for one in read.get("ReferencedSOPSequence") or ())
        lost = {
            str(one.ReferencedSOPInstanceUID): int(one.get("FailureReason") or 0)
            for one in read.get("FailedSOPSequence") or ()
        }
    except (AttributeError, EOFError, NotImplementedError, OSError, TypeError, ValueError, KeyError, RecursionError):
        raise _malformed() from None
    if not is_uid(uid):
        raise _malformed()
    return CommitReport(uid, kept - lost.keys(), lost)


class ReportArrival:
    """``ports.reception.Arrival`` of an N-EVENT-REPORT's dataset: gathered, for it is small, then handed on."""

    def __init__(self, transfer_syntax: str, take: Callable[[CommitReport], None]) -> None:
        self._syntax = transfer_syntax
        self._take = take
        self._data = bytearray()

    def write(self, data: memoryview) -> None:
        """The next bytes. Raises TooLarge."""
        if len(self._data) + len(data) > REPORT_BYTES:
            raise TooLarge("commitment-report-long", "A report of storage commitment is longer than is taken.")
        self._data += data

    def commit(self) -> None:
        """It is whole. Raises Malformed, NotFound, Denied, Unavailable."""
        self._take(read_report(bytes(self._data), self._syntax))

    def abort(self) -> None:
        """Forget it."""
        self._data.clear()


def _encoded(transaction_uid: str, references: Sequence[tuple[str, str]]) -> bytes:
    dataset = Dataset()
    dataset.TransactionUID = transaction_uid
    dataset.ReferencedSOPSequence = [_reference(*one) for one in references]
    buffer = DicomBytesIO()
    buffer.is_implicit_VR, buffer.is_little_endian = True, True
    write_dataset(buffer, dataset)
    return buffer.getvalue()


def _reference(sop_class: str, instance_uid: str) -> Dataset:
    one = Dataset()
    one.ReferencedSOPClassUID, one.ReferencedSOPInstanceUID = sop_class, instance_uid
    return one


def _decoded(data: bytes, transfer_syntax: str) -> Dataset:
    if transfer_syntax not in SYNTAXES:
        raise _malformed()
    return read_dataset(BytesIO(data), transfer_syntax == IMPLICIT_LITTLE_ENDIAN, True)


def _unsupported() -> Unsupported:
    return Unsupported(
        "pacs-no-commitment",
        "The PACS does no storage commitment for this node.",
        "Have it set up in the PACS, or do not require it.",
    )


def _malformed() -> Malformed:
    return Malformed("commitment-report", "A report of storage commitment cannot be read.", "Look in the PACS's log.")
