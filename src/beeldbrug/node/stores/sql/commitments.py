"""What the PACS was asked to keep for good, in SQL (ports.committing.Commitments)."""

from __future__ import annotations

from beeldbrug.node.ports.committing import Commitment, CommitState
from beeldbrug.node.stores.sql.statements import Row, Statements

_COLUMNS = "transaction_uid, exchange, created, state, asked, again, instances, failed"

_ADD = f"""
INSERT INTO commitment (organisation, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""  # noqa: S608 - our own words

_GET = f"SELECT {_COLUMNS} FROM commitment WHERE organisation = ? AND transaction_uid = ?"  # noqa: S608 - our own words

_OF = f"""
SELECT {_COLUMNS} FROM commitment
WHERE organisation = ? AND exchange = ? AND created >= ? ORDER BY created"""  # noqa: S608 - our own words

_UPDATE = """
UPDATE commitment SET state = ?, asked = ?, failed = ? WHERE organisation = ? AND transaction_uid = ?"""


class SqlCommitments:
    """ports.committing.Commitments over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def add(self, organisation: str, one: Commitment) -> None:
        """Keep one."""
        counts = (one.again, one.instances, one.failed)
        place = (organisation, one.transaction_uid, one.exchange)
        self._sql.run(_ADD, *place, one.created, one.state.value, one.asked, *counts)

    def get(self, organisation: str, transaction_uid: str) -> Commitment | None:
        """One, or None."""
        row = self._sql.one(_GET, organisation, transaction_uid)
        return None if row is None else _commitment(row)

    def of(self, organisation: str, exchange: str, since: float) -> list[Commitment]:
        """Those of an exchange, oldest first."""
        return [_commitment(row) for row in self._sql.all(_OF, organisation, exchange, since)]

    def note(self, organisation: str, one: Commitment) -> None:
        """How it stands now."""
        key = (organisation, one.transaction_uid)
        self._sql.run(_UPDATE, one.state.value, one.asked, one.failed, *key)


def _commitment(row: Row) -> Commitment:
    uid, exchange, created, state, asked, again, instances, failed = row
    return Commitment(exchange, uid, created, CommitState(state), asked, bool(again), int(instances), int(failed))
