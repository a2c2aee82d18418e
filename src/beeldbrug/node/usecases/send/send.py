"""Send one exchange, while its study is still being received: records first, segments in parallel, manifest last.

``SendStep.step`` does what can be done now and says when to look again; it is repeatable at any point (guarantee 1).
The order on the wire: capsule parts with the new instances' records; the segments, most urgent exchange first; then a
part that announces them. DESIGN section 4.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import wait
from dataclasses import dataclass, field

from beeldbrug.kit.lanes import Lanes
from beeldbrug.kit.log import get
from beeldbrug.model.capsule import BulkRecord, Closing, GrantRecord, HeaderRecord, OfferRecord, SegmentRecord
from beeldbrug.model.errors import BeeldbrugError, NotFound, Unavailable
from beeldbrug.model.exchange import ENDED, State, is_partner
from beeldbrug.node.ports.records import (
    AlertRow,
    ExchangeRow,
    InstanceRow,
    InstanceState,
    Member,
    SegmentRow,
)
from beeldbrug.node.ports.route import Ways
from beeldbrug.node.ports.segments import SegmentStore
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.post import Post, SealedPart
from beeldbrug.node.usecases.send.decide import Decide
from beeldbrug.node.usecases.send.quiet import SOON, quiet_left
from beeldbrug.node.usecases.send.records import bulk_record, closing, header_record, segments_of
from beeldbrug.sealed.capsule import Content
from beeldbrug.sealed.live import new_secret

MEMBERS_AT_ONCE = 400
HEADER_BYTES_AT_ONCE = 16 * 1024 * 1024
SEGMENTS_AT_ONCE = 24
"""Instances and segments per round, so that a large study neither fills memory nor keeps others waiting."""

ANNOUNCED_AT_ONCE = 1000
UPLOAD_SECONDS = 60.0
"""Longest that one round waits for its uploads; what takes longer goes on beside the next rounds."""

UPLOADING = 1.0
"""Seconds to the next look while uploads of earlier rounds are under way and nothing else is."""

HELD = frozenset(
    {
        "statement-missing",
        "statement-stale",
        "statement-not-yet",
        "statement-rolled-back",
        "statement-forked",
        "transport-key-missing",
    }
)
"""Reasons to wait that time alone will not mend: a human is told."""

log = get("send")


@dataclass(frozen=True)
class SendStep:
    """The work ``send`` of one organisation. ``quiet_seconds`` by rule name."""

    database: Database
    store: SegmentStore
    ways: Ways
    post: Post
    decide: Decide
    lanes: Lanes
    clock: Callable[[], float]
    quiet_seconds: Callable[[str], float]
    _granted: set[tuple[str, str]] = field(default_factory=set)
    _flying: set[tuple[str, str, int]] = field(default_factory=set)
    """Exchange, pack and number of the segments that are going up."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

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
        if is_partner(exchange.peer):
            self._hand_over(exchange)
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

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """Note the failure where a human sees it; a sending that ended meanwhile failed for that."""
        now = self.clock()
        with self.database.write() as tx:
            exchange = tx.exchanges.get(self.post.own.ura, subject)
            if exchange is None or exchange.withdrawn is not None or exchange.state in ENDED:
                return None
            tx.exchanges.update(subject, now, state=State.FAILED, reason_code=error.code)
            tx.alerts.raise_(_failure(exchange, error, now))
            tx.audit.append(of_exchange(exchange, "send", "R", error.code, now))
        return None

    def _hold(self, exchange: ExchangeRow, error: Unavailable) -> None:
        """Nothing is sealed to a receiver whose keys cannot be trusted; what waits for them is never silent."""
        now = self.clock()
        with self.database.write() as tx:
            tx.alerts.raise_(_hold(exchange, error, now))
            if exchange.reason_code != error.code:
                tx.exchanges.update(exchange.id, now, reason_code=error.code)
                tx.audit.append(of_exchange(exchange, "hold", "R", error.code, now))

    def _release(self, exchange: ExchangeRow) -> None:
        now = self.clock()
        with self.database.write() as tx:
            tx.exchanges.update(exchange.id, now, reason_code="")
            tx.alerts.clear(exchange.organisation, exchange.id, exchange.reason_code, now)

    def _hand_over(self, exchange: ExchangeRow) -> None:
        """No hub leads to a partner of the own list: delivering is work of its own, which waits for nobody here."""
        with self.database.write() as tx:
            tx.work.add(exchange.organisation, WorkKind.DELIVER, exchange.id, exchange.urgency, self.clock())

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
            live = new_secret() if first else b""
            records = [*_offer(exchange, live)]
            taken: list[InstanceRow] = []
            room = HEADER_BYTES_AT_ONCE
            for member in members:
                made = _records(tx, member, rows.get(member.instance))
                room -= sum(_header_bytes(record) for record in made)
                records += made
                taken += [rows[member.instance]] if member.instance in rows else []
                if room < 0:
                    break
            needed = segments_of(taken)
        if not members or not records:
            return 0  # of an instance whose header went ahead, the rest is still coming in
        now = self.clock()

        def note(tx: Transaction, parts: Sequence[SealedPart]) -> bool:
            for pack, number in needed:
                tx.parcels.want_sending(exchange.id, exchange.organisation, pack, number)
            _note_members(tx, exchange, parts)
            if first:
                tx.live_secrets.put(exchange.organisation, exchange.id, live)
                tx.exchanges.update(exchange.id, now, first_part=now)
                tx.audit.append(of_exchange(exchange, "disclose", "R", "success", now))
                tx.work.add(exchange.organisation, WorkKind.REPORT, exchange.id, exchange.urgency, now)
            return True

        parts = self.post.publish(exchange, _kind(exchange), records, note)
        return sum(isinstance(record, BulkRecord) for part in parts for record in part.records)

    def _upload(self, exchange: ExchangeRow) -> int:
        """Upload stored segments that the hub does not have, in parallel; returns how many went up."""
        with self.database.read() as tx:
            ready = tx.parcels.to_upload(exchange.id, SEGMENTS_AT_ONCE)
        futures = [
            self.lanes.submit(exchange.urgency.rank, lambda row=row: self._upload_one(exchange, row))  # type: ignore[misc]  # bound now
            for row in ready
        ]
        _, late = wait(futures, UPLOAD_SECONDS)
        for future in late:
            future.cancel()  # what has not begun; the rest goes on by itself
        return sum([future.result() for future in futures if future not in late])

    def _upload_one(self, exchange: ExchangeRow, row: SegmentRow) -> bool:
        """True when it went up; False when that is being done already, or is not wanted any more."""
        place = (exchange.id, row.pack, row.number)
        with self._lock:
            if place in self._flying:
                return False
            self._flying.add(place)
        try:
            return self._uploaded(exchange, row)
        finally:
            with self._lock:
                self._flying.discard(place)

    def _uploaded(self, exchange: ExchangeRow, row: SegmentRow) -> bool:
        with self.database.read() as tx:
            current = tx.exchanges.get(exchange.organisation, exchange.id)
        if current is None or current.withdrawn is not None:
            return False
        body = self.store.read(row.pack, row.number, 0, row.padded)
        self._grant_pack(exchange, row.pack)
        try:
            self.ways.toward(exchange.peer).put_segment(row.pack, row.number, body, row.hash)
        except NotFound:  # the hub knows the pack no more (it was put back): granted anew, once
            self._granted.discard((row.pack, exchange.id))
            self._grant_pack(exchange, row.pack)
            self.ways.toward(exchange.peer).put_segment(row.pack, row.number, body, row.hash)
        now = self.clock()
        with self.database.write() as tx:
            tx.parcels.uploaded(exchange.id, row.pack, row.number, now)
            tx.exchanges.bump(exchange.id, now)  # a large instance moves for long before its count does
        return True

    def _grant_pack(self, exchange: ExchangeRow, pack: str) -> None:
        if (pack, exchange.id) not in self._granted:
            self.ways.toward(exchange.peer).grant_pack(pack, exchange.id, exchange.peer, exchange.expires)
            self._granted.add((pack, exchange.id))

    def _announce(self, exchange: ExchangeRow) -> int:
        """Grant and announce segments that the hub now has; returns how many. A grant may be repeated."""
        with self.database.read() as tx:
            news = tx.parcels.to_announce(exchange.id, ANNOUNCED_AT_ONCE)
            records: list[Content] = [_grant(tx, exchange, pack) for pack in dict.fromkeys(row.pack for row in news)]
            records += [SegmentRecord(row.segment) for row in news]
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
            if current is None or current.withdrawn is not None or tx.exchanges.unsent_members(exchange.id, 1):
                return False  # one more came in meanwhile, or it is being taken back
            tx.exchanges.update(exchange.id, now, closed=True, closed_hash=manifest.hash)
            if current.state is State.SENDING:
                tx.exchanges.update(exchange.id, now, state=State.ARRIVING)
            tx.audit.append(of_exchange(exchange, "sent", "R", "success", now, instances=manifest.instances))
            return True

        return None if self.post.publish(exchange, _kind(exchange), [manifest], note) else SOON

    def _left_open(self, tx: Transaction, exchange: ExchangeRow, now: float) -> float | None:
        """Seconds until the next look, or None when the study is complete and everything is at the hub."""
        if tx.parcels.under_way(exchange.id):
            return UPLOADING if self._is_flying(exchange) else SOON
        return quiet_left(tx, exchange, self.quiet_seconds(exchange.rule), now)

    def _is_flying(self, exchange: ExchangeRow) -> bool:
        with self._lock:
            return any(place[0] == exchange.id for place in self._flying)

    def _manifest(self, exchange: ExchangeRow) -> Closing:
        """Over all members and over the segments that the receiver was told of."""
        with self.database.read() as tx:
            members = tx.exchanges.manifest(exchange.id)
            segments = tx.parcels.segments(exchange.id)
            parts = tx.parcels.count_parts(exchange.organisation, exchange.id, exchange.organisation) + 1
        whole = [(ordinal, size, hash_) for ordinal, size, hash_, state in members if state is not InstanceState.HEADER]
        return closing(parts, whole, segments)


def _by_id(tx: Transaction, exchange: ExchangeRow, members: Sequence[Member]) -> dict[int, InstanceRow]:
    rows = tx.instances.get(exchange.organisation, [member.instance for member in members])
    return {row.id: row for row in rows}


def _offer(exchange: ExchangeRow, live: bytes) -> list[Content]:
    """The first record of all; ``live`` is the secret of its live channel, none when it went out before."""
    if not live:
        return []
    return [
        OfferRecord(
            exchange.terms,
            exchange.study_uid,
            exchange.description,
            exchange.modalities,
            exchange.created,
            exchange.expires,
            live,
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


def _header_bytes(record: Content) -> int:
    match record:
        case HeaderRecord():
            return len(record.header or b"")
        case BulkRecord():
            return len(record.tail)
        case _:
            return 0


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
