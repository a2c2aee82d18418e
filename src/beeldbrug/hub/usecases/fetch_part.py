"""Give a sealed part to its receiver (or back to its sender), list a stream, acknowledge.

Acknowledging deletes the bytes and keeps the envelope, so that the chain can be followed until the parcel expires.
"""

from __future__ import annotations

from beeldbrug.hub.policy import access
from beeldbrug.hub.ports.hub import Caller, Hub
from beeldbrug.hub.ports.records import Part, PartState, Transaction
from beeldbrug.hub.usecases.refusal import demand
from beeldbrug.model.errors import NotFound


def fetch_part(hub: Hub, caller: Caller, parcel: str, sender: str, number: int) -> tuple[Part, bytes]:
    """The row and the sealed bytes. Raises Denied ``part-not-yours``, NotFound ``part-not-here``."""
    part = hub.records.read(lambda transaction: _found(transaction, parcel, sender, number))
    demand(access.read_part(caller.ura, part.sender, part.receiver))
    if part.state is not PartState.HERE:
        raise _not_here()
    try:
        return part, hub.parts.get(part.object)
    except NotFound:  # acknowledged between the two reads
        raise _not_here() from None


def list_parts(hub: Hub, caller: Caller, parcel: str, sender: str) -> list[Part]:
    """All parts of one stream, whatever became of their bytes. Raises Denied, NotFound ``parcel-not-here``."""
    parts = hub.records.read(lambda transaction: transaction.parcels.parts(parcel, sender))
    if not parts:
        raise NotFound("parcel-not-here", "No such parcel is kept here.", "It may have expired.")
    demand(access.read_part(caller.ura, sender, parts[0].receiver))
    return parts


def acknowledge_part(hub: Hub, caller: Caller, parcel: str, sender: str, number: int) -> None:
    """Delete the bytes; the second time does nothing. Raises Denied, NotFound ``part-not-here``."""

    def work(transaction: Transaction) -> str:
        part = _found(transaction, parcel, sender, number)
        demand(access.acknowledge_part(caller.ura, part.receiver))
        if part.state in (PartState.HERE, PartState.WITHDRAWN):
            transaction.parcels.end_parts([part], PartState.ACKNOWLEDGED)
        return part.object

    gone = hub.records.write(work)
    # the row in the list of discards makes this certain; doing it now frees the space at once
    hub.parts.delete([gone] if gone else [])


def _found(transaction: Transaction, parcel: str, sender: str, number: int) -> Part:
    part = transaction.parcels.part(parcel, sender, number)
    if part is None:
        raise _not_here()
    return part


def _not_here() -> NotFound:
    return NotFound(
        "part-not-here",
        "The part never came, or was acknowledged, withdrawn or expired.",
        "Ask the sender to send it again when it is still wanted.",
    )
