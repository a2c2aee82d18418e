"""What the FHIR R4 service can, as its CapabilityStatement (FHIR R4 section 5.2): made from what the code reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

TYPES: Final = {"date": "date", "_count": "number", "_page": "string", "agent-role": "token"}
DATE: Final = "2026-11-23"
"""When this was last changed."""


def capability_statement(version: str, base: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """The resource; it names nobody and needs no token."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": DATE,
        "kind": "instance",
        "software": {"name": "Beeldbrug", "version": version},
        "implementation": {"description": "Audit trail of one organisation", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [{"mode": "server", "security": _security(), "resource": [_audit_event(parameters)]}],
    }


def _security() -> dict[str, Any]:
    return {"description": "A bearer token for the audit trail in the Authorization header (RFC 6750)."}


def _audit_event(parameters: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "AuditEvent",
        "documentation": "Newest first. Whom a search is about is posted to _search, never written in a URL. "
        "An unknown parameter is refused.",
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": [
            {"name": name, "type": TYPES.get(name, "token"), "documentation": told}
            for name, told in parameters.items()
            if name not in ("_count", "_page")
        ],
    }
