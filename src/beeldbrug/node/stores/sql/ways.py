"""Which ways parcels went, in SQL (ports.ways.ParcelWays)."""

from __future__ import annotations

from beeldbrug.node.stores.sql.statements import Statements

_NOTE = """
INSERT INTO parcel_way (organisation, parcel, way, at) VALUES (?, ?, ?, ?)
ON CONFLICT (organisation, parcel, way) DO NOTHING"""

_OF = "SELECT way FROM parcel_way WHERE organisation = ? AND parcel = ? ORDER BY at, way"

_SINCE = "SELECT way, MAX(at) FROM parcel_way WHERE organisation = ? AND at >= ? GROUP BY way"


class SqlParcelWays:
    """ports.ways.ParcelWays over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def note(self, organisation: str, parcel: str, way: str, at: float) -> None:
        """It is given to this way now, or came in by it."""
        self._sql.run(_NOTE, organisation, parcel, way, at)

    def of(self, organisation: str, parcel: str) -> list[str]:
        """Its ways, the first one first."""
        return [str(row[0]) for row in self._sql.all(_OF, organisation, parcel)]

    def since(self, organisation: str, at: float) -> dict[str, float]:
        """Ways used since then, and when the last time was."""
        return {str(row[0]): float(row[1]) for row in self._sql.all(_SINCE, organisation, at)}
