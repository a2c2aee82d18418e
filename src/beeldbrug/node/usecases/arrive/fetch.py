"""Fetch what an arriving exchange needs, check every count and hash, and say so: "verified" (DESIGN section 3).

``FetchStep.step`` is repeatable: wanted segments are downloaded in parallel, most urgent exchange first, checked
against the hash that the capsule gave, and stored; an instance is verified when all its bulks open with the right hash
and the joined dataset has the sender's; the exchange is when the manifest fits. Nobody is told "arrived" before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from pathlib import Path

from beeldbrug.kit.lanes import Lanes
from beeldbrug.kit.log import get
from beeldbrug.model.capsule import HeaderRecord
from beeldbrug.model.dataset import PieceKind
from beeldbrug.model.errors import BeeldbrugError, Denied, NotFound
from beeldbrug.model.exchange import State
from beeldbrug.node.ports.records import (
    AlertRow,
    AuditEvent,
    ExchangeRow,
    InstanceRow,
    InstanceState,
    Member,
    SegmentRow,
    SegmentState,
)
from beeldbrug.node.ports.route import Hub
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.arrive.headers import index_from
from beeldbrug.node.usecases.arrive.receipts import Receipts
from beeldbrug.node.usecases.read.part10 import read_original
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.send.records import closing, segments_of
from beeldbrug.sealed.pack import hash_segment

FETCH_SECONDS = 600.0
SEGMENTS_AT_ONCE = 24
VERIFY_AT_ONCE = 200
MEMBERS_AT_ONCE = 1000
SOON = 0.05
WAITING = 1.0
"""Seconds to the next look when a segment is not at the hub although it was announced."""

MISSING_SECONDS = 30.0
"""A sender announces what the hub has; what is not there for so long will not come any more."""

log = get("fetch")


@dataclass(frozen=True)
class FetchStep:
    """The work ``fetch`` of one organisation. ``incoming`` is a folder for downloads under way."""

    organisation: str
    database: Database
    sources: Sources
    hub: Hub
    receipts: Receipts
    lanes: Lanes
    incoming: Path
    clock: Callable[[], float]
    _missing_since: dict[str, float] = field(default_factory=dict)

    def step(self, subject: str) -> float | None:
        """One round for exchange ``subject``."""
        exchange = self._exchange(subject)
        if exchange is None or exchange.state is not State.ARRIVING or exchange.withdrawn is not None:
            return None
        fetched, missing = self._fetch(exchange)
        verified = self._verify(exchange)
        if fetched or verified:
            self.receipts.progress(exchange.id)
            return 0.0
        if missing:
            return self._await_missing(exchange)
        self._missing_since.pop(exchange.id, None)
        return self._complete(exchange)

    def failed(self, subject: str, error: BeeldbrugError) -> None:
        """A hash that does not hold, or keys that are missing: keep what is there, tell both ends."""
        exchange = self._exchange(subject)
        if exchange is None:
            return
        now = self.clock()
        with self.database.write() as tx:
            tx.exchanges.update(subject, now, state=State.FAILED, reason_code=error.code)
            texts = ("Een aangekomen zending klopt niet.", error.text, "Vraag de afzender opnieuw te versturen.")
            tx.alerts.raise_(AlertRow(0, self.organisation, subject, error.code, *texts, error.remedy, raised=now))
            tx.audit.append(_event(exchange, "verify", error.code, now))
            tx.work.add(self.organisation, WorkKind.RECEIPT, subject, exchange.urgency, now)

    def _exchange(self, subject: str) -> ExchangeRow | None:
        with self.database.read() as tx:
            return tx.exchanges.get(self.organisation, subject)

    def _await_missing(self, exchange: ExchangeRow) -> float:
        since = self._missing_since.setdefault(exchange.id, self.clock())
        if self.clock() - since > MISSING_SECONDS:
            del self._missing_since[exchange.id]
            raise NotFound(
                "segment-gone",
                "The hub no longer has a segment that the sender announced.",
                "Ask the sender to send the study again.",
            )
        return WAITING

    def _fetch(self, exchange: ExchangeRow) -> tuple[int, int]:
        """Download wanted segments; (fetched, not at the hub)."""
        with self.database.read() as tx:
            wanted = [
                row
                for pack in tx.packs.of_origin(self.organisation, exchange.id)
                for row in tx.packs.segments(self.organisation, pack)
                if row.state is SegmentState.WANTED
            ][:SEGMENTS_AT_ONCE]
        futures: list[Future[bool]] = [
            self.lanes.submit(exchange.urgency.rank, lambda row=row: self._fetch_one(row))  # type: ignore[misc]  # bound now
            for row in wanted
        ]
        done, late = wait(futures, FETCH_SECONDS)
        for future in late:
            future.cancel()
        fetched = sum([future.result() for future in done])
        return fetched, len(wanted) - fetched

    def _fetch_one(self, row: SegmentRow) -> bool:
        path = self.incoming / f"{row.pack}-{row.number}"
        resumed = path.exists()
        try:
            right = self._download(row, path)
            if not right and resumed:  # the first half may have lain on the disk when the power went
                right = self._download(row, path)
        except NotFound:
            return False
        if not right:
            raise Denied(
                "segment-hash-differs",
                "A segment is not the one that the capsule names.",
                "Ask the sender to send the study again.",
            )
        self.sources.segments.put_file(row.pack, row.number, path)
        path.unlink(missing_ok=True)
        with self.database.write() as tx:
            tx.packs.put_segment(
                SegmentRow(
                    row.organisation, row.pack, row.number, SegmentState.STORED, row.length, row.padded, row.hash
                )
            )
        return True

    def _download(self, row: SegmentRow, path: Path) -> bool:
        """Fetch what is not there yet; False, with the file gone, when it is not what the capsule names."""
        self.hub.fetch_segment(row.pack, row.number, path, row.padded)
        if path.stat().st_size == row.padded and hash_segment(_chunks(path)) == row.hash:
            return True
        path.unlink()
        return False

    def _verify(self, exchange: ExchangeRow) -> int:
        """Check instances whose segments are all here; returns how many were verified."""
        ready = self._ready(exchange)
        futures = [
            self.lanes.submit(exchange.urgency.rank, lambda row=row: self._check(row))  # type: ignore[misc]  # bound now
            for row in ready
        ]
        for future in futures:
            future.result(FETCH_SECONDS)
        if ready:
            with self.database.write() as tx:
                tx.instances.mark([row.id for row in ready], InstanceState.VERIFIED)
                tx.exchanges.bump(exchange.id, self.clock(), done=len(ready))
        return len(ready)

    def _ready(self, exchange: ExchangeRow) -> list[InstanceRow]:
        with self.database.read() as tx:
            stored = {
                (row.pack, row.number)
                for pack in tx.packs.of_origin(self.organisation, exchange.id)
                for row in tx.packs.segments(self.organisation, pack)
                if row.state is SegmentState.STORED
            }
            ready: list[InstanceRow] = []
            for _, row in _members(tx, exchange):
                if row.state is InstanceState.COMPLETE and set(segments_of([row])) <= stored:
                    ready.append(row)
                if len(ready) == VERIFY_AT_ONCE:
                    break
        return ready

    def _check(self, row: InstanceRow) -> None:
        """Open and join one instance; its hash must be the sender's. Raises Denied.

        Values that lay in an identity pack may hold index attributes: those are read now.
        """
        chunks = read_original(self.sources, Places(self.sources, self.organisation), row)
        if row.header_place is None and all(piece.kind is not PieceKind.IDENTITY for piece in row.pieces):
            for _ in chunks:
                pass
            return
        head = HeaderRecord(
            1, row.study_uid, row.series_uid, row.instance_uid, row.sop_class, row.transfer_syntax, row.part10, None
        )
        index = index_from(head, chunks)
        with self.database.write() as tx:
            tx.instances.reindex(row.id, index)

    def _complete(self, exchange: ExchangeRow) -> float | None:
        """Verified when the manifest fits; None when there is nothing to do until more arrives."""
        now = self.clock()
        with self.database.write() as tx:
            current = tx.exchanges.get(self.organisation, exchange.id)
            if current is None or not current.closed or current.state is not State.ARRIVING:
                return None
            rows = list(_members(tx, exchange))
            if any(row.state is InstanceState.COMPLETE for _, row in rows):
                return SOON
            verified = [(member.ordinal, row) for member, row in rows if row.state is InstanceState.VERIFIED]
            manifest = closing(
                0,
                [(ordinal, row.size, row.hash) for ordinal, row in verified],
                [
                    row.segment
                    for pack in tx.packs.of_origin(self.organisation, exchange.id)
                    for row in tx.packs.segments(self.organisation, pack)
                ],
            )
            if manifest.hash != current.closed_hash or manifest.instances != current.total:
                raise Denied(
                    "manifest-differs",
                    "What arrived is not what the sender's manifest lists.",
                    "Ask the sender to send the study again.",
                )
            tx.instances.delete(self.organisation, [row.id for _, row in rows if row.state is InstanceState.HEADER])
            state = State.VERIFIED if current.seen is None else State.SEEN
            tx.exchanges.update(exchange.id, now, state=state, verified=now, done=manifest.instances)
            tx.audit.append(_event(exchange, "verified", "success", now, instances=manifest.instances))
            tx.work.add(self.organisation, WorkKind.RECEIPT, exchange.id, exchange.urgency, now)
            tx.work.add(self.organisation, WorkKind.IMPORT, exchange.id, exchange.urgency, now)
        return None


def _members(tx: Transaction, exchange: ExchangeRow) -> Iterable[tuple[Member, InstanceRow]]:
    after = 0
    while members := tx.exchanges.members(exchange.id, after, MEMBERS_AT_ONCE):
        rows = {row.id: row for row in tx.instances.get(exchange.organisation, [member.instance for member in members])}
        for member in members:
            if member.instance in rows:
                yield member, rows[member.instance]
        after = members[-1].ordinal


def _chunks(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            yield data


def _event(exchange: ExchangeRow, event: str, outcome: str, now: float, **details: int) -> AuditEvent:
    return AuditEvent(
        organisation=exchange.organisation,
        event=event,
        action="C",
        outcome=outcome,
        actor="node",
        responsible=exchange.terms.responsible,
        purpose=exchange.terms.purpose,
        ground=exchange.terms.ground,
        exchange=exchange.id,
        peer=exchange.peer,
        study_uid=exchange.study_uid,
        details=dict(details),
        at=now,
    )
