"""Bearer tokens for reading in SQL (ports.vault.Tokens): only their SHA-256 is kept (RFC 6750)."""

from __future__ import annotations

from beeldbrug.node.ports.records import TokenRow
from beeldbrug.node.stores.sql.layout import TokenScope, pack_scope, unpack_scope
from beeldbrug.node.stores.sql.statements import Row, Statements

_ADD = """
INSERT INTO token (token_hash, organisation, account, role, purpose, expires, scope) VALUES (?, ?, ?, ?, ?, ?, ?)"""

_GET = """
SELECT organisation, account, role, purpose, expires, scope FROM token WHERE token_hash = ? AND expires > ?"""


class SqlTokens:
    """ports.vault.Tokens over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def add(self, token_hash: bytes, row: TokenRow) -> None:
        """Keep one. Raises Conflict when it is there."""
        scope = pack_scope(TokenScope(row.exchanges, row.studies, row.sends, row.brings, row.audits))
        self._sql.run(_ADD, token_hash, row.organisation, row.user, row.role, row.purpose, row.expires, scope)

    def get(self, token_hash: bytes, now: float) -> TokenRow | None:
        """Scope of a token that has not expired at ``now``."""
        row = self._sql.one(_GET, token_hash, now)
        return None if row is None else _token_row(row)

    def revoke(self, organisation: str, user: str) -> int:
        """Drop a user's tokens; returns how many."""
        return self._sql.run("DELETE FROM token WHERE organisation = ? AND account = ?", organisation, user)


def _token_row(row: Row) -> TokenRow:
    organisation, account, role, purpose, expires, scope = row
    told = unpack_scope(scope)
    given = (told.exchanges, told.studies, told.sends, told.brings, told.audits)
    return TokenRow(organisation, account, role, purpose, expires, *given)
