"""Read the audit trail: newest last, by time and kind of event. Reading it is itself an event (NEN 7513, FIELD 5.2)."""

from __future__ import annotations

from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.vault import Database

_PAGE = 1000


def read_trail(
    database: Database,
    organisation: str,
    since: float,
    match: dict[str, str],
    limit: int,
    patients: bool,
    actor: str,
    now: float,
) -> list[tuple[int, AuditEvent]]:
    """The last ``limit`` events from ``since`` on that match; (sequence, event). Raises Unsupported for a field.

    ``patients`` says that the reader is shown whose they are; the event of the reading says so too.
    """
    found: list[tuple[int, AuditEvent]] = []
    with database.write() as tx:
        after = 0
        while page := tx.audit.events(organisation, after, _PAGE, **match):
            found += [(number, event) for number, event in page if event.at >= since]
            found = found[-limit:]
            after = page[-1][0]
        tx.audit.append(
            AuditEvent(
                organisation=organisation,
                event="audit-read",
                action="R",
                outcome="success",
                actor=actor,
                details={"since": since, "events": len(found), "fields": ",".join(sorted(match)), "patients": patients},
                at=now,
            )
        )
    return found
