"""Own transport keys and peers' key statements in SQL (ports.vault.Keys); DESIGN section 4.

A transport key's secret is wrapped under the root key and wiped when it is destroyed. Statements only go forward.
Signatures are checked before they come here.
"""

from __future__ import annotations

from beeldbrug.model.errors import Conflict, Denied
from beeldbrug.node.ports.records import TransportKeyRow
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Statements

_ADD = """
INSERT INTO transport_key (organisation, key_id, public, wrapped, not_before, not_after, destroyed)
VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (organisation, key_id) DO NOTHING"""

_LIVE = """
SELECT key_id, public, wrapped, not_before, not_after FROM transport_key
WHERE organisation = ? AND destroyed IS NULL AND wrapped IS NOT NULL ORDER BY not_before DESC, key_id"""

_DESTROY = """
UPDATE transport_key SET wrapped = NULL, destroyed = ? WHERE organisation = ? AND key_id = ? AND destroyed IS NULL"""

_REMEMBER = """
INSERT INTO statement (organisation, peer, sequence, statement, at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (organisation, peer) DO UPDATE SET sequence = excluded.sequence, statement = excluded.statement,
  at = excluded.at
WHERE statement.sequence < excluded.sequence
  OR (statement.sequence = excluded.sequence AND statement.statement = excluded.statement)"""

_STATEMENT = "SELECT sequence, statement FROM statement WHERE organisation = ? AND peer = ?"


class SqlKeys:
    """ports.vault.Keys over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def add_transport(self, row: TransportKeyRow) -> None:
        """Insert, secret wrapped. Raises Conflict ``transport-key-is-here``."""
        wrapped = self._seal.wrap(row.organisation, "transport-key", row.key_id, row.secret.encode("ascii"))
        times = (row.not_before, row.not_after, row.destroyed)
        if not self._sql.run(_ADD, row.organisation, row.key_id, row.public, wrapped, *times):
            raise Conflict("transport-key-is-here", "A transport key of this id is here already.")

    def transport(self, organisation: str) -> list[TransportKeyRow]:
        """Keys that are not destroyed, newest first."""
        return [
            TransportKeyRow(
                organisation,
                key_id,
                public,
                self._seal.unwrap(organisation, "transport-key", key_id, wrapped).decode("ascii"),
                not_before,
                not_after,
            )
            for key_id, public, wrapped, not_before, not_after in self._sql.all(_LIVE, organisation)
        ]

    def destroy_transport(self, organisation: str, key_id: str, at: float) -> None:
        """Wipe the secret, keep the fact."""
        self._sql.run(_DESTROY, at, organisation, key_id)

    def remember_statement(self, organisation: str, peer: str, sequence: int, statement: str, at: float) -> None:
        """Keep the highest. Raises Denied ``statement-rolled-back``, also for another one of the same sequence."""
        if not self._sql.run(_REMEMBER, organisation, peer, sequence, statement, at):
            raise Denied(
                "statement-rolled-back",
                "A key statement is older than the newest one known of its organisation, or contradicts it.",
                "Ask the organisation to publish a new key statement.",
            )

    def statement(self, organisation: str, peer: str) -> tuple[int, str] | None:
        """Highest known (sequence, JWS)."""
        row = self._sql.one(_STATEMENT, organisation, peer)
        return None if row is None else (int(row[0]), str(row[1]))
