"""Note what a partner's log-in by SFTP brought, or that it was refused: one audit event for each connection."""

from __future__ import annotations

from collections.abc import Mapping

from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.vault import Database


def note_visit(
    database: Database,
    organisation: str,
    account: str,
    outcome: str,
    details: Mapping[str, str | int | float | bool],
    now: float,
) -> None:
    """``details``: address, key, counts; never a name of a file. Raises Unavailable."""
    event = AuditEvent(organisation, "sftp-uploaded", "C", outcome, actor=account, details=dict(details), at=now)
    with database.write() as tx:
        tx.audit.append(event)
