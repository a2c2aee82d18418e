"""Open packs of one process: bytes go sealed into spool segments, closed ones go to the store (guarantee 1).

The spool *is* the growing segment: nothing is written twice and nothing plain touches the disk. A segment closes when
it is full or SEGMENT_SECONDS after its first byte (``tick``); a background thread then makes it durable in the store
and notes so. A pack in which in the end no instance lies, because what came was given up or was here already, goes when
it is released. What an interrupted process leaves behind is mended by ``usecases.receive.recover``.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import uuid4

from beeldbrug.kit.log import get
from beeldbrug.model.dataset import Line
from beeldbrug.model.errors import BeeldbrugError, Unavailable
from beeldbrug.model.exchange import Urgency
from beeldbrug.model.pack import SEGMENT_SECONDS, SealedPlace, Segment
from beeldbrug.node.ports.records import OWN, NewPack, SegmentRow, SegmentState
from beeldbrug.node.ports.segments import SegmentStore, Spool, SpoolSegment
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.sealed.pack import MessageWriter, PackWriter, new_pack_key

SYNCS_AT_ONCE = 8
"""Segments that are synced at the same time; a sync waits for the disk and needs no processor."""

RETRY_SECONDS = 2.0
"""Pause before a segment that the store could not take is tried again."""

log = get("receive.packing")


class _SpoolFile:
    """A segment of the writer over a spool file; remembers whether it was synced. Thread-safe: the writer appends, the
    finisher syncs and closes."""

    def __init__(self, file: SpoolSegment, pack: OpenPack) -> None:
        self._file = file
        self._pack = pack
        self._dirty = False
        self._closed = False
        self._lock = threading.Lock()

    def append(self, data: bytes | bytearray | memoryview) -> None:
        with self._lock:
            self._file.append(memoryview(data))
            self._dirty = True
        self._pack.touched(self)

    def sync(self) -> None:
        """Everything appended so far is on the disk after this."""
        with self._lock:
            if self._dirty and not self._closed:
                self._file.sync()
                self._dirty = False

    def close(self, segment: Segment) -> None:
        self._pack.closed(self, segment)

    def release(self) -> None:
        """Sync and close; a later ``sync`` has nothing to do."""
        self.sync()
        with self._lock:
            self._closed = True
            self._file.close()


class OpenPack:
    """One pack being written. All calls are safe from several threads; one message at a time."""

    def __init__(
        self, organisation: str, line: Line, packing: Packing, gathering: memoryview | None, origin: str
    ) -> None:
        self.row = NewPack(organisation, uuid4().hex, origin, line, new_pack_key())
        self.exchange = ""
        self.urgency = Urgency.ROUTINE
        self.kept = False
        """Whether the vault has its row and key for certain."""
        self.needed = False
        """Whether an instance in the vault lies in it, or may, since the outcome of a commit is not known."""
        self.released = False
        self.noted = False
        """Whether the vault knows a segment of it."""
        self._packing = packing
        self._unsynced: list[_SpoolFile] = []
        self._lock = threading.RLock()
        self._writer = PackWriter(self.row.key, self.row.pack, self._create, packing.clock, gathering=gathering)
        self._message: MessageWriter | None = None

    def begin(self, record_size: int) -> None:
        """Start a message."""
        with self._lock:
            self._message = self._writer.begin(record_size)

    def write(self, data: bytes | memoryview) -> None:
        """Add to the message."""
        with self._lock:
            assert_open(self._message).write(data)

    def end(self) -> SealedPlace:
        """End the message; durable after ``sync``."""
        with self._lock:
            place = assert_open(self._message).end()
            self._message = None
            return place

    def abort(self) -> None:
        """Give the message up, if there is one."""
        with self._lock:
            if self._message is not None:
                self._message.abort()
                self._message = None

    def put(self, data: bytes, record_size: int) -> SealedPlace:
        """A whole message at once."""
        with self._lock:
            self.begin(record_size)
            self.write(data)
            return self.end()

    def sync(self) -> list[Future[None]]:
        """Everything written so far is on the disk when all of these are done. They, and it, raise Unavailable."""
        with self._lock:
            files, self._unsynced = self._unsynced, []
        return [self._packing.sync(file) for file in files]

    def need(self) -> bool:
        """An instance is about to lie in it, whatever becomes of its commit; returns whether one did before.

        Raises Unavailable ``stopping``: what lies in a pack that was released without need is gone.
        """
        with self._lock:
            before = self.needed
            if self.released and not before:
                raise _stopping()
            self.needed = True
            return before

    def let_go(self) -> bool:
        """No more messages go into it; returns whether an instance lies in it."""
        with self._lock:
            self.abort()
            self.released = True
            self.close_segment()
            return self.needed

    def close_segment(self, older_than: float | None = None) -> None:
        """Close the open segment; with ``older_than`` only one that was opened before that (monotonic clock)."""
        with self._lock:
            opened = self._writer.opened_at
            if opened is not None and (older_than is None or opened <= older_than):
                self._writer.close_segment()

    def touched(self, file: _SpoolFile) -> None:
        """``file`` has unsynced bytes."""
        if not self._unsynced or self._unsynced[-1] is not file:
            self._unsynced.append(file)

    def closed(self, file: _SpoolFile, segment: Segment) -> None:
        """The writer closed a segment."""
        self._packing.finish(self, file, segment)

    def _create(self, number: int) -> _SpoolFile:
        return _SpoolFile(self._packing.spool.create(self.row.pack, number), self)


def assert_open(message: MessageWriter | None) -> MessageWriter:
    """The open message. A missing one is a fault of the program."""
    if message is None:
        raise AssertionError("no message was begun")
    return message


class Packing:
    """All open packs of the process, the ticking clock that closes their segments, and the thread that stores them."""

    def __init__(self, spool: Spool, store: SegmentStore, database: Database, clock: Callable[[], float]) -> None:
        self.spool = spool
        self._store = store
        self._database = database
        self.clock = clock
        self._open: set[OpenPack] = set()
        self._lock = threading.Lock()
        self._syncing = ThreadPoolExecutor(SYNCS_AT_ONCE, "segment-sync")
        self._queue: queue.Queue[tuple[OpenPack, tuple[_SpoolFile, Segment] | None] | None] = queue.Queue(256)
        """Closed segments, and None for a pack behind its last segment when nothing needs it."""
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._tick, name="segment-clock", daemon=True),
            threading.Thread(target=self._serve, name="segment-store", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def open(self, organisation: str, line: Line, gathering: memoryview | None = None, origin: str = OWN) -> OpenPack:
        """A new pack with a key of its own; ``gathering`` as ``PackWriter`` has it."""
        pack = OpenPack(organisation, line, self, gathering, origin)
        with self._lock:
            self._open.add(pack)
        return pack

    def release(self, pack: OpenPack) -> None:
        """No more messages go into this pack."""
        needed = pack.let_go()
        with self._lock:
            self._open.discard(pack)
        if not needed:
            self._queue.put((pack, None))

    def sync(self, file: _SpoolFile) -> Future[None]:
        """Sync it beside the caller's work. Raises Unavailable ``stopping``."""
        try:
            return self._syncing.submit(file.sync)
        except RuntimeError:  # shut down
            raise _stopping() from None

    def finish(self, pack: OpenPack, file: _SpoolFile, segment: Segment) -> None:
        """Queue a closed segment for the store."""
        self._queue.put((pack, (file, segment)))

    def close(self, seconds: float = 20.0) -> None:
        """Close all segments, store them, stop the threads."""
        self._stopping.set()
        with self._lock:
            packs = list(self._open)
        for pack in packs:
            self.release(pack)
        self._queue.put(None)
        for thread in self._threads:
            thread.join(seconds)
        self._syncing.shutdown()

    def _tick(self) -> None:
        while not self._stopping.wait(SEGMENT_SECONDS / 6):
            with self._lock:
                packs = list(self._open)
            before = self.clock() - SEGMENT_SECONDS
            for pack in packs:
                try:
                    pack.close_segment(older_than=before)
                except BeeldbrugError as error:  # disk full: the writer keeps the segment, the next tick tries again
                    log.warning("segment not closed", code=error.code)

    def _serve(self) -> None:
        while (item := self._queue.get()) is not None:
            pack, closed = item
            while not (self._dropped(pack) if closed is None else self._stored(pack, *closed)):
                if self._stopping.wait(RETRY_SECONDS):
                    break  # a segment stays in the spool; start-up stores it

    def _stored(self, pack: OpenPack, file: _SpoolFile, segment: Segment) -> bool:
        try:
            file.release()
            if pack.needed or not pack.released:
                self._store.put_file(segment.pack, segment.number, self.spool.path(segment.pack, segment.number))
                self._database.submit(lambda tx: _note_stored(tx, pack, segment)).result(60)
                pack.noted = True
            self.spool.drop(segment.pack, segment.number)
        except (BeeldbrugError, TimeoutError) as error:
            log.warning("segment not stored", code=getattr(error, "code", "timeout"))
            return False
        return True

    def _dropped(self, pack: OpenPack) -> bool:
        try:
            if pack.noted:
                self._database.submit(lambda tx: _drop(tx, pack)).result(60)
        except (BeeldbrugError, TimeoutError) as error:
            log.warning("pack not dropped", code=getattr(error, "code", "timeout"))
            return False
        return True


def _stopping() -> Unavailable:
    return Unavailable("stopping", "The node is stopping.", "Send again when it is back.")


def _note_stored(tx: Transaction, pack: OpenPack, segment: Segment) -> None:
    organisation, origin = pack.row.organisation, pack.row.origin
    if origin != OWN and tx.exchanges.hold(organisation, origin) is None:  # the arrival was refused meanwhile
        tx.work.add(organisation, WorkKind.DISCARD, segment.pack, Urgency.ROUTINE, 0.0)
        return
    tx.packs.add(pack.row)
    tx.packs.put_segment(
        SegmentRow(
            pack.row.organisation,
            segment.pack,
            segment.number,
            SegmentState.STORED,
            segment.length,
            segment.padded,
            segment.hash,
        )
    )
    if pack.exchange:
        tx.parcels.want_sending(pack.exchange, pack.row.organisation, segment.pack, segment.number)
        tx.work.add(pack.row.organisation, WorkKind.SEND, pack.exchange, pack.urgency, 0.0)


def _drop(tx: Transaction, pack: OpenPack) -> None:
    organisation = pack.row.organisation
    for gone in tx.packs.delete(organisation, pack.row.origin, [pack.row.pack]):
        tx.work.add(organisation, WorkKind.DISCARD, gone, Urgency.ROUTINE, 0.0)
