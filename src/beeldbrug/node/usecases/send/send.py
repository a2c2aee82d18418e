"""Send one exchange, while its study is still being received: records first, segments in parallel, manifest last.

``SendStep.step`` does what can be done now and says when to look again; it is repeatable at any point (guarantee 1).
The order on the wire: capsule parts with the new instances' records; the segments, most urgent exchange first; then a
part that announces them. DESIGN section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field

from beeldbrug.kit.lanes import Lanes
from beeldbrug.kit.log import get
from beeldbrug.model.capsule import BulkRecord, Closing, GrantRecord, HeaderRecord, OfferRecord, SegmentRecord
from beeldbrug.model.errors import BeeldbrugError, Unavailable
from beeldbrug.model.exchange import ENDED, State
from beeldbrug.node.ports.records import (
    AlertRow,
    AuditEvent,
    ExchangeRow,
    InstanceRow,
    InstanceState,
    Member,
    SegmentState,
    SendingRow,
)
from beeldbrug.node.ports.route import Hub
from beeldbrug.node.ports.segments import SegmentStore
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.post import Post, SealedPart
from beeldbrug.node.usecases.send.decide import Decide
from beeldbrug.node.usecases.send.records import bulk_record, closing, header_record, segments_of
from beeldbrug.sealed.capsule import Content

SOON = 0.05
"""Seconds to the next look while a study is coming in."""

MEMBERS_AT_ONCE = 400
SEGMENTS_AT_ONCE = 24
"""Instances and segments per round, so that a large study neither fills memory nor keeps others waiting."""

UPLOAD_SECONDS = 600.0

HELD = frozenset({"statement-stale", "statement-not-yet", "transport-key-missing"})
"""Reasons to wait that time alone will not mend: a human is told."""

log = get("send")


@dataclass(frozen=True)
class SendStep:
    """The work ``send`` of one organisation. ``quiet_seconds`` by rule name."""

    database: Database
    store: SegmentStore
    hub: Hub
    post: Post
    decide: Decide
    lanes: Lanes
    clock: Callable[[], float]
    quiet_seconds: Callable[[str], float]
    _granted: set[tuple[str, str]] = field(default_factory=set)

    def step(self, subject: str) -> float | None:
        """One round for exchange ``subject``."""
        exchange = self._exchange(subject)
        if exchange is None or exchange.withdrawn is not None:
            return None
        if exchange.state is State.QUEUED:
            self.decide.decide(exchange, self.clock())
            return 0.0
        if exchange.state in ENDED or exchange.state is State.PARKED:
            return None
        try:
            again = self._round(exchange)
        except Unavailable as error:
            if error.code in HELD:
                self._hold(exchange, error)
            raise
        if exchange.reason_code in HELD:
            self._release(exchange)
        return again

    def failed(self, subject: str, error: BeeldbrugError) -> None:
        """Note the failure where a human sees it."""
        exchange = self._exchange(subject)
        if exchange is None:
            return
        now = self.clock()
        with self.database.write() as tx:
            tx.exchanges.update(subject, now, state=State.FAILED, reason_code=error.code)
            tx.alerts.raise_(_failure(exchange, error, now))
            tx.audit.append(_event(exchange, "send", error.code, now))

    def _hold(self, exchange: ExchangeRow, error: Unavailable) -> None:
        """Nothing is sealed to a receiver whose keys cannot be trusted; what waits for them is never silent."""
        now = self.clock()
        with self.database.write() as tx:
            tx.alerts.raise_(_hold(exchange, error, now))
            if exchange.reason_code != error.code:
                tx.exchanges.update(exchange.id, now, reason_code=error.code)
                tx.audit.append(_event(exchange, "hold", error.code, now))

    def _release(self, exchange: ExchangeRow) -> None:
        now = self.clock()
        with self.database.write() as tx:
            tx.exchanges.update(exchange.id, now, reason_code="")
            tx.alerts.clear(exchange.organisation, exchange.id, exchange.reason_code, now)

    def _exchange(self, subject: str) -> ExchangeRow | None:
        with self.database.read() as tx:
            return tx.exchanges.get(self.post.own.ura, subject)

    def _round(self, exchange: ExchangeRow) -> float | None:
        self.post.deliver(exchange)
        if exchange.closed:
            return None  # a late instance opens it again; what else was stored late belongs to nothing
        new = self._send_records(exchange)
        uploaded = self._upload(exchange)
        announced = self._announce(exchange)
        if new or uploaded or announced:
            return 0.0
        return self._close(exchange)

    def _send_records(self, exchange: ExchangeRow) -> int:
        """Seal and deliver the records of instances that have none yet; returns how many."""
        with self.database.read() as tx:
            members = tx.exchanges.unsent_members(exchange.id, MEMBERS_AT_ONCE)
            rows = _by_id(tx, exchange, members)
            first = tx.parcels.last_part(exchange.organisation, exchange.id, exchange.organisation) is None
            records = [*_offer(exchange, first)]
            needed = segments_of(rows[member.instance] for member in members if member.instance in rows)
            for member in members:
                records += _records(tx, member, rows.get(member.instance))
        if not members:
            return 0
        now = self.clock()

        def note(tx: Transaction, parts: Sequence[SealedPart]) -> bool:
            for pack, number in needed:
                tx.parcels.want_sending(exchange.id, exchange.organisation, pack, number)
            _note_members(tx, exchange, parts)
            if first:
                tx.exchanges.update(exchange.id, now, first_part=now)
                tx.audit.append(_event(exchange, "disclose", "success", now))
            return True

        parts = self.post.publish(exchange, _kind(exchange), records, note)
        return sum(isinstance(record, BulkRecord) for part in parts for record in part.records)

    def _upload(self, exchange: ExchangeRow) -> int:
        """Upload stored segments that the hub does not have, in parallel; returns how many went up."""
        ready = self._ready(exchange)
        futures: list[Future[None]] = []
        for sending in ready:
            futures.append(
                self.lanes.submit(exchange.urgency.rank, lambda sending=sending: self._upload_one(exchange, sending))  # type: ignore[misc]  # bound now
            )
        done, late = wait(futures, UPLOAD_SECONDS)
        for future in late:
            future.cancel()
        for future in done:
            future.result()
        return len(done)

    def _ready(self, exchange: ExchangeRow) -> list[SendingRow]:
        with self.database.read() as tx:
            waiting = [sending for sending in tx.parcels.sendings(exchange.id) if sending.uploaded is None]
            ready = []
            for sending in waiting:
                row = tx.packs.segment(exchange.organisation, sending.pack, sending.number)
                if row is not None and row.state is SegmentState.STORED:
                    ready.append(sending)
                if len(ready) == SEGMENTS_AT_ONCE:
                    break
        return ready

    def _upload_one(self, exchange: ExchangeRow, sending: SendingRow) -> None:
        if (sending.pack, exchange.id) not in self._granted:
            self.hub.grant_pack(sending.pack, exchange.id, exchange.peer, exchange.expires)
            self._granted.add((sending.pack, exchange.id))
        with self.database.read() as tx:
            row = tx.packs.segment(exchange.organisation, sending.pack, sending.number)
            current = tx.exchanges.get(exchange.organisation, exchange.id)
        if row is None or current is None or current.withdrawn is not None:
            return
        body = self.store.read(row.pack, row.number, 0, row.padded)
        self.hub.put_segment(row.pack, row.number, body, row.hash)
        with self.database.write() as tx:
            tx.parcels.uploaded(exchange.id, row.pack, row.number, self.clock())

    def _announce(self, exchange: ExchangeRow) -> int:
        """Grant and announce segments that the hub now has; returns how many. A grant may be repeated."""
        with self.database.read() as tx:
            news = [s for s in tx.parcels.sendings(exchange.id) if s.uploaded is not None and s.part is None]
            records: list[Content] = [_grant(tx, exchange, pack) for pack in dict.fromkeys(s.pack for s in news)]
            for sending in news:
                row = tx.packs.segment(exchange.organisation, sending.pack, sending.number)
                if row is not None:
                    records.append(SegmentRecord(row.segment))
        if not news:
            return 0

        def note(tx: Transaction, parts: Sequence[SealedPart]) -> bool:
            for part in parts:
                tx.parcels.announced(exchange.id, _announced(part), part.row.number)
            return True

        self.post.publish(exchange, _kind(exchange), records, note)
        return len(news)

    def _close(self, exchange: ExchangeRow) -> float | None:
        """Send the manifest when the study is complete; else say when to look again."""
        now = self.clock()
        with self.database.read() as tx:
            current = tx.exchanges.get(exchange.organisation, exchange.id)
            if current is None or current.closed:
                return None
            left = self._left_open(tx, current, now)
        if left is not None:
            return left
        manifest = self._manifest(exchange)

        def note(tx: Transaction, parts: Sequence[SealedPart]) -> bool:
            current = tx.exchanges.get(exchange.organisation, exchange.id)
            if current is None or tx.exchanges.unsent_members(exchange.id, 1):
                return False  # one more came in meanwhile
            tx.exchanges.update(exchange.id, now, closed=True, closed_hash=manifest.hash)
            if current.state is State.SENDING:
                tx.exchanges.update(exchange.id, now, state=State.ARRIVING)
            tx.audit.append(_event(exchange, "sent", "success", now, instances=manifest.instances))
            return True

        return None if self.post.publish(exchange, _kind(exchange), [manifest], note) else SOON

    def _left_open(self, tx: Transaction, exchange: ExchangeRow, now: float) -> float | None:
        """Seconds until the next look, or None when the study is complete and everything is at the hub."""
        sendings = tx.parcels.sendings(exchange.id)
        if any(sending.uploaded is None or sending.part is None for sending in sendings):
            return SOON
        if tx.exchanges.associations_open(exchange.id):
            return SOON
        quiet_since = max(exchange.last_instance, tx.exchanges.association_last_end(exchange.id) or 0.0)
        left = quiet_since + self.quiet_seconds(exchange.rule) - now
        return max(left, SOON) if left > 0 else None

    def _manifest(self, exchange: ExchangeRow) -> Closing:
        with self.database.read() as tx:
            instances: list[tuple[int, int, bytes]] = []
            after = 0
            while members := tx.exchanges.members(exchange.id, after, MEMBERS_AT_ONCE):
                rows = _by_id(tx, exchange, members)
                for member in members:
                    if member.bulk_part is not None and member.instance in rows:
                        row = rows[member.instance]
                        instances.append((member.ordinal, row.size, row.hash))
                after = members[-1].ordinal
            segments = []
            for sending in tx.parcels.sendings(exchange.id):
                segment = tx.packs.segment(exchange.organisation, sending.pack, sending.number)
                if segment is not None and sending.part is not None:  # the receiver counts what it was told of
                    segments.append(segment.segment)
            parts = tx.parcels.count_parts(exchange.organisation, exchange.id, exchange.organisation) + 1
        return closing(parts, instances, segments)


def _by_id(tx: Transaction, exchange: ExchangeRow, members: Sequence[Member]) -> dict[int, InstanceRow]:
    rows = tx.instances.get(exchange.organisation, [member.instance for member in members])
    return {row.id: row for row in rows}


def _offer(exchange: ExchangeRow, first: bool) -> list[Content]:
    if not first:
        return []
    return [
        OfferRecord(
            exchange.terms,
            exchange.study_uid,
            exchange.description,
            exchange.modalities,
            exchange.created,
            exchange.expires,
        )
    ]


def _grant(tx: Transaction, exchange: ExchangeRow, pack: str) -> GrantRecord:
    return GrantRecord(pack, tx.packs.line(exchange.organisation, pack), tx.packs.key(exchange.organisation, pack))


def _records(tx: Transaction, member: Member, row: InstanceRow | None) -> list[Content]:
    if row is None:
        return []
    header = tx.instances.header(row.organisation, row.id)
    records: list[Content] = []
    if member.header_part is None:
        records.append(header_record(member.ordinal, row, header))
    if row.state is not InstanceState.HEADER:
        records.append(bulk_record(member.ordinal, row, header))
    return records


def _note_members(tx: Transaction, exchange: ExchangeRow, parts: Sequence[SealedPart]) -> None:
    for part in parts:
        headers = [record.instance for record in part.records if isinstance(record, HeaderRecord)]
        bulks = [record.instance for record in part.records if isinstance(record, BulkRecord)]
        if headers:
            tx.exchanges.set_member_parts(exchange.id, headers, header_part=part.row.number, bulk_part=None)
        if bulks:
            tx.exchanges.set_member_parts(exchange.id, bulks, header_part=None, bulk_part=part.row.number)


def _announced(part: SealedPart) -> list[tuple[str, int]]:
    return [
        (record.segment.pack, record.segment.number) for record in part.records if isinstance(record, SegmentRecord)
    ]


def _kind(exchange: ExchangeRow) -> str:
    return "supplement" if exchange.closed_hash else "parcel"


def _failure(exchange: ExchangeRow, error: BeeldbrugError, now: float) -> AlertRow:
    return AlertRow(
        0,
        exchange.organisation,
        exchange.id,
        error.code,
        "Versturen is mislukt.",
        error.text,
        "Herstel de oorzaak en verstuur opnieuw.",
        error.remedy,
        now,
    )


def _hold(exchange: ExchangeRow, error: Unavailable, now: float) -> AlertRow:
    return AlertRow(
        0,
        exchange.organisation,
        exchange.id,
        error.code,
        "Versturen wacht: de sleutels van de ontvanger zijn niet meer geldig.",
        error.text,
        "Laat de ontvanger zijn node aanzetten; daarna gaat het versturen vanzelf verder.",
        error.remedy,
        now,
    )


def _event(exchange: ExchangeRow, event: str, outcome: str, now: float, **details: int | str) -> AuditEvent:
    return AuditEvent(
        organisation=exchange.organisation,
        event=event,
        action="R",
        outcome=outcome,
        actor="node",
        responsible=exchange.terms.responsible,
        purpose=exchange.terms.purpose,
        ground=exchange.terms.ground,
        exchange=exchange.id,
        peer=exchange.peer,
        study_uid=exchange.study_uid,
        consent=exchange.terms.consent,
        details=dict(details),
        at=now,
    )
