"""What waits to be done, why, and to have it tried now. An operator sees ids and codes, never whose study it is."""

from __future__ import annotations

from beeldbrug.model.errors import NotFound
from beeldbrug.node.ports.administration import QueueRow
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.waiting import OF_EXCHANGE


def queue(database: Database, organisation: str, limit: int = 500) -> tuple[list[QueueRow], int]:
    """Rows, most urgent first, and how many there are in all."""
    with database.read() as tx:
        return tx.queue.rows(organisation, limit), tx.queue.count(organisation)


def try_now(database: Database, organisation: str, id: int, actor: str, now: float) -> QueueRow:
    """Wish for it again, due now. Raises NotFound ``work-done``: it was done meanwhile."""
    with database.write() as tx:
        row = tx.queue.get(organisation, id)
        if row is None:
            raise NotFound("work-done", "This is not waiting any more.", "Reload the list: it was done meanwhile.")
        tx.work.add(organisation, row.kind, row.subject, row.urgency, min(now, row.due))
        exchange = row.subject if row.kind in OF_EXCHANGE else ""
        details: dict[str, str | int | float | bool] = {"kind": row.kind, "code": row.error}
        tx.audit.append(
            AuditEvent(
                organisation, "work-retried", "E", "success", actor=actor, exchange=exchange, details=details, at=now
            )
        )
        tried = tx.queue.get(organisation, id)
    return tried or row
