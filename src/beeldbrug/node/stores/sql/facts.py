"""Small durable facts of a node by name, in SQL (ports.vault.Facts). No identity and no secrets."""

from __future__ import annotations

from beeldbrug.node.stores.sql.statements import Statements

_SET = """
INSERT INTO fact (organisation, name, value) VALUES (?, ?, ?)
ON CONFLICT (organisation, name) DO UPDATE SET value = excluded.value"""


class SqlFacts:
    """ports.vault.Facts over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def get(self, organisation: str, name: str) -> str | None:
        """One fact."""
        row = self._sql.one("SELECT value FROM fact WHERE organisation = ? AND name = ?", organisation, name)
        return None if row is None else str(row[0])

    def set(self, organisation: str, name: str, value: str) -> None:
        """Keep it."""
        self._sql.run(_SET, organisation, name, value)
