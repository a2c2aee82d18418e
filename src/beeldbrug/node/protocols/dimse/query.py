"""C-FIND as SCU, by pynetdicom: PS3.4 annex C (patient and study root) and annex K (modality worklist).

A rare service, so the complete library does it rather than our own upper layer. Identifiers are built in Unicode
(ISO_IR 192) only when they have to be; answers are read in the character set they name. pynetdicom's own log lines
may hold identifiers and are switched off.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
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
    STUDY_ROOT_FIND,
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
            if association.rejected_contexts:
                raise Unavailable(
                    "peer-query-unsupported",
                    "The other DICOM system answers, and supports no queries.",
                    "Have it answer C-FIND, or let the hospital's patients come by HL7 v2 or as a list.",
                )
            raise Unavailable(
                "peer-no-query",
                "The other DICOM system cannot be queried.",
                "Check its address, AE title and TLS settings.",
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
