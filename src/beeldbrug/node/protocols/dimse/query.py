"""C-FIND and C-MOVE as SCU, by pynetdicom: PS3.4 annex C (patient and study root) and annex K (modality worklist).

Rare services, so the complete library does them rather than our own upper layer. Identifiers are built in Unicode
(ISO_IR 192) only when they have to be; answers are read in the character set they name. pynetdicom's own log lines
may hold identifiers and are switched off.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom.ae import ApplicationEntity
from pynetdicom.association import Association

from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse.sop_classes import (
    MODALITY_WORKLIST_FIND,
    PATIENT_ROOT_FIND,
    PATIENT_ROOT_MOVE,
    STUDY_ROOT_FIND,
    STUDY_ROOT_MOVE,
)
from beeldbrug.node.protocols.dimse.tls import client_context

PATIENT_ROOT: Final = PATIENT_ROOT_FIND
STUDY_ROOT: Final = STUDY_ROOT_FIND
WORKLIST: Final = MODALITY_WORKLIST_FIND

_PENDING = frozenset({0xFF00, 0xFF01})
_SUCCESS, _CANCELLED = 0x0000, 0xFE00
_PDU_BYTES = 128 * 1024
_MESSAGE_ID = 1

logging.getLogger("pynetdicom").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class MoveProgress:
    """Sub-operations of a C-MOVE (PS3.7 section 9.1.4); ``status`` pending is 0xFF00, the last is the outcome."""

    status: int
    remaining: int
    completed: int
    failed: int
    warning: int


class QueryScu:
    """Queries one application; an association for each query."""

    def __init__(self, application: Application, maximum: int = 1000) -> None:
        self._application = application
        self._maximum = maximum

    def find(self, model: str, identifier: Dataset) -> Iterator[Dataset]:
        """Matches, at most ``maximum`` of them. Raises Unavailable when it failed or the model is not supported."""
        with self._associate(model) as association:
            yield from self._matches(association, model, identifier)

    def _matches(self, association: Association, model: str, identifier: Dataset) -> Iterator[Dataset]:
        answers = association.send_c_find(_encodable(identifier), model, msg_id=_MESSAGE_ID)
        for count, (status, match) in enumerate(answers):
            if _status(status) not in _PENDING:
                _require(_status(status) in (_SUCCESS, _CANCELLED))
                return
            if count >= self._maximum:
                association.abort()
                return
            if match is not None:
                yield match

    def move(self, model: str, identifier: Dataset, destination: str) -> Iterator[MoveProgress]:
        """C-MOVE what ``identifier`` names to the AE title ``destination``; the last progress holds the outcome.

        ``model`` is PATIENT_ROOT or STUDY_ROOT. Raises Unavailable when the association is lost.
        """
        service = {PATIENT_ROOT: PATIENT_ROOT_MOVE, STUDY_ROOT: STUDY_ROOT_MOVE}[model]
        with self._associate(service) as association:
            for status, _ in association.send_c_move(_encodable(identifier), destination, service, msg_id=_MESSAGE_ID):
                code = _status(status)
                _require(code is not None)
                yield MoveProgress(
                    code or 0,
                    int(status.get("NumberOfRemainingSuboperations") or 0),
                    int(status.get("NumberOfCompletedSuboperations") or 0),
                    int(status.get("NumberOfFailedSuboperations") or 0),
                    int(status.get("NumberOfWarningSuboperations") or 0),
                )

    @contextmanager
    def _associate(self, model: str) -> Iterator[Association]:
        application = self._application
        entity = ApplicationEntity(ae_title=application.calling_ae)
        entity.connection_timeout = entity.acse_timeout = application.timeout
        entity.dimse_timeout = entity.network_timeout = application.timeout
        entity.add_requested_context(model, [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
        tls = None
        if application.tls_ca:
            context = client_context(application.tls_ca, application.tls_certificate, application.tls_key)
            tls = (context, application.host)
        association = entity.associate(
            application.host, application.port, ae_title=application.ae_title, max_pdu=_PDU_BYTES, tls_args=tls
        )
        if not association.is_established:
            raise Unavailable(
                "peer-no-query",
                "The other DICOM system cannot be queried.",
                "Check its address, AE title and TLS settings, and that it supports the query model.",
            )
        try:
            yield association
        except BaseException:
            association.abort()
            raise
        if association.is_established:
            association.release()


def _status(status: Dataset) -> int | None:
    """None when the association was lost."""
    value = status.get("Status")
    return None if value is None else int(value)


def _require(condition: bool) -> None:
    if not condition:
        raise Unavailable("peer-query-failed", "The other DICOM system failed a query.", "Look in that system's log.")


def _encodable(identifier: Dataset) -> Dataset:
    """The identifier, with a character set when its text needs one (PS3.4 C.2.2.2)."""
    if "SpecificCharacterSet" not in identifier and not str(identifier).isascii():
        identifier.SpecificCharacterSet = "ISO_IR 192"
    return identifier
