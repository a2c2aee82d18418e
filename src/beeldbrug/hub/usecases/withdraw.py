"""End a parcel before its expiry: the sender withdraws it, or the receiver is done with it.

Deleting at the hub is one step of withdrawing; the receiver's own step follows on a part of kind ``withdraw``, which is
therefore never deleted here. DESIGN section 4, "Withdrawing".
"""

from __future__ import annotations

from beeldbrug.hub.policy.access import WITHDRAW_KIND
from beeldbrug.hub.ports.hub import Caller, Hub
from beeldbrug.hub.ports.records import Parcel, PartState, Transaction
from beeldbrug.hub.usecases.sweep import empty_discards
from beeldbrug.model.errors import NotFound


def end_parcel(hub: Hub, caller: Caller, parcel: str) -> None:
    """Withdraw or finish, by who calls; the second time does nothing. Raises NotFound ``parcel-not-here``."""

    def work(transaction: Transaction) -> None:
        found = transaction.parcels.find(parcel, lock=True)
        if found is None or caller.ura not in (found.sender, found.receiver):
            raise NotFound("parcel-not-here", "No such parcel is kept here for this organisation.")
        if caller.ura == found.sender:
            _withdraw(transaction, found)
        if caller.ura == found.receiver:
            _finish(transaction, found)

    hub.records.write(work)
    empty_discards(hub)


def _withdraw(transaction: Transaction, parcel: Parcel) -> None:
    transaction.parcels.mark_withdrawn(parcel.parcel)
    sent = transaction.parcels.parts(parcel.parcel, parcel.sender)
    waiting = [part for part in sent if part.state is PartState.HERE and part.kind != WITHDRAW_KIND]
    transaction.parcels.end_parts(waiting, PartState.WITHDRAWN)
    transaction.packs.drop_grants(parcel.parcel, owner=parcel.sender)


def _finish(transaction: Transaction, parcel: Parcel) -> None:
    sent = transaction.parcels.parts(parcel.parcel, parcel.sender)
    waiting = [part for part in sent if part.state in (PartState.HERE, PartState.WITHDRAWN)]
    transaction.parcels.end_parts(waiting, PartState.ACKNOWLEDGED)
    transaction.packs.drop_grants(parcel.parcel, receiver=parcel.receiver)
