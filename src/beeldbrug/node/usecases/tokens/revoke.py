"""Take back all bearer tokens of an account; they are refused from the next call on."""

from __future__ import annotations

from beeldbrug.model.errors import NotFound
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.vault import Database


def revoke_tokens(database: Database, organisation: str, user: str, actor: str, now: float) -> int:
    """How many were taken back. Raises NotFound ``token-unknown`` when there were none."""
    with database.write() as tx:
        count = tx.tokens.revoke(organisation, user)
        if not count:
            raise NotFound("token-unknown", "This account has no token.")
        tx.audit.append(
            AuditEvent(
                organisation=organisation,
                event="token-revoked",
                action="D",
                outcome="success",
                actor=actor,
                details={"account": user, "tokens": count},
                at=now,
            )
        )
    return count
