"""Where the BSN of arrivals was found, in SQL (ports.administration.BsnQuality); no number, no patient, no study."""

from __future__ import annotations

from beeldbrug.model.figures import BsnFinding
from beeldbrug.node.stores.sql.statements import Statements

_NOTE = """
INSERT INTO bsn_found (organisation, exchange, sender, finding, at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (organisation, exchange) DO NOTHING"""

_COUNTS = """
SELECT sender, finding, COUNT(*) FROM bsn_found WHERE organisation = ? AND at >= ? AND at < ?
GROUP BY sender, finding ORDER BY sender, finding"""


class SqlBsnQuality:
    """ports.administration.BsnQuality over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def note(self, organisation: str, exchange: str, sender: str, finding: BsnFinding, at: float) -> None:
        """The first time counts."""
        self._sql.run(_NOTE, organisation, exchange, sender, finding.value, at)

    def counts(self, organisation: str, since: float, until: float) -> list[tuple[str, BsnFinding, int]]:
        """By sender and finding."""
        found = self._sql.all(_COUNTS, organisation, since, until)
        return [(str(sender), BsnFinding(finding), int(count)) for sender, finding, count in found]
