"""An event of the audit trail as a FHIR R4 AuditEvent, after the patterns of IHE BALP. JSON values; no I/O.

Who did it is an agent that requests, the organisation is custodian; on whose behalf, and the other organisation, are
agents of their own. Patient, study, exchange and consent are entities. What the trail alone knows goes along as details
of the exchange's entity, or of one for the event itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from beeldbrug.model.exchange import is_partner
from beeldbrug.node.policy.audit_codes import IMPORT, Code, code_of, indicator
from beeldbrug.node.ports.records import AuditEvent

DCM: Final = "http://dicom.nema.org/resources/ontology/DCM"
EVENT: Final = "urn:beeldbrug:audit-event"
EXCHANGE: Final = "urn:beeldbrug:exchange"
PARTNER: Final = "urn:beeldbrug:partner"
GROUND: Final = "urn:beeldbrug:ground:"
URA: Final = "http://fhir.nl/fhir/NamingSystem/ura"
DICOM_UID: Final = "urn:dicom:uid"
LIFECYCLE: Final = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle"
PURPOSE: Final = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
PARTICIPATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
ENTITY_TYPE: Final = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
ENTITY_ROLE: Final = "http://terminology.hl7.org/CodeSystem/object-role"
SOURCE_TYPE: Final = "http://terminology.hl7.org/CodeSystem/security-source-type"

DISCLOSE: Final = frozenset({"disclose", "picture", "report-sent", "delivered", "arriving"})
"""Kinds that are a disclosure to another organisation (BALP PrivacyDisclosure), at the one end or the other."""

_SOURCE: Final = Code("110153", "Source Role ID")
_DESTINATION: Final = Code("110152", "Destination Role ID")

Json = dict[str, Any]


def audit_event(sequence: int, event: AuditEvent, organisation_name: str) -> Json:
    """The resource; its id is the event's number in the organisation's chain."""
    code = code_of(event.event)
    outcome = indicator(event.outcome)
    resource: Json = {
        "resourceType": "AuditEvent",
        "id": str(sequence),
        "type": _coding(code.id),
        "subtype": [*([_coding(code.type)] if code.type else []), *_subtypes(event)],
        "action": event.action,
        "recorded": instant(event.at),
        "outcome": outcome,
    }
    if event.outcome != "success":
        resource["outcomeDesc"] = event.outcome
    if event.purpose:
        resource["purposeOfEvent"] = [{"coding": [{"system": PURPOSE, "code": event.purpose}]}]
    resource["agent"] = _agents(event, organisation_name)
    resource["source"] = {
        "site": event.organisation,
        "observer": _organisation(event.organisation, organisation_name),
        "type": [{"system": SOURCE_TYPE, "code": "4", "display": "Application Server"}],
    }
    if entities := _entities(event):
        resource["entity"] = entities
    return resource


def instant(at: float) -> str:
    """A FHIR instant, in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _coding(code: Code) -> Json:
    return {"system": DCM, "code": code.value, "display": code.meaning}


def _subtypes(event: AuditEvent) -> list[Json]:
    own = {"system": EVENT, "code": event.event}
    disclosed = event.event in DISCLOSE and indicator(event.outcome) == "0"
    return [*([{"system": LIFECYCLE, "code": "disclose"}] if disclosed else []), own]


def _agents(event: AuditEvent, organisation_name: str) -> list[Json]:
    actor: Json = {"type": _participation("IRCP", "information recipient"), "requestor": True}
    if event.role:
        actor["role"] = [{"text": event.role}]
    actor["who"] = {"identifier": {"value": event.actor or "unknown"}}
    if event.ground:
        actor["policy"] = [GROUND + event.ground]
    agents = [actor]
    if event.responsible:
        agents.append(_agent(_participation("RESP", "responsible party"), {"display": event.responsible}))
    custodian = _participation("CST", "custodian")
    agents.append(_agent(custodian, _organisation(event.organisation, organisation_name)))
    if event.peer:
        end = _SOURCE if code_of(event.event).id is IMPORT else _DESTINATION
        agents.append(_agent({"coding": [_coding(end)]}, _organisation(event.peer)))
    return agents


def _agent(type_: Json, who: Json) -> Json:
    return {"type": type_, "who": who, "requestor": False}


def _participation(code: str, display: str) -> Json:
    return {"coding": [{"system": PARTICIPATION, "code": code, "display": display}]}


def _organisation(number: str, name: str = "") -> Json:
    system = PARTNER if is_partner(number) else URA
    return {"identifier": {"system": system, "value": number}} | ({"display": name} if name else {})


def _entities(event: AuditEvent) -> list[Json]:
    entities = []
    if event.patient:
        entities.append(_entity("1", "Person", "1", "Patient", {"identifier": {"value": event.patient}}))
    if event.study_uid:
        uid = {"system": DICOM_UID, "value": f"urn:oid:{event.study_uid}"}
        entities.append(_entity("2", "System Object", "3", "Report", {"identifier": uid}))
    if event.consent:
        consent = _entity("2", "System Object", "13", "Security Resource", {"display": "Consent"})
        entities.append(consent | {"description": event.consent})
    details = _details(event)
    if event.exchange:
        exchange = {"identifier": {"system": EXCHANGE, "value": event.exchange}}
        entities.append(_entity("2", "System Object", "20", "Job", exchange) | details)
    elif details:
        entities.append(_entity("4", "Other", "4", "Domain Resource", {"display": event.event}) | details)
    return entities


def _entity(type_: str, type_name: str, role: str, role_name: str, what: Json) -> Json:
    return {
        "what": what,
        "type": {"system": ENTITY_TYPE, "code": type_, "display": type_name},
        "role": {"system": ENTITY_ROLE, "code": role, "display": role_name},
    }


def _details(event: AuditEvent) -> Json:
    told = [("decision", code) for code in event.decision]
    told += [(name, _text(value)) for name, value in sorted(event.details.items())]
    details = [{"type": name, "valueString": value} for name, value in told if value]
    return {"detail": details} if details else {}


def _text(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
