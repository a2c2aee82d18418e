"""Make a bearer token for reading over DICOMweb: shown once, only its SHA-256 is kept (RFC 6750, guarantee 4)."""

from __future__ import annotations

import secrets

from beeldbrug.model.errors import Malformed
from beeldbrug.node.ports.records import AuditEvent, TokenRow
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.read.scope import hash_token

LONGEST_DAYS = 366.0
TOKEN_BYTES = 32


def create_token(database: Database, row: TokenRow, actor: str, now: float) -> str:
    """The token. Raises Malformed ``token-too-long``."""
    if not 0 < row.expires - now <= LONGEST_DAYS * 86400:
        raise Malformed("token-too-long", f"A token lives at most {LONGEST_DAYS:.0f} days.", "Give fewer days.")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with database.write() as tx:
        tx.tokens.add(hash_token(token), row)
        tx.audit.append(
            AuditEvent(
                organisation=row.organisation,
                event="token-made",
                action="C",
                outcome="success",
                actor=actor,
                role=row.role,
                purpose=row.purpose,
                details={
                    "account": row.user,
                    "expires": row.expires,
                    "exchanges": len(row.exchanges),
                    "studies": len(row.studies),
                },
                at=now,
            )
        )
    return token
