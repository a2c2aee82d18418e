"""Make the next transport key now, before its time (DESIGN section 4): senders use it from the next statement on.

Keys that are offered already stay until no parcel can need them; ``own_keys`` destroys them.
"""

from __future__ import annotations

from beeldbrug.node.ports.records import AuditEvent, TransportKeyRow
from beeldbrug.node.ports.vault import Database
from beeldbrug.sealed.keys import ROTATION_SECONDS, new_transport_key


def rotate(database: Database, organisation: str, actor: str, now: float) -> str:
    """The id of the new key; the statement that offers it is made by the next ``own_keys.publish``."""
    fresh = new_transport_key()
    with database.write() as tx:
        tx.keys.add_transport(
            TransportKeyRow(organisation, fresh.key_id, fresh.recipient, fresh.secret, now, now + ROTATION_SECONDS)
        )
        tx.audit.append(AuditEvent(organisation, "transport-key-made", "C", "success", actor=actor, at=now))
    return fresh.key_id
