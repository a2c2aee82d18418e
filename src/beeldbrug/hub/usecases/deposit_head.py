"""Keep signed audit heads, so that an organisation whose audit trail lost its end is found out (DESIGN guarantee 5)."""

from __future__ import annotations

from beeldbrug.hub.ports.hub import Caller, Hub
from beeldbrug.hub.ports.records import Head, Transaction
from beeldbrug.hub.usecases.claims import only_known
from beeldbrug.hub.usecases.publish import check_sequence
from beeldbrug.model.errors import Denied
from beeldbrug.sealed.head import read_head

LIMIT = 1000


def deposit_head(hub: Hub, caller: Caller, token: str) -> bool:
    """Keep the head; False when it is the newest already. Raises Malformed, Denied, Conflict ``sequence-...``."""
    head = read_head(token, caller.public_key)
    only_known(token, head)
    if head.organisation != caller.ura:
        raise Denied("head-other-organisation", "An audit head is of another organisation than its key.")

    def work(transaction: Transaction) -> bool:
        last = transaction.heads.last(caller.ura)
        if last is not None and last.head == token:
            return False
        if last is not None:
            check_sequence(last.sequence, head.sequence)
        transaction.heads.add(Head(caller.ura, head.sequence, token, hub.clock.now()))
        return True

    return hub.records.write(work)


def list_heads(hub: Hub, caller: Caller, after: int, limit: int) -> list[Head]:
    """The caller's own heads with a sequence over ``after``, in order."""
    return hub.records.read(lambda transaction: transaction.heads.after(caller.ura, after, min(limit, LIMIT)))
