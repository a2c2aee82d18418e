"""Fetch what an arriving exchange needs, check every count and hash, and say so: "verified" (DESIGN section 3).

``FetchStep.step`` is repeatable: announced segments are downloaded in parallel, most urgent exchange first, checked
against the hash that the capsule gave, and stored; an instance is verified when all its bulks open with the right hash
and the joined dataset has the sender's; the exchange is when the manifest fits. Nobody is told "arrived" before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from beeldbrug.kit.lanes import Lanes
from beeldbrug.kit.log import get
from beeldbrug.model.dataset import PieceKind
from beeldbrug.model.errors import BeeldbrugError, Denied, NotFound, Unavailable
from beeldbrug.model.exchange import State
from beeldbrug.model.notice import Cause
from beeldbrug.node.ports.records import (
    AlertRow,
    ExchangeRow,
    InstanceRow,
    InstanceState,
    SegmentRow,
    SegmentState,
)
from beeldbrug.node.ports.route import Ways
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.arrive.awaiting import Awaiting, Place
from beeldbrug.node.usecases.arrive.find_bsn import find_bsn
from beeldbrug.node.usecases.arrive.headers import index_from
from beeldbrug.node.usecases.arrive.receipts import Receipts
from beeldbrug.node.usecases.asking.settle import settle_requests
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.read.part10 import read_headers, read_original
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.send.records import closing, head_of
from beeldbrug.node.usecases.wake import wake
from beeldbrug.sealed.pack import hash_segment

FETCH_SECONDS = 60.0
"""Longest that one round waits for its downloads; what takes longer goes on beside the next rounds."""

SEGMENTS_AT_ONCE = 24
VERIFY_AT_ONCE = 100
MEMBERS_AT_ONCE = 1000
WAITING = 1.0
"""Seconds to the next look when nothing new came: a segment is not at the hub yet, or still being downloaded."""

EXCHANGES_HELD = 200
"""Arrivals of which it is kept in memory what they wait for."""

MISSING_SECONDS = 10.0
"""A sender announces what the hub has; what is not there for so long will not come any more."""

_HEADER = InstanceState.HEADER

log = get("fetch")


class Outcome(Enum):
    """Of one download."""

    HERE = "here"
    MISSING = "missing"
    BUSY = "busy"
    """It is being downloaded already."""
    GONE = "gone"
    """The arrival was withdrawn, refused or has expired meanwhile."""


@dataclass(frozen=True)
class FetchStep:
    """The work ``fetch`` of one organisation. ``incoming`` is a folder for downloads under way."""

    organisation: str
    database: Database
    sources: Sources
    ways: Ways
    receipts: Receipts
    lanes: Lanes
    incoming: Path
    clock: Callable[[], float]
    _missing_since: dict[str, float] = field(default_factory=dict)
    _awaiting: dict[str, Awaiting] = field(default_factory=dict)
    _landed: dict[str, list[Place]] = field(default_factory=dict)
    """Segments that came in since the exchange was looked at last."""
    _flying: set[Place] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def step(self, subject: str) -> float | None:
        """One round for exchange ``subject``."""
        exchange = self._exchange(subject)
        if exchange is None or exchange.state is not State.ARRIVING or exchange.withdrawn is not None:
            self._forget(subject)
            return None
        outcomes = self._fetch(exchange)
        if self._verify(exchange) or Outcome.HERE in outcomes:
            self._missing_since.pop(subject, None)
            self.receipts.progress(subject)
            return 0.0
        if Outcome.BUSY in outcomes:
            return WAITING
        if Outcome.MISSING in outcomes:
            return self._await_missing(exchange)
        self._missing_since.pop(subject, None)
        return self._complete(exchange)

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """A hash that does not hold, or keys that are missing: keep what is there, tell both ends."""
        self._forget(subject)
        now = self.clock()
        with self.database.write() as tx:
            exchange = tx.exchanges.get(self.organisation, subject)
            if exchange is None or exchange.state is not State.ARRIVING or exchange.withdrawn is not None:
                return None  # it ended while this was being done: that is why it could not be done
            tx.exchanges.update(subject, now, state=State.FAILED, reason_code=error.code)
            texts = ("Een aangekomen zending klopt niet.", error.text, "Vraag de afzender opnieuw te versturen.")
            tx.alerts.raise_(AlertRow(0, self.organisation, subject, error.code, *texts, error.remedy, raised=now))
            tx.audit.append(of_exchange(exchange, "verify", "C", error.code, now))
            tx.work.add(self.organisation, WorkKind.RECEIPT, subject, exchange.urgency, now)
        return None

    def _exchange(self, subject: str) -> ExchangeRow | None:
        with self.database.read() as tx:
            return tx.exchanges.get(self.organisation, subject)

    def _forget(self, subject: str) -> None:
        self._awaiting.pop(subject, None)
        self._missing_since.pop(subject, None)

    def _await_missing(self, exchange: ExchangeRow) -> float:
        since = self._missing_since.setdefault(exchange.id, self.clock())
        if self.clock() - since > MISSING_SECONDS:
            raise NotFound(
                "segment-gone",
                "The hub no longer has a segment that the sender announced.",
                "Ask the sender to send the study again.",
            )
        return WAITING

    def _fetch(self, exchange: ExchangeRow) -> set[Outcome]:
        """Download announced segments in parallel; what became of them. Raises what a download raises."""
        with self.database.read() as tx:
            wanted = tx.parcels.to_fetch(exchange.id, SEGMENTS_AT_ONCE)
        futures: list[Future[Outcome]] = [
            self.lanes.submit(exchange.urgency.rank, lambda row=row: self._fetch_one(exchange, row))  # type: ignore[misc]  # bound now
            for row in wanted
        ]
        _, late = wait(futures, FETCH_SECONDS)
        for future in late:
            future.cancel()  # what has not begun; the rest goes on by itself
        outcomes = {future.result() for future in futures if future not in late}
        return outcomes | ({Outcome.BUSY} if late else set())

    def _fetch_one(self, exchange: ExchangeRow, row: SegmentRow) -> Outcome:
        place = (row.pack, row.number)
        with self._lock:
            if place in self._flying:
                return Outcome.BUSY
            self._flying.add(place)
        try:
            return self._fetched(exchange, row)
        finally:
            with self._lock:
                self._flying.discard(place)

    def _fetched(self, exchange: ExchangeRow, row: SegmentRow) -> Outcome:
        if self._is_stored(row):  # another sending of the same study brought it
            return self._note(exchange, row)
        path = self.incoming / f"{row.pack}-{row.number}"
        resumed = path.exists()
        try:
            right = self._download(exchange, row, path)
            if not right and resumed:  # the first half may have lain on the disk when the power went
                right = self._download(exchange, row, path)
        except NotFound:
            return Outcome.MISSING
        if not right:
            raise Denied(
                "segment-hash-differs",
                "A segment is not the one that the capsule names.",
                "Ask the sender to send the study again.",
            )
        self.sources.segments.put_file(row.pack, row.number, path)
        outcome = self._note(exchange, row)
        path.unlink(missing_ok=True)
        return outcome

    def _is_stored(self, row: SegmentRow) -> bool:
        with self.database.read() as tx:
            known = tx.packs.segment(row.organisation, row.pack, row.number)
        return known is not None and known.state is SegmentState.STORED

    def _note(self, exchange: ExchangeRow, row: SegmentRow) -> Outcome:
        """It is here, unless the arrival has ended meanwhile: then its files go again."""
        now = self.clock()
        stored = (row.pack, row.number, SegmentState.STORED, row.length, row.padded, row.hash)
        with self.database.write() as tx:
            origins = tx.packs.origins(row.organisation, row.pack)
            if exchange.id in origins:
                tx.packs.put_segment(SegmentRow(row.organisation, *stored))
                tx.parcels.uploaded(exchange.id, row.pack, row.number, now)
                tx.exchanges.bump(exchange.id, now)  # a large instance moves for long before its count does
            elif not origins:
                tx.work.add(self.organisation, WorkKind.DISCARD, row.pack, exchange.urgency, now)
        if exchange.id not in origins:
            return Outcome.GONE
        with self._lock:
            self._landed.setdefault(exchange.id, []).append((row.pack, row.number))
        return Outcome.HERE

    def _download(self, exchange: ExchangeRow, row: SegmentRow, path: Path) -> bool:
        """Fetch what is not there yet; False, with the file gone, when it is not what the capsule names."""
        self.ways.toward(exchange.peer).fetch_segment(row.pack, row.number, path, row.padded)
        size = path.stat().st_size
        if size < row.padded:
            raise Unavailable("segment-short", "A download broke off.", "It goes on where it stopped.")
        if size == row.padded and hash_segment(_chunks(path)) == row.hash:
            return True
        path.unlink()
        return False

    def _verify(self, exchange: ExchangeRow) -> int:
        """Check instances whose segments are all here; returns how many were verified."""
        with self.database.read() as tx:
            awaiting = self._look(tx, exchange)
            rows = tx.instances.get(self.organisation, awaiting.ready(VERIFY_AT_ONCE))
        ready = [row for row in rows if row.state is InstanceState.COMPLETE]
        places = Places(self.sources, self.organisation)
        futures = [
            self.lanes.submit(exchange.urgency.rank, lambda row=row, header=header: self._check(places, row, header))  # type: ignore[misc]  # bound now
            for row, header in read_headers(self.sources, places, ready)
        ]
        wait(futures)
        for future in futures:
            future.result()
        if ready:
            with self.database.write() as tx:
                tx.instances.mark([row.id for row in ready], InstanceState.VERIFIED)
                tx.exchanges.bump(exchange.id, self.clock(), done=len(ready))
                if not exchange.done:
                    wake(tx, exchange, Cause.FIRST_IMAGE, self.clock())
        awaiting.checked(row.id for row in rows)
        return len(ready)

    def _look(self, tx: Transaction, exchange: ExchangeRow) -> Awaiting:
        """What is awaited, brought up to date with the members that have become known."""
        with self._lock:
            landed = self._landed.pop(exchange.id, [])
            if len(self._awaiting) > EXCHANGES_HELD:
                self._awaiting.clear()  # they are built anew when they move
            awaiting = self._awaiting.get(exchange.id)
        if awaiting is None:
            awaiting = self._awaiting[exchange.id] = Awaiting(set(tx.parcels.here(exchange.id)))
        awaiting.arrived(landed)
        for row in tx.instances.get(self.organisation, sorted(awaiting.unknown)):
            awaiting.look_at(row)
        while members := tx.exchanges.members(exchange.id, awaiting.cursor, MEMBERS_AT_ONCE):
            rows = tx.instances.get(self.organisation, [member.instance for member in members])
            awaiting.look(members, {row.id: row for row in rows})
        return awaiting

    def _check(self, places: Places, row: InstanceRow, header: bytes) -> None:
        """Open and join one instance; its hash must be the sender's. Raises Denied.

        Values that lay in an identity pack may hold index attributes: those are read now.
        """
        chunks = read_original(self.sources, places, row, header)
        if row.header_place is None and all(piece.kind is not PieceKind.IDENTITY for piece in row.pieces):
            for _ in chunks:
                pass
            return
        index = index_from(head_of(row, None), chunks)
        with self.database.write() as tx:
            tx.instances.reindex(row.id, index)

    def _complete(self, exchange: ExchangeRow) -> float | None:
        """Verified when the manifest fits; None when there is nothing to do until more arrives."""
        now = self.clock()
        finding = find_bsn(self.sources, exchange) if exchange.closed else None
        with self.database.write() as tx:
            current = tx.exchanges.get(self.organisation, exchange.id)
            if current is None or not current.closed or current.state is not State.ARRIVING:
                return None
            if finding is None or tx.parcels.to_fetch(exchange.id, 1):
                return 0.0  # closed, or announced, while this round was under way
            members = tx.exchanges.manifest(exchange.id)
            if any(state is InstanceState.COMPLETE for *_, state in members):
                if self._look(tx, exchange).ready(1):
                    return 0.0  # they became known while this round was under way
                raise _differs()
            verified = [(ordinal, size, hash_) for ordinal, size, hash_, state in members if state is not _HEADER]
            manifest = closing(0, verified, tx.parcels.segments(exchange.id))
            if manifest.hash != current.closed_hash or manifest.instances != current.total:
                raise _differs()
            self._drop_unfinished(tx, exchange, [ordinal for ordinal, *_, state in members if state is _HEADER])
            state = State.VERIFIED if current.seen is None else State.SEEN
            tx.exchanges.update(exchange.id, now, state=state, verified=now, done=manifest.instances)
            tx.audit.append(of_exchange(exchange, "verified", "C", "success", now, instances=manifest.instances))
            settle_requests(tx, exchange, now)
            tx.bsn_quality.note(self.organisation, exchange.id, exchange.peer, finding, now)
            tx.work.add(self.organisation, WorkKind.RECEIPT, exchange.id, exchange.urgency, now)
            tx.work.add(self.organisation, WorkKind.IMPORT, exchange.id, exchange.urgency, now)
            wake(tx, current, Cause.VERIFIED, now)
        self._forget(exchange.id)
        return None

    def _drop_unfinished(self, tx: Transaction, exchange: ExchangeRow, ordinals: Iterable[int]) -> None:
        """Headers whose rest never came: their sender gave them up, and its manifest does not list them."""
        found = [member for ordinal in ordinals for member in tx.exchanges.members(exchange.id, ordinal - 1, 1)]
        tx.instances.delete(self.organisation, [member.instance for member in found])


def _differs() -> Denied:
    return Denied(
        "manifest-differs",
        "What arrived is not what the sender's manifest lists.",
        "Ask the sender to send the study again.",
    )


def _chunks(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            yield data
