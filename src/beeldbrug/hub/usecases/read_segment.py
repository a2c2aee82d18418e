"""Find a segment for an organisation that may read it. The bytes themselves go out in ``protocols``."""

from __future__ import annotations

from beeldbrug.hub.policy import access
from beeldbrug.hub.ports.hub import Caller, Hub
from beeldbrug.hub.ports.records import StoredSegment, Transaction
from beeldbrug.hub.usecases.refusal import demand
from beeldbrug.model.errors import NotFound


def find_segment(hub: Hub, caller: Caller, pack: str, number: int) -> StoredSegment | None:
    """The segment, None while it is not there yet. Raises NotFound ``pack-not-here``, Denied ``pack-not-granted``."""
    now = hub.clock.now()

    def work(transaction: Transaction) -> StoredSegment | None:
        _check(transaction, caller, pack, now)
        return transaction.packs.segment(pack, number)

    return hub.records.read(work)


def list_segments(hub: Hub, caller: Caller, pack: str) -> list[StoredSegment]:
    """Whole segments in order of number. Raises as ``find_segment``."""
    now = hub.clock.now()

    def work(transaction: Transaction) -> list[StoredSegment]:
        _check(transaction, caller, pack, now)
        return transaction.packs.segments(pack)

    return hub.records.read(work)


def _check(transaction: Transaction, caller: Caller, pack: str, now: float) -> None:
    found = transaction.packs.access(pack, caller.ura, now)
    if found is None:
        raise NotFound("pack-not-here", "No such pack is kept here.", "It may have expired or been withdrawn.")
    demand(access.read_pack(caller.ura, found.owner, granted=found.granted))
