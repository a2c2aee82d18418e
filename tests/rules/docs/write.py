"""Writes the generated pages: ``python -m tests.rules.docs.write``; ``tests/rules/test_docs.py`` finds an old one."""

from __future__ import annotations

from collections.abc import Callable

from beeldbrug.node.protocols.dicomweb import conformance as dicomweb
from beeldbrug.node.protocols.dimse import conformance as dimse
from beeldbrug.node.protocols.fhir import conformance as fhir
from beeldbrug.node.protocols.hl7 import conformance as hl7
from tests.rules.docs.audit_events import audit_events
from tests.rules.docs.errors import errors
from tests.rules.docs.portal_api import portal_api
from tests.rules.docs.settings import settings
from tests.rules.source import ROOT

PAGES: dict[str, Callable[[], str]] = {
    "docs/conformance/dicomweb.md": dicomweb.statement,
    "docs/conformance/dimse.md": dimse.statement,
    "docs/conformance/fhir.md": fhir.statement,
    "docs/conformance/hl7.md": hl7.statement,
    "docs/reference/audit-events.md": audit_events,
    "docs/reference/errors.md": errors,
    "docs/reference/portal-api.json": portal_api,
    "docs/reference/settings.md": settings,
}
"""By path from the repository's root: what makes the page."""


if __name__ == "__main__":
    for path, make in PAGES.items():
        (ROOT / path).write_text(make(), encoding="utf-8")
