"""Delete what has expired, with its bytes, and what a crash left behind. Run by one process at a time, under a lease.

Works in small transactions, so that nobody waits long for the write lock. DESIGN section 2: a hub keeps nothing longer
than it must.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from beeldbrug.hub.ports.hub import Hub
from beeldbrug.hub.ports.objects import PartialStore, PartStore, SegmentStore
from beeldbrug.hub.ports.records import PartState, Store, Transaction

BATCH = 200
LEASE = "sweep"


@dataclass(frozen=True, slots=True)
class Swept:
    """How many of each went."""

    parts: int
    parcels: int
    grants: int
    uploads: int
    objects: int


def sweep(hub: Hub, holder: str, lease_seconds: float) -> Swept | None:
    """One sweep; None when another process holds the lease. ``holder`` is this process's random id."""
    now = hub.clock.now()
    until = now + lease_seconds
    if not hub.records.write(lambda transaction: transaction.upkeep.take_lease(LEASE, holder, now, until)):
        return None
    return Swept(
        parts=_repeated(hub, lambda transaction: _expire_parts(transaction, now)),
        parcels=_repeated(hub, lambda transaction: transaction.parcels.drop_expired(now, BATCH)),
        grants=_repeated(hub, lambda transaction: transaction.packs.drop_expired_grants(now, BATCH)),
        uploads=_repeated(hub, lambda transaction: _drop_uploads(transaction, now - hub.limits.upload_seconds)),
        objects=empty_discards(hub),
    )


def empty_discards(hub: Hub) -> int:
    """Delete the bytes of everything that no row refers to any more; returns how many objects."""
    stores = _stores(hub)
    total = 0
    while batch := hub.records.read(lambda transaction: transaction.upkeep.discards(BATCH)):
        gone = list(batch)
        for store, objects in stores.items():
            objects.delete([one.object for one in gone if one.store is store])
        hub.records.write(lambda transaction, gone=gone: transaction.upkeep.forget(gone))  # type: ignore[misc]  # loop variable bound as default
        total += len(gone)
    return total


def remove_strays(hub: Hub) -> int:
    """Delete objects that no row knows and that are older than ``stray_seconds``: a crash came before their commit."""
    before = hub.clock.now() - hub.limits.stray_seconds
    return sum(_remove_strays(hub, store, before) for store in _stores(hub).values())


def _remove_strays(hub: Hub, store: PartStore | SegmentStore | PartialStore, before: float) -> int:
    total = 0
    found = store.strays(before)
    while keys := list(islice(found, BATCH)):
        known = _referenced(hub, keys)
        lost = [key for key in keys if key not in known]
        store.delete(lost)
        total += len(lost)
    return total


def _referenced(hub: Hub, keys: list[str]) -> set[str]:
    return hub.records.read(lambda transaction: transaction.upkeep.referenced(keys))


def _stores(hub: Hub) -> dict[Store, PartStore | SegmentStore | PartialStore]:
    return {Store.PART: hub.parts, Store.SEGMENT: hub.segments, Store.PARTIAL: hub.partials}


def _expire_parts(transaction: Transaction, now: float) -> int:
    late = transaction.parcels.expired_parts(now, BATCH)
    transaction.parcels.end_parts(late, PartState.EXPIRED)
    return len(late)


def _drop_uploads(transaction: Transaction, before: float) -> int:
    stale = transaction.packs.stale_uploads(before, BATCH)
    return sum(transaction.packs.end_upload(upload, discard=True) for upload in stale)


def _repeated(hub: Hub, work: Callable[[Transaction], int]) -> int:
    total = 0
    while count := hub.records.write(work):
        total += count
    return total
