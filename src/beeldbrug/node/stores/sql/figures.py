"""Figures without identity in SQL (ports.administration.Figures): reads times, states and organisations only."""

from __future__ import annotations

from collections.abc import Sequence

from beeldbrug.model.exchange import BROUGHT, Direction, Route, State, Urgency
from beeldbrug.model.figures import Dose, Moments
from beeldbrug.node.stores.sql.statements import Statements

# the figures are of exchanges with others on this network: what came by other ways has no sender's times, and a picture
# without a name is no study
_BROUGHT = ", ".join(f"'{route.value}'" for route in sorted(BROUGHT | {Route.PICTURE}))
_MOMENTS = f"""
SELECT direction, peer, rule, urgency, state, created, first_part, verified, seen, imported_at, total, reason_code
FROM exchange WHERE organisation = ? AND created >= ? AND created < ?
AND route NOT IN ({_BROUGHT})"""  # noqa: S608 - put together of our own words

_NEWEST = "SELECT id FROM exchange WHERE organisation = ? AND peer = ? ORDER BY created DESC LIMIT 1"

_JUDGE = """
INSERT INTO repeat_avoided (organisation, exchange, avoided, actor, at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (organisation, exchange) DO UPDATE SET
avoided = excluded.avoided, actor = excluded.actor, at = excluded.at"""

_JUDGED = f"""
SELECT repeat_avoided.avoided, COUNT(*) FROM repeat_avoided JOIN exchange ON exchange.id = repeat_avoided.exchange
WHERE repeat_avoided.organisation = ? AND exchange.organisation = ? AND exchange.created >= ? AND exchange.created < ?
AND exchange.route NOT IN ({_BROUGHT}) GROUP BY repeat_avoided.avoided"""  # noqa: S608 - put together of our own words

_UNCOUNTED = f"""
SELECT id, imported_at FROM exchange WHERE organisation = ? AND state = '{State.IMPORTED.value}'
AND direction = '{Direction.IN.value}' AND emptied IS NULL AND imported_at IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM dose_counted WHERE dose_counted.organisation = exchange.organisation
AND dose_counted.exchange = exchange.id) ORDER BY created LIMIT ?"""  # noqa: S608 - put together of our own words

_COUNTED = "INSERT INTO dose_counted (organisation, exchange) VALUES (?, ?) ON CONFLICT DO NOTHING"

_ADD_DOSE = """
INSERT INTO dose_total (organisation, month, modality, reports, dlp, dap) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (organisation, month, modality) DO UPDATE SET reports = dose_total.reports + excluded.reports,
dlp = dose_total.dlp + excluded.dlp, dap = dose_total.dap + excluded.dap"""

_DOSES = """
SELECT month, modality, reports, dlp, dap FROM dose_total
WHERE organisation = ? AND month >= ? AND month <= ? ORDER BY month, modality"""


class SqlFigures:
    """ports.administration.Figures over one transaction."""

    __slots__ = ("_sql",)

    def __init__(self, sql: Statements) -> None:
        self._sql = sql

    def moments(self, organisation: str, since: float, until: float) -> list[Moments]:
        """Of all exchanges that were asked for in this time; what came on a disc avoided none."""
        return [
            Moments(Direction(direction), peer, rule, Urgency(urgency), State(state), *times)
            for direction, peer, rule, urgency, state, *times in self._sql.all(_MOMENTS, organisation, since, until)
        ]

    def newest_of_peer(self, organisation: str, peer: str) -> str | None:
        """Id of the newest exchange with this organisation."""
        row = self._sql.one(_NEWEST, organisation, peer)
        return None if row is None else str(row[0])

    def judge(self, organisation: str, exchange: str, avoided: bool, actor: str, at: float) -> None:
        """The last word counts."""
        self._sql.run(_JUDGE, organisation, exchange, avoided, actor, at)

    def judged(self, organisation: str, since: float, until: float) -> tuple[int, int]:
        """How many were judged, and how many avoided a repeat."""
        found = {
            bool(avoided): int(n) for avoided, n in self._sql.all(_JUDGED, organisation, organisation, since, until)
        }
        return sum(found.values()), found.get(True, 0)

    def judgement(self, organisation: str, exchange: str) -> bool | None:
        """What was said of this one."""
        row = self._sql.one(
            "SELECT avoided FROM repeat_avoided WHERE organisation = ? AND exchange = ?", organisation, exchange
        )
        return None if row is None else bool(row[0])

    def uncounted(self, organisation: str, limit: int = 20) -> list[tuple[str, float]]:
        """Arrivals in the PACS whose dose was not looked for."""
        return [(str(id_), float(at)) for id_, at in self._sql.all(_UNCOUNTED, organisation, limit)]

    def count_dose(self, organisation: str, exchange: str, month: str, doses: Sequence[Dose]) -> bool:
        """Add to the totals, once for each exchange."""
        if not self._sql.run(_COUNTED, organisation, exchange):
            return False
        for dose in doses:
            self._sql.run(_ADD_DOSE, organisation, month, dose.modality, dose.reports, dose.dlp, dose.dap)
        return True

    def doses(self, organisation: str, since: str, until: str) -> list[tuple[str, Dose]]:
        """Totals from month to month."""
        found = self._sql.all(_DOSES, organisation, since, until)
        return [(month, Dose(modality, reports, dlp, dap)) for month, modality, reports, dlp, dap in found]

    def stored_bytes(self, organisation: str) -> int:
        """Bytes of all segments that are kept."""
        row = self._sql.one("SELECT COALESCE(SUM(padded), 0) FROM segment WHERE organisation = ?", organisation)
        return int(row[0]) if row is not None else 0
