"""What time does to reports: those whose study never came go, and none is left behind by a crash or a race."""

from __future__ import annotations

from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.reports.join import follow

FRESH_SECONDS = 120.0
"""How long after its last change a report is looked at again: it may have come in the moment its study began to go."""

FRESH = 50


def look_after(database: Database, organisation: str, days: float, now: float) -> None:
    """One round. ``days`` is how long a report is kept whose study is not here."""
    with database.read() as tx:
        over = tx.reports.over(organisation, now - days * 86400.0)
        fresh = [row for row in tx.reports.listing(organisation, FRESH) if row.changed >= now - FRESH_SECONDS]
    if not over and not fresh:
        return
    with database.write() as tx:
        tx.report_documents.forget(organisation, now - days * 86400.0)
        for row in fresh:
            follow(tx, row, now)
        for id_ in over:
            tx.reports.delete(organisation, id_)
        if over:
            tx.audit.append(
                AuditEvent(
                    organisation, "reports-deleted", "D", "success", "node", details={"count": len(over)}, at=now
                )
            )
