"""The reports of a study as they are read beside its images: all versions, what each says, its document.

Of an arrival those that came with it; of own content those that the own systems wrote. Whoever may see the images may
read them, and no one else; opening either is one viewing on record.
"""

from __future__ import annotations

from dataclasses import dataclass

from beeldbrug.model.errors import NotFound
from beeldbrug.model.exchange import Direction
from beeldbrug.model.report import Report
from beeldbrug.node.ports.reports import ReportRow, VersionHead
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.read.scope import Scope
from beeldbrug.node.usecases.view.subject import Name, Subject
from beeldbrug.node.usecases.view.viewing import Viewing


@dataclass(frozen=True, slots=True)
class Version:
    """One version and what it says, without its document."""

    head: VersionHead
    report: Report


@dataclass(frozen=True, slots=True)
class Read:
    """A report with its versions, the newest first. ``standing`` is the number of the one in force."""

    id: str
    standing: int
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class ReadReports:
    """Reads for one organisation."""

    database: Database
    viewing: Viewing

    def of(self, scope: Scope, name: Name) -> list[Read]:
        """Those of a study, newest change first. Raises NotFound outside the scope."""
        subject = self.viewing.subject(scope, name)
        with self.database.read() as tx:
            return [_read(tx, row) for row in _rows(tx, scope, subject)]

    def document(self, scope: Scope, name: Name, report: str, number: int) -> bytes:
        """The PDF of a version. Raises NotFound."""
        subject = self.viewing.subject(scope, name)
        with self.database.read() as tx:
            known = any(row.id == report for row in _rows(tx, scope, subject))
            found = tx.reports.version(scope.organisation, report, number) if known else None
        if found is None or not found.document:
            raise NotFound("no-such-document", "There is no such document here.", "Reload the study.")
        return found.document


def _rows(tx: Transaction, scope: Scope, subject: Subject) -> list[ReportRow]:
    exchange = subject.exchange
    if exchange is not None and exchange.direction is Direction.IN:
        found = tx.reports.of_exchange(scope.organisation, exchange.id)
        return [row for row in found if row.direction is Direction.IN]
    own = tx.reports.of_study(scope.organisation, subject.study_uid)
    return [row for row in own if not row.exchange or (exchange is not None and row.exchange == exchange.id)]


def _read(tx: Transaction, row: ReportRow) -> Read:
    versions = []
    for head in reversed(tx.reports.heads(row.organisation, row.id)):
        report = tx.reports.version(row.organisation, row.id, head.number, document=False)
        if report is not None:
            versions.append(Version(head, report))
    return Read(row.id, row.standing, tuple(versions))
