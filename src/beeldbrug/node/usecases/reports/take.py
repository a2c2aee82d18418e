"""Take a report that an own system gives: kept with all its versions, joined to its study, sent after it.

One transaction, durable before anybody is told that it was taken (guarantee 1). The same version twice changes nothing;
an older one that comes late is kept and takes nobody's place; a correction replaces and keeps; a cancellation marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from beeldbrug.node.ports.reports import GivenReport, ReportRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.reports.documents import take_document
from beeldbrug.node.usecases.reports.keep import check_report, keep


@dataclass(frozen=True)
class TakeReports:
    """Takes for one organisation what its own systems write."""

    database: Database
    organisation: str

    def take(self, given: Sequence[GivenReport], now: float, actor: str) -> list[ReportRow]:
        """Keep what is given in one commit; returns the reports' rows.

        Raises Malformed, TooLarge for what cannot be a report, Unavailable when the database does not answer.
        """
        for one in given:
            check_report(one.report, one.restates)
        return self.database.run(lambda tx: [row for one in given if (row := _taken(tx, one, now, actor))])


def _taken(tx: Transaction, given: GivenReport, now: float, actor: str) -> ReportRow | None:
    if given.is_document:
        return take_document(tx, given, now, actor)
    return keep(tx, given.report, min(given.at, now), now, actor)
