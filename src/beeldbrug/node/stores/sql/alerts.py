"""What humans must be told, in SQL (ports.vault.Alerts). Texts hold no identity; sending them out is not done here."""

from __future__ import annotations

from beeldbrug.node.ports.records import AlertRow
from beeldbrug.node.stores.sql.statements import Statements

_RAISE = """
INSERT INTO alert (organisation, exchange, code, text_nl, text_en, remedy_nl, remedy_en, raised, notified, cleared)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)
ON CONFLICT (organisation, exchange, code) WHERE cleared IS NULL DO NOTHING RETURNING id"""

_FIND = "SELECT id FROM alert WHERE organisation = ? AND exchange = ? AND code = ? AND cleared IS NULL"

_OPEN = """
SELECT id, organisation, exchange, code, text_nl, text_en, remedy_nl, remedy_en, raised, notified, cleared FROM alert
WHERE cleared IS NULL ORDER BY raised, id"""

_OPEN_OF = """
SELECT id, organisation, exchange, code, text_nl, text_en, remedy_nl, remedy_en, raised, notified, cleared FROM alert
WHERE cleared IS NULL AND organisation = ? ORDER BY raised, id"""

_CLEAR_ALL = "UPDATE alert SET cleared = ? WHERE organisation = ? AND exchange = ? AND cleared IS NULL"

_CLEAR = "UPDATE alert SET cleared = ? WHERE organisation = ? AND exchange = ? AND code = ? AND cleared IS NULL"


class SqlAlerts:
    """ports.vault.Alerts over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def raise_(self, alert: AlertRow) -> int:
        """Add; the same code again while it is open returns the open one."""
        key = (alert.organisation, alert.exchange, alert.code)
        texts = (alert.text_nl, alert.text_en, alert.remedy_nl, alert.remedy_en)
        row = self._sql.one(_RAISE, *key, *texts, alert.raised, alert.notified) or self._sql.one(_FIND, *key)
        return int(row[0]) if row else 0

    def open(self, organisation: str | None = None) -> list[AlertRow]:
        """Not cleared, oldest first."""
        rows = self._sql.all(_OPEN) if organisation is None else self._sql.all(_OPEN_OF, organisation)
        return [AlertRow(*row) for row in rows]

    def notified(self, id: int, at: float) -> None:
        """It was sent out."""
        self._sql.run("UPDATE alert SET notified = ? WHERE id = ?", at, id)

    def clear(self, organisation: str, exchange: str, code: str | None, at: float) -> None:
        """Solved; ``code`` None is all of the exchange."""
        if code is None:
            self._sql.run(_CLEAR_ALL, at, organisation, exchange)
        else:
            self._sql.run(_CLEAR, at, organisation, exchange, code)
