"""An event of the trail as a DICOM audit message (PS3.15 section A.5, its RELAX NG schema), for collectors of ATNA.

The same codes and the same agents as the FHIR resource has. ``ParticipantObjectDetail`` holds base64, as the schema
wants. XML without a declaration, UTF-8.
"""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from beeldbrug.node.policy.audit_codes import IMPORT, Code, code_of, indicator
from beeldbrug.node.ports.records import AuditEvent

DCM: Final = "DCM"
OWN: Final = "Beeldbrug"
RFC_3881: Final = "RFC-3881"

APPLICATION: Final = Code("110150", "Application")
SOURCE: Final = Code("110153", "Source Role ID")
DESTINATION: Final = Code("110152", "Destination Role ID")
STUDY: Final = Code("110180", "Study Instance UID")
PATIENT_NUMBER: Final = Code("2", "Patient Number")

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def audit_message(sequence: int, event: AuditEvent) -> bytes:
    """The XML of one event."""
    code = code_of(event.event)
    root = Element("AuditMessage")
    _identification(root, event, code.id, code.type)
    _participants(root, event, code.id is IMPORT)
    site = SubElement(
        root, "AuditSourceIdentification", _texts(AuditSourceID=OWN, AuditEnterpriseSiteID=event.organisation)
    )
    SubElement(site, "AuditSourceTypeCode", {"csd-code": "4"})
    _objects(root, sequence, event)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=False)
    return text


def _identification(root: Element, event: AuditEvent, id_: Code, type_: Code | None) -> None:
    moment = datetime.fromtimestamp(event.at, UTC).isoformat(timespec="milliseconds")
    head = SubElement(
        root,
        "EventIdentification",
        {
            "EventActionCode": event.action,
            "EventDateTime": moment.replace("+00:00", "Z"),
            "EventOutcomeIndicator": indicator(event.outcome),
        },
    )
    _coded(head, "EventID", id_)
    if type_ is not None:
        _coded(head, "EventTypeCode", type_)
    _coded(head, "EventTypeCode", Code(event.event, event.event), OWN)
    if event.outcome != "success":
        SubElement(head, "EventOutcomeDescription").text = _clean(event.outcome)


def _participants(root: Element, event: AuditEvent, comes_in: bool) -> None:
    actor = SubElement(root, "ActiveParticipant", _texts(UserID=event.actor or "unknown") | {"UserIsRequestor": "true"})
    if event.role:
        _coded(actor, "RoleIDCode", Code(event.role, event.role), OWN)
    if event.responsible:
        _participant(root, event.responsible, Code("responsible", "Responsible"), OWN)
    _participant(root, event.organisation, APPLICATION)
    if event.peer:
        _participant(root, event.peer, SOURCE if comes_in else DESTINATION)


def _participant(root: Element, user: str, role: Code, system: str = DCM) -> None:
    one = SubElement(root, "ActiveParticipant", _texts(UserID=user) | {"UserIsRequestor": "false"})
    _coded(one, "RoleIDCode", role, system)


def _objects(root: Element, sequence: int, event: AuditEvent) -> None:
    if event.patient:
        _object(root, event.patient, "1", "1", PATIENT_NUMBER, RFC_3881)
    if event.study_uid:
        _object(root, event.study_uid, "2", "3", STUDY, DCM)
    number = _object(root, str(sequence), "2", "13", Code("audit-event", "Number in the chain"), OWN)
    for name in ("exchange", "purpose", "ground", "consent"):
        _detail(number, name, getattr(event, name))
    for reason in event.decision:
        _detail(number, "decision", reason)
    for name, value in sorted(event.details.items()):
        _detail(number, name, str(value).lower() if isinstance(value, bool) else str(value))


def _object(root: Element, id_: str, type_: str, role: str, code: Code, system: str) -> Element:
    one = SubElement(
        root,
        "ParticipantObjectIdentification",
        _texts(ParticipantObjectID=id_) | {"ParticipantObjectTypeCode": type_, "ParticipantObjectTypeCodeRole": role},
    )
    _coded(one, "ParticipantObjectIDTypeCode", code, system)
    return one


def _detail(parent: Element, name: str, value: str) -> None:
    if value:
        encoded = base64.b64encode(value.encode("utf-8", "replace")).decode("ascii")
        SubElement(parent, "ParticipantObjectDetail", _texts(type=name) | {"value": encoded})


def _coded(parent: Element, name: str, code: Code, system: str = DCM) -> None:
    texts = {"csd-code": _clean(code.value), "codeSystemName": system, "originalText": _clean(code.meaning)}
    SubElement(parent, name, texts)


def _texts(**values: str) -> dict[str, str]:
    return {name: _clean(value) for name, value in values.items()}


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
