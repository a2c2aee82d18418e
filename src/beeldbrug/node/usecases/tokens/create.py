"""Make a bearer token for reading or storing over DICOMweb: shown once; its SHA-256 is kept (RFC 6750, guarantee 4)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from beeldbrug.model.errors import Malformed, NotFound
from beeldbrug.node.ports.records import AuditEvent, TokenRow
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.read.scope import hash_token

LONGEST_DAYS = 366.0
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Targets:
    """AE titles and partners' accounts that a token may be made for that stores."""

    titles: frozenset[str] = frozenset()
    partners: frozenset[str] = frozenset()


NO_TARGETS = Targets()


def create_token(database: Database, row: TokenRow, actor: str, now: float, targets: Targets = NO_TARGETS) -> str:
    """The token. Raises Malformed ``token-too-long`` or ``token-of-two-kinds``, NotFound ``stow-target-unknown``."""
    if bool(row.sends) + bool(row.brings) + bool(row.exchanges or row.studies) + row.audits > 1:
        raise Malformed(
            "token-of-two-kinds",
            "A token reads images or the audit trail, sends under a rule, or is a partner's.",
            "Make one token for each.",
        )
    if (row.sends and row.sends not in targets.titles) or (row.brings and row.brings not in targets.partners):
        raise NotFound(
            "stow-target-unknown", "There is no such sending rule or partner.", "Set the rule, or [[stow.partners]]."
        )
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
                    "sends": row.sends,
                    "brings": row.brings,
                    "audits": row.audits,
                },
                at=now,
            )
        )
    return token
