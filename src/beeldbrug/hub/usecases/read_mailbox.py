"""What waits in an organisation's mailbox. Takes nothing out; acknowledging does."""

from __future__ import annotations

from collections.abc import Iterable

from beeldbrug.hub.ports.hub import Caller, Hub
from beeldbrug.hub.ports.records import Part

LIMIT = 1000


def read_mailbox(
    hub: Hub, caller: Caller, after: int, limit: int, *, by_urgency: bool = False
) -> tuple[list[Part], int]:
    """Parts with a cursor over ``after``, at most ``limit``, and the newest cursor ever given in this mailbox."""
    return hub.records.read(
        lambda transaction: (
            transaction.parcels.mailbox(caller.ura, after, min(limit, LIMIT), by_urgency=by_urgency),
            transaction.parcels.last_cursors([caller.ura]).get(caller.ura, 0),
        )
    )


def newest(hub: Hub, receivers: Iterable[str]) -> dict[str, int]:
    """The newest cursor of each of these mailboxes: what grows when something came."""
    wanted = list(receivers)
    return hub.records.read(lambda transaction: transaction.parcels.last_cursors(wanted))
