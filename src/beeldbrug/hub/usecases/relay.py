"""To whom a live message of a parcel goes: the other end, while the parcel stands. Nothing of a message is kept."""

from __future__ import annotations

from beeldbrug.hub.policy import access
from beeldbrug.hub.ports.hub import Hub
from beeldbrug.hub.usecases.refusal import demand
from beeldbrug.model.errors import NotFound

Ends = access.ParcelFacts
"""The two ends of a parcel."""


def ends_of(hub: Hub, parcel: str) -> Ends:
    """Who they are. Raises NotFound ``parcel-not-here``."""
    found = hub.records.read(lambda transaction: transaction.parcels.find(parcel))
    if found is None:
        raise NotFound("parcel-not-here", "No such parcel is kept here for this organisation.")
    return Ends(found.sender, found.receiver, found.withdrawn)


def other_end(ends: Ends, caller: str) -> str:
    """The organisation that hears what ``caller`` says. Raises Denied ``parcel-not-yours``, Conflict
    ``parcel-withdrawn``."""
    demand(access.relay_live(caller, ends))
    return ends.receiver if caller == ends.sender else ends.sender
