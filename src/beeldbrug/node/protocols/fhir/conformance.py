"""The conformance statement of the FHIR service, made from the tables that it runs on (``docs/conformance/fhir.md``).

``python -m beeldbrug.node.protocols.fhir.conformance`` prints it; a test compares it with the page in the docs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from beeldbrug.node.policy.audit_codes import CODES
from beeldbrug.node.ports.trail import PAGE_MOST
from beeldbrug.node.protocols.fhir.audit_search import ABOUT, COUNT, PARAMETERS

_INTRODUCTION = f"""\
# FHIR conformance statement

Made by `python -m beeldbrug.node.protocols.fhir.conformance` from the tables that the service runs on; do not edit.

The node serves its audit trail under `/fhir` as FHIR R4 (4.0.1), JSON alone: AuditEvent to read and to search (IHE
ITI-81, BALP patterns), and `/fhir/metadata`. It takes a bearer token that `beeldbrug token create --audits` makes and
that reads nothing else. Every look is an event in the trail. As a client the node reads one Patient of an EPD at a
SMART launch.

- Events come newest first, {COUNT} a page, at most {PAGE_MOST}.
- Whom a search is about never stands in a URL: these parameters are posted as a form to `/fhir/AuditEvent/_search`:
  {", ".join(f"`{one}`" for one in sorted(ABOUT))}.
  Where there is more than a page, such a search ends with an OperationOutcome that says which `_page` to post next; a
  search by GET has a link.
- A parameter that is not in the table is refused, since a search without it would disclose more than was asked for.
- A patient is found by a number of the hospital's own, also one that was merged, or by BSN.
- Resources are checked with the models of the Python package `fhir.resources`, in
  `tests/contract/node/test_fhir_audit.py`.

"""


def statement() -> str:
    """The page, in Markdown."""
    parameters = _table(("parameter", "means"), ((f"`{name}`", told) for name, told in PARAMETERS.items()))
    events = _table(("kind of event", "type", "subtype"), _events())
    ending = "Each has its own kind as a subtype too, of system `urn:beeldbrug:audit-event`.\n"
    return f"{_INTRODUCTION}## Search\n\n{parameters}\n## Events\n\n{ending}\n{events}"


def _events() -> Iterator[tuple[str, str, str]]:
    for event, code in sorted(CODES.items()):
        subtype = f"{code.type.value} {code.type.meaning}" if code.type else ""
        yield f"`{event}`", f"{code.id.value} {code.id.meaning}", subtype


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(statement())
