"""How much came from whom, in SQL (ports.traffic.Traffics)."""

from __future__ import annotations

from beeldbrug.node.ports.traffic import Traffic
from beeldbrug.node.stores.schema.tables import AT_DESK
from beeldbrug.node.stores.sql.statements import Statements

_ARRIVALS = """
SELECT peer, COUNT(*), MIN(created), MAX(created) FROM exchange
WHERE organisation = ? AND direction = 'in' AND created >= ? AND peer <> '' GROUP BY peer ORDER BY peer"""

_OLDEST = f"SELECT MIN(created) FROM exchange WHERE organisation = ? AND {AT_DESK} AND state <> 'imported'"  # noqa: S608 - a constant


class SqlTraffics:
    """ports.traffic.Traffics over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def arrivals(self, organisation: str, since: float) -> list[Traffic]:
        """Per partner, what came in since then."""
        rows = self._sql.all(_ARRIVALS, organisation, since)
        return [Traffic(str(peer), int(count), float(first), float(last)) for peer, count, first, last in rows]

    def oldest_at_desk(self, organisation: str) -> float | None:
        """When the arrival that waits longest at the desk began."""
        row = self._sql.one(_OLDEST, organisation)
        return None if row is None or row[0] is None else float(row[0])
