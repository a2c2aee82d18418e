"""A large instance is known before its pixels have come in: its header travels, its segments follow (DESIGN section 4).

The row is in state HEADER under a hash that stands for none; ``keep`` completes it. Nothing is acknowledged by it: an
instance that does not come in whole leaves its exchange again, and an exchange that was opened for it alone is taken
back. What was kept under the same UID before waits for its commit: most likely it is the same again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from beeldbrug.model.exchange import ENDED
from beeldbrug.model.pack import SEGMENT_BYTES
from beeldbrug.node.ports.records import OWN, NewInstance, NewPack, SegmentState
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.receive.keep import Feed, Kept, associate, exchange_for
from beeldbrug.node.usecases.withdraw import take_back

EARLY_BYTES = SEGMENT_BYTES
EARLY_SECONDS = 1.0
"""So many bytes of pixels, or so long after its header, and an instance is made known before it has come in whole."""

NOTHING_CAME = "nothing-came-in"


@dataclass(frozen=True, slots=True)
class Early:
    """What an announced instance is found by until it is whole."""

    organisation: str
    instance_uid: str
    hash: bytes


def no_hash() -> bytes:
    """Stands for the hash of an instance that has none yet: distinct, and the hash of nothing."""
    return bytes(16) + uuid4().bytes


def announce(
    tx: Transaction, feed: Feed, early: NewInstance, packs: Sequence[NewPack], first: bool, now: float
) -> Kept | None:
    """Make an instance known whose bulk is still coming in; None when its UID is kept already. ``packs``: all that it
    uses so far; their segments that were stored before are wanted now, later ones as they close."""
    if tx.instances.has_other_content(early.organisation, OWN, early.index.instance_uid, early.hash):
        return None
    for pack in packs:
        tx.packs.add(pack)
    exchange, urgency = exchange_for(tx, feed, early.index, now)
    if tx.exchanges.add_member(exchange, feed.organisation, tx.instances.add(early)) is not None:
        tx.exchanges.bump(exchange, now, total=1)
    for pack in packs:
        for segment in tx.packs.segments(feed.organisation, pack.pack):
            if segment.state is SegmentState.STORED:
                tx.parcels.want_sending(exchange, feed.organisation, segment.pack, segment.number)
    tx.work.add(feed.organisation, WorkKind.SEND, exchange, urgency, now)
    if first:
        associate(tx, feed, early.index, exchange, now)
    return Kept(exchange, urgency, added=True, duplicate=False)


def forget(tx: Transaction, early: Early, now: float) -> None:
    """It will not come in whole. Nothing to do when it has come in after all, or is forgotten already."""
    instance = tx.instances.find(early.organisation, OWN, early.instance_uid, early.hash)
    if instance is not None:
        _remove(tx, early.organisation, instance, now)


def forget_unfinished(tx: Transaction, process: str, now: float) -> int:
    """Forget what a process that is no more was bringing, and end its associations; returns how many there were."""
    unfinished = tx.exchanges.unfinished(process)
    left = {
        (organisation, exchange)
        for organisation, instance in unfinished
        for exchange in _remove(tx, organisation, instance, now)
    }
    tx.exchanges.process_ended(process, now)
    for organisation, exchange in sorted(left):
        end_empty(tx, organisation, [exchange], now)
    return len(unfinished)


def end_empty(tx: Transaction, organisation: str, exchanges: Iterable[str], now: float) -> None:
    """Take back those of these exchanges that hold nothing and that no association feeds any more."""
    for exchange in exchanges:
        row = tx.exchanges.get(organisation, exchange)
        if row is None or row.withdrawn is not None or row.state in ENDED:
            continue
        if not tx.exchanges.members(exchange, 0, 1) and not tx.exchanges.associations_open(exchange):
            take_back(tx, row, "node", NOTHING_CAME, now)


def _remove(tx: Transaction, organisation: str, instance: int, now: float) -> list[str]:
    exchanges = tx.exchanges.exchanges_of(organisation, instance)
    for exchange in exchanges:
        tx.exchanges.remove_member(exchange, instance)
        tx.exchanges.bump(exchange, now, total=-1)
    tx.instances.delete(organisation, [instance])
    return exchanges
