"""Sessions and one-time tickets in SQL (ports.accounts.Sessions): only the SHA-256 of a token is kept."""

from __future__ import annotations

from beeldbrug.model.account import Assurance, SessionRow, Stage, Ticket, TicketKind
from beeldbrug.node.stores.sql.layout import TokenScope, pack_scope, unpack_scope
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Statements

_ADD = """
INSERT INTO session (token_hash, organisation, account, stage, assurance, created, seen, expires, scope)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_ADD_TICKET = """
INSERT INTO ticket (token_hash, organisation, kind, account, expires, data) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING"""
_ADVANCE = """
UPDATE session SET stage = ?, assurance = ?, seen = ?, expires = ?, scope = ?
WHERE token_hash = ? AND organisation = ? AND account = ?"""
_TICKET = """
SELECT organisation, account, expires, data FROM ticket WHERE token_hash = ? AND kind = ? AND expires > ?"""


class SqlSessions:
    """ports.accounts.Sessions over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def add(self, token_hash: bytes, row: SessionRow) -> None:
        """Keep a session."""
        scope = pack_scope(TokenScope(row.exchanges, row.studies))
        moments = (row.created, row.seen, row.expires)
        self._sql.run(
            _ADD, token_hash, row.organisation, row.account, row.stage.value, int(row.assurance), *moments, scope
        )

    def get(self, token_hash: bytes) -> SessionRow | None:
        """One session."""
        row = self._sql.one(
            "SELECT organisation, account, stage, assurance, created, seen, expires, scope FROM session "
            "WHERE token_hash = ?",
            token_hash,
        )
        if row is None:
            return None
        organisation, account, stage, assurance, created, seen, expires, scope = row
        told = unpack_scope(scope)
        moments = (created, seen, expires)
        return SessionRow(
            organisation, account, Stage(stage), Assurance(assurance), *moments, told.exchanges, told.studies
        )

    def touch(self, token_hash: bytes, seen: float) -> None:
        """Somebody acted."""
        self._sql.run("UPDATE session SET seen = ? WHERE token_hash = ? AND seen < ?", seen, token_hash, seen)

    def advance(self, token_hash: bytes, row: SessionRow) -> None:
        """A further stage."""
        scope = pack_scope(TokenScope(row.exchanges, row.studies))
        self._sql.run(
            _ADVANCE,
            row.stage.value,
            int(row.assurance),
            row.seen,
            row.expires,
            scope,
            token_hash,
            row.organisation,
            row.account,
        )

    def end(self, token_hash: bytes) -> bool:
        """End one."""
        return bool(self._sql.run("DELETE FROM session WHERE token_hash = ?", token_hash))

    def end_of(self, organisation: str, account: str, but: bytes = b"") -> int:
        """End all of an account, but one."""
        return self._sql.run(
            "DELETE FROM session WHERE organisation = ? AND account = ? AND token_hash <> ?", organisation, account, but
        )

    def sweep(self, organisation: str, now: float, seen: float) -> int:
        """Forget what has ended."""
        self._sql.run("DELETE FROM ticket WHERE organisation = ? AND expires <= ?", organisation, now)
        return self._sql.run(
            "DELETE FROM session WHERE organisation = ? AND (expires <= ? OR seen < ?)", organisation, now, seen
        )

    def add_ticket(self, token_hash: bytes, ticket: Ticket) -> bool:
        """Keep a ticket, unless there is one."""
        kept = self._sql.run(
            _ADD_TICKET,
            token_hash,
            ticket.organisation,
            ticket.kind.value,
            ticket.account,
            ticket.expires,
            self._seal.seal(ticket.organisation, "ticket", token_hash.hex(), ticket.data),
        )
        return kept > 0

    def take_ticket(self, token_hash: bytes, kind: TicketKind, now: float) -> Ticket | None:
        """The live ticket, once."""
        found = self.peek_ticket(token_hash, kind, now)
        if found is None or not self._sql.run("DELETE FROM ticket WHERE token_hash = ?", token_hash):
            return None
        return found

    def peek_ticket(self, token_hash: bytes, kind: TicketKind, now: float) -> Ticket | None:
        """The live ticket, which stays."""
        row = self._sql.one(_TICKET, token_hash, kind.value, now)
        if row is None:
            return None
        organisation, account, expires, data = row
        opened = self._seal.open(organisation, "ticket", token_hash.hex(), data)
        return Ticket(organisation, kind, account, expires, opened)

    def drop_tickets(self, organisation: str, kind: TicketKind, account: str) -> int:
        """Forget those of an account."""
        return self._sql.run(
            "DELETE FROM ticket WHERE organisation = ? AND kind = ? AND account = ?", organisation, kind.value, account
        )
