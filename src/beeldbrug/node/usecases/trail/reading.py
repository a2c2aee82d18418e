"""Reading the trail by a bearer token that is for that alone; every look is an event in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from beeldbrug.model.errors import Denied
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.usecases.read.scope import find_token
from beeldbrug.node.usecases.trail.search import Asked, Page, Reader, Trail


@dataclass(frozen=True)
class TrailReading:
    """One organisation's trail for other systems."""

    trail: Trail
    organisation_name: str
    now: Callable[[], float]

    def authorise(self, token: str) -> Reader:
        """Who holds it. Raises Denied ``token-missing``, ``token-not-valid``, ``token-cannot-audit``."""
        if not token:
            raise Denied(
                "token-missing",
                "This service needs a bearer token in the Authorization header.",
                "Sign in and send the token as: Authorization: Bearer TOKEN.",
            )
        with self.trail.database.read() as tx:
            row = find_token(tx.tokens, token, self.now())
        if not row.audits or row.organisation != self.trail.organisation:
            raise Denied(
                "token-cannot-audit",
                "This token does not read the audit trail.",
                "Have one made: `beeldbrug token create --audits`.",
            )
        return Reader(row.user, row.role, "fhir")

    def search(self, asked: Asked, reader: Reader) -> Page:
        """A page. Raises Malformed ``trail-about-one``."""
        return self.trail.search(asked, reader, self.now())

    def one(self, sequence: int, reader: Reader) -> AuditEvent | None:
        """One event by its number, if there is such."""
        return self.trail.one(sequence, reader, self.now())
