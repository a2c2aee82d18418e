"""Start-up of a receiving process: cut unknown tails, close and store what an interrupted process left.

DESIGN guarantee 1: nothing acknowledged is lost, nothing half-written is kept. Safe to repeat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from beeldbrug.kit.log import get
from beeldbrug.model.pack import Segment
from beeldbrug.node.ports.records import SegmentRow, SegmentState
from beeldbrug.node.ports.segments import SegmentStore, SideSpools, Spool
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.receive.early import forget_unfinished
from beeldbrug.sealed.pack import hash_segment, recovered_segment

READ_BYTES = 1 << 20

log = get("receive.recover")


def recover(
    database: Database,
    spool: Spool,
    store: SegmentStore,
    process: str,
    now: float,
    elsewhere: Callable[[str, int], bool] = lambda pack, number: False,
) -> dict[str, int]:
    """Mend spool, store and rows so that they agree; returns counts of what was done. Safe to repeat.

    Run before the process takes its first association; the spool belongs to this process alone. ``elsewhere`` says
    of an open segment that a live process holds it in a spool of its own.
    """
    counts = _mend(database, spool, store)
    with database.read() as tx:
        open_rows = [row for row in tx.packs.in_state(SegmentState.OPEN, 1_000_000)]
    for row in open_rows:
        if not elsewhere(row.pack, row.number):
            _adopt(database, store, row)
    with database.write() as tx:
        counts["forgotten"] = forget_unfinished(tx, process, now)
    if any(counts.values()):
        log.info("spool recovered", count=sum(counts.values()))
    return counts


def recover_sides(database: Database, sides: SideSpools, store: SegmentStore, now: float) -> int:
    """Mend what processes with a spool of their own left behind when they were killed; returns how many there were.

    Safe beside live ones: they hold their spools.
    """
    ended = 0
    for process, spool in sides.abandoned():
        _mend(database, spool, store)
        with database.write() as tx:
            forget_unfinished(tx, process, now)
        ended += 1
    if ended:
        log.info("spool recovered", count=ended)
    return ended


def _mend(database: Database, spool: Spool, store: SegmentStore) -> dict[str, int]:
    """Bring every file of the spool into the store, as long as its rows acknowledge."""
    counts = {"stored": 0, "dropped": 0, "cut": 0}
    for pack, number, length in list(spool.left_over()):
        with database.read() as tx:
            owner = tx.packs.owner(pack)
            row = tx.packs.segment(owner, pack, number) if owner else None
        if row is None or (row.state is SegmentState.OPEN and row.length == 0):
            spool.drop(pack, number)
            counts["dropped"] += 1
        else:
            counts["cut"] += _store(database, spool, store, row, length)
            counts["stored"] += 1
    return counts


def _store(database: Database, spool: Spool, store: SegmentStore, row: SegmentRow, length: int) -> int:
    """Close one spool file and store it; 1 when a tail was cut."""
    if row.state is SegmentState.STORED:
        if store.size(row.pack, row.number) is None:
            store.put_file(row.pack, row.number, spool.path(row.pack, row.number))
        spool.drop(row.pack, row.number)
        return 0
    with database.read() as tx:
        key = tx.packs.key(row.organisation, row.pack)
    spool.cut(row.pack, row.number, row.length)
    tail, segment = recovered_segment(key, row.pack, row.number, _chunks(spool, row))
    path = spool.path(row.pack, row.number)
    with path.open("ab") as file:
        file.write(tail)
    spool.cut(row.pack, row.number, segment.padded)  # syncs
    store.put_file(row.pack, row.number, path)
    _note(database, row, segment)
    spool.drop(row.pack, row.number)
    return int(length != row.length)


def _adopt(database: Database, store: SegmentStore, row: SegmentRow) -> None:
    """A row still OPEN whose file is in the store already: the crash came between the two."""
    size = store.size(row.pack, row.number)
    if size is None:
        log.error("segment missing", code="segment-missing", organisation=row.organisation)
        return
    digest = hash_segment(_stored_chunks(store, row, size))
    _note(database, row, Segment(row.pack, row.number, row.length, size, digest))


def _note(database: Database, row: SegmentRow, segment: Segment) -> None:
    with database.write() as tx:
        tx.packs.put_segment(
            SegmentRow(
                row.organisation,
                row.pack,
                row.number,
                SegmentState.STORED,
                segment.length,
                segment.padded,
                segment.hash,
            )
        )


def _chunks(spool: Spool, row: SegmentRow) -> Iterator[bytes]:
    for offset in range(0, row.length, READ_BYTES):
        yield spool.read(row.pack, row.number, offset, min(READ_BYTES, row.length - offset))


def _stored_chunks(store: SegmentStore, row: SegmentRow, size: int) -> Iterator[bytes]:
    for offset in range(0, size, READ_BYTES):
        yield store.read(row.pack, row.number, offset, min(READ_BYTES, size - offset))
