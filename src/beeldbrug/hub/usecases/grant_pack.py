"""Create a pack, or grant it to one more receiver. A pack lives as long as one of its grants."""

from __future__ import annotations

from beeldbrug.hub.policy import access
from beeldbrug.hub.ports.hub import Caller, Hub
from beeldbrug.hub.ports.records import Grant, Parcel, Transaction
from beeldbrug.hub.usecases.refusal import demand
from beeldbrug.model.errors import Malformed, NotFound


def grant_pack(hub: Hub, caller: Caller, pack: str, parcel: str, receiver: str, expires: float) -> tuple[bool, float]:
    """Whether it is new, and when it expires. Raises Denied, Conflict, NotFound, Malformed ``expiry-passed``."""
    now = hub.clock.now()
    until = access.expiry(expires, now, hub.limits.expiry_seconds)
    if until is None:
        raise Malformed(
            "expiry-passed", "The grant's expiry has passed already.", "Set the clock; the hub tells its time."
        )
    wanted = Grant(pack, receiver, parcel, until)
    return hub.records.write(lambda transaction: _grant(transaction, caller, wanted, now))


def _grant(transaction: Transaction, caller: Caller, wanted: Grant, now: float) -> tuple[bool, float]:
    if not transaction.organisations.is_enrolled(wanted.receiver):
        raise NotFound("receiver-not-enrolled", "The receiving organisation is not enrolled at this hub.")
    found = transaction.parcels.find(wanted.parcel, lock=True)
    facts = None if found is None else access.ParcelFacts(found.sender, found.receiver, found.withdrawn)
    demand(access.grant_in_parcel(caller.ura, wanted.receiver, facts))
    pack = transaction.packs.access(wanted.pack, wanted.receiver, now, lock=True)
    if pack is None:
        transaction.packs.add(wanted.pack, caller.ura)
    else:
        demand(access.write_pack(caller.ura, pack.owner))
    if found is None:
        transaction.parcels.add(Parcel(wanted.parcel, caller.ura, wanted.receiver, wanted.expires))
    else:
        transaction.parcels.extend(wanted.parcel, wanted.expires)
    return _put(transaction, wanted)


def _put(transaction: Transaction, wanted: Grant) -> tuple[bool, float]:
    kept = transaction.packs.grant(wanted.pack, wanted.receiver, wanted.parcel)
    if kept is not None and kept.expires >= wanted.expires:
        return False, kept.expires
    transaction.packs.put_grant(wanted)
    return kept is None, wanted.expires
