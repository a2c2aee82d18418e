"""Who is reading, and what that token may reach. It decides nothing about single studies: ``reach`` does.

A bearer token (RFC 6750) is random and opaque; the vault knows only its SHA-256 with the scope that belongs to it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from beeldbrug.model.errors import Denied
from beeldbrug.node.ports.records import OWN, TokenRow
from beeldbrug.node.ports.vault import Tokens

TOKEN_CHARACTERS = 512
"""A longer token is not ours."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What one live token may read. Empty ``exchanges`` and ``studies`` do not limit; when both are set, both do.

    ``token`` is the SHA-256 of the token, to tell viewings apart. ``expires`` is POSIX seconds.
    """

    token: bytes
    organisation: str
    user: str
    role: str
    purpose: str
    expires: float
    exchanges: frozenset[str] = frozenset()
    studies: frozenset[str] = frozenset()

    def covers_origin(self, origin: str) -> bool:
        """Whether content of this origin is within the token; own studies are of no exchange."""
        return not self.exchanges or (origin != OWN and origin in self.exchanges)

    def covers_study(self, study_uid: str) -> bool:
        """Whether this study is within the token."""
        return not self.studies or study_uid in self.studies


def hash_token(token: str) -> bytes:
    """SHA-256 of a bearer token, as ``Tokens`` keeps it."""
    return hashlib.sha256(token.encode()).digest()


def authorise(tokens: Tokens, token: str, now: float) -> Scope:
    """Scope of a live token. Raises Denied ``token-not-valid`` for one that is unknown, revoked or expired,
    ``token-cannot-read`` for one that is for storing, or for the audit trail."""
    row = find_token(tokens, token, now)
    if row.stores or row.audits:
        raise Denied("token-cannot-read", "This token does not read images.", "Ask for a token that does.")
    return Scope(
        token=hash_token(token),
        organisation=row.organisation,
        user=row.user,
        role=row.role,
        purpose=row.purpose,
        expires=row.expires,
        exchanges=frozenset(row.exchanges),
        studies=frozenset(row.studies),
    )


def find_token(tokens: Tokens, token: str, now: float) -> TokenRow:
    """A live token. Raises Denied ``token-not-valid`` for one that is unknown, revoked or expired."""
    row = tokens.get(hash_token(token), now) if 0 < len(token) <= TOKEN_CHARACTERS else None
    if row is None or row.expires <= now:
        raise Denied(
            "token-not-valid", "The bearer token is unknown or has expired.", "Sign in again to get a new token."
        )
    return row
