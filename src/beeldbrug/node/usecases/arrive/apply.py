"""What each record of an opened capsule part does to the vault. One transaction per part; repeatable (guarantee 1).

Knows the sender from the checked envelope, never from a record. A record about something that the parcel did not bring
is refused, and so is more than a parcel may bring (guarantee 6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from beeldbrug.model.capsule import (
    AnswerRecord,
    BulkRecord,
    Closing,
    GrantRecord,
    HeaderRecord,
    ImageReplyRecord,
    ImageRequestRecord,
    OfferRecord,
    Receipt,
    ReportPiece,
    ReportRecord,
    SegmentRecord,
    Withdrawal,
)
from beeldbrug.model.errors import Conflict, Denied, Malformed, TooLarge
from beeldbrug.model.exchange import Direction, State
from beeldbrug.model.pack import SealedPlace
from beeldbrug.node.ports.records import (
    EMPTIED,
    ExchangeRow,
    InstanceState,
    Member,
    NewExchange,
    NewInstance,
    NewPack,
    SegmentRow,
    SegmentState,
)
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.arrive.headers import index_of
from beeldbrug.node.usecases.arrive.unopened import add_unopened, is_unopened
from beeldbrug.node.usecases.asking.hear import take_reply, take_request
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.consult.hear import take_answer
from beeldbrug.node.usecases.reports.arrive import take_report
from beeldbrug.node.usecases.send.receipts import take_receipt
from beeldbrug.node.usecases.send.records import head_of
from beeldbrug.sealed.capsule import Content
from beeldbrug.sealed.envelope import Envelope

SUPPLEMENTED = frozenset({State.VERIFIED, State.SEEN, State.IMPORTED})
"""States that a late instance turns into arriving as soon as it is known of."""

OVER = frozenset({State.WITHDRAWN, State.EXPIRED, State.REFUSED})
"""What comes after one of these is not kept."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one parcel may bring; ``seconds`` is how long it may be kept, whatever its sender says."""

    instances: int = 100_000
    segments: int = 200_000
    bytes: int = 2**40
    parts: int = 1_000_000
    seconds: float = 366 * 86400.0


@dataclass(frozen=True)
class Apply:
    """Applies records for one organisation."""

    organisation: str
    clock: Callable[[], float]
    limits: Limits = Limits()

    def apply(self, tx: Transaction, envelope: Envelope, records: Sequence[Content], now: float) -> None:
        """Apply all records of a part in order. Raises BeeldbrugError; nothing of the part is kept then."""
        if envelope.part > self.limits.parts:
            raise _too_large()
        part = _Part(self.organisation, self.limits, tx, envelope, now)
        for record in records:
            part.take(record)
        part.finish()


@dataclass
class _Part:
    """One part being applied: what several of its records ask is looked up once."""

    organisation: str
    limits: Limits
    tx: Transaction
    envelope: Envelope
    now: float
    _exchange: ExchangeRow | None = None
    _granted: dict[str, bool] = field(default_factory=dict)
    """Packs that are this parcel's to speak of; whether it has granted them."""
    _reopened: bool = False
    _fetch: bool = False

    def take(self, record: Content) -> None:
        """Apply one record."""
        match record:
            case Receipt():
                take_receipt(self.tx, self.organisation, self.envelope, record, self.now)
            case AnswerRecord():
                take_answer(self.tx, self.organisation, self.envelope, record, self.now)
            case ImageRequestRecord():
                take_request(self.tx, self.organisation, self.envelope, record, self.now)
            case ImageReplyRecord():
                take_reply(self.tx, self.organisation, self.envelope, record, self.now)
            case Withdrawal():
                self._withdrawn()
            case OfferRecord():
                self._offer(record)
            case _ if self.exchange.state in OVER:
                return
            case ReportRecord() | ReportPiece():
                take_report(self.tx, self.exchange, record, self.now)
            case _ if self.exchange.emptied is not None:
                self._comes_too_late()
            case Closing():
                self._closing(record)
            case _:
                self._content(record)

    def finish(self) -> None:
        """What follows from the whole part: limits, and the wish to fetch."""
        if not self._fetch:
            return
        current = self.tx.exchanges.get(self.organisation, self.exchange.id)
        segments, size = self.tx.parcels.carried(self.exchange.id)
        if current is None or current.total > self.limits.instances:
            raise _too_large()
        if segments > self.limits.segments or size > self.limits.bytes:
            raise _too_large()
        self.tx.work.add(self.organisation, WorkKind.FETCH, current.id, current.urgency, self.now)

    @property
    def exchange(self) -> ExchangeRow:
        """The arrival that this part belongs to, as it was before the part. Raises Denied."""
        if self._exchange is None:
            found = self.tx.exchanges.get(self.organisation, self.envelope.parcel)
            if found is None or found.peer != self.envelope.sender or found.direction is not Direction.IN:
                raise Denied("parcel-without-offer", "A part belongs to no parcel that this sender has offered.")
            self._exchange = found
        return self._exchange

    def _offer(self, record: OfferRecord) -> None:
        known = self.tx.exchanges.get(self.organisation, self.envelope.parcel)
        if known is not None and not (is_unopened(known) and known.peer == self.envelope.sender):
            raise Conflict("parcel-offered-twice", "A parcel with this id is there already.")
        parcel, longest = self.envelope.parcel, self.now + self.limits.seconds
        expires = min(record.expires, longest) if record.expires > 0 else longest
        if known is None:
            self.tx.exchanges.add(
                NewExchange(
                    id=parcel,
                    organisation=self.organisation,
                    direction=Direction.IN,
                    peer=self.envelope.sender,
                    terms=record.terms,
                    study_uid=record.study_uid,
                    state=State.ARRIVING,
                    created=self.now,
                    expires=expires,
                )
            )
        self.tx.exchanges.update(
            parcel,
            self.now,
            terms=record.terms,
            study_uid=record.study_uid,
            expires=expires,
            state=State.ARRIVING,
            reason_code="",
            description=record.description,
            modalities=record.modalities,
            first_part=self.now,
        )
        self.tx.alerts.clear(self.organisation, parcel, None, self.now)
        if record.live:
            self.tx.live_secrets.put(self.organisation, parcel, record.live)
        self._exchange = None
        self.tx.audit.append(of_exchange(self.exchange, "arriving", "C", "success", self.now))
        self._fetch = True

    def _content(self, record: Content) -> None:
        self._reopen(record)
        self._fetch = True
        match record:
            case GrantRecord():
                self._grant(record)
            case HeaderRecord():
                self._header(record)
            case BulkRecord():
                self._bulk(record)
            case SegmentRecord():
                self._segment(record)
            case _:
                raise Malformed("record-misplaced", "A capsule part holds a record that does not belong there.")

    def _comes_too_late(self) -> None:
        """A supplement to what has been imported and destroyed: it cannot be checked, nor imported along with the rest.
        Its sender sends the study anew, as another exchange."""
        exchange = self.exchange
        if exchange.state is State.FAILED and exchange.reason_code == EMPTIED:
            return
        self.tx.exchanges.update(exchange.id, self.now, state=State.FAILED, reason_code=EMPTIED)
        self.tx.audit.append(of_exchange(exchange, "verify", "C", EMPTIED, self.now))
        self.tx.work.add(self.organisation, WorkKind.RECEIPT, exchange.id, exchange.urgency, self.now)
        self._exchange = None

    def _reopen(self, record: Content) -> None:
        """More than the last manifest lists: not complete until the next one says what it all is."""
        if self.exchange.closed and not self._reopened:
            self.tx.exchanges.update(self.exchange.id, self.now, closed=False)
            self._reopened = True
        if isinstance(record, HeaderRecord) and self.exchange.state in SUPPLEMENTED:
            # its segments are fetched as they come
            self.tx.exchanges.update(self.exchange.id, self.now, state=State.ARRIVING)

    def _grant(self, record: GrantRecord) -> None:
        self._check_pack(record.pack)
        new = NewPack(self.organisation, record.pack, self.exchange.id, record.line, record.key)
        self.tx.packs.add(new)
        self._granted[record.pack] = True

    def _check_pack(self, pack: str) -> None:
        """A pack is this parcel's to speak of when nobody has it here, or only parcels of the same sender have: one
        study may be sent twice. Raises Denied."""
        if pack in self._granted:
            return
        owner = self.tx.packs.owner(pack)
        origins = self.tx.packs.origins(self.organisation, pack)
        if (owner is not None and not origins) or not all(self._is_of_sender(origin) for origin in origins):
            raise Denied("pack-of-another-parcel", "A parcel speaks of a pack that is not its sender's.")
        self._granted[pack] = self.exchange.id in origins

    def _is_of_sender(self, origin: str) -> bool:
        if origin == self.exchange.id:
            return True
        other = self.tx.exchanges.get(self.organisation, origin)
        return other is not None and other.direction is Direction.IN and other.peer == self.exchange.peer

    def _check_places(self, places: Iterable[SealedPlace | None]) -> None:
        for place in places:
            if place is not None:
                self._check_pack(place.pack)

    def _header(self, record: HeaderRecord) -> None:
        if record.study_uid != self.exchange.study_uid:
            raise Malformed("study-differs", "A parcel brings an instance of another study than it offered.")
        if record.instance > self.limits.instances:
            raise _too_large()
        if self._member(record.instance) is not None:
            raise Conflict("instance-twice", "A parcel brings the same instance number twice.")
        self._check_places([record.header_place])
        instance = self.tx.instances.add(
            NewInstance(
                organisation=self.organisation,
                origin=self.exchange.id,
                index=index_of(record),
                part10=record.part10,
                header=record.header,
                header_place=record.header_place,
                first_header_length=len(record.header or b""),
                pieces=(),
                bulks=(),
                size=0,
                hash=record.instance.to_bytes(32, "big"),
                state=InstanceState.HEADER,
                received=self.now,
            )
        )
        self.tx.exchanges.add_member(self.exchange.id, self.organisation, instance, record.instance)
        self.tx.exchanges.bump(self.exchange.id, self.now, total=1)

    def _bulk(self, record: BulkRecord) -> None:
        member = self._member(record.instance)
        found = self.tx.instances.get(self.organisation, [member.instance]) if member else []
        if not found:
            raise Malformed("bulk-without-header", "A parcel brings a bulk before its header.")
        row = found[0]
        if row.state is not InstanceState.HEADER:
            raise Conflict("instance-twice", "A parcel brings the same instance number twice.")
        self._check_places([record.header_place])
        for bulk in record.bulks:
            self._check_places([bulk.place, bulk.frames])
        first = self.tx.instances.header(self.organisation, row.id)
        whole = None if record.header_place is not None else (first or b"") + record.tail
        head = head_of(row, whole, record.header_place, record.instance)
        new = NewInstance(
            organisation=self.organisation,
            origin=self.exchange.id,
            index=index_of(head, record.pieces),
            part10=row.part10,
            header=whole,
            header_place=record.header_place,
            first_header_length=row.first_header_length,
            pieces=record.pieces,
            bulks=record.bulks,
            size=record.size,
            hash=record.hash,
            state=InstanceState.COMPLETE,
            received=row.received,
        )
        self.tx.instances.complete(row.id, new)

    def _member(self, ordinal: int) -> Member | None:
        found = self.tx.exchanges.members(self.exchange.id, ordinal - 1, 1)
        return found[0] if found and found[0].ordinal == ordinal else None

    def _segment(self, record: SegmentRecord) -> None:
        segment, tx = record.segment, self.tx
        self._check_pack(segment.pack)
        if not self._granted[segment.pack]:
            raise Denied("segment-without-grant", "A parcel announces a segment of a pack that it did not grant.")
        row = tx.packs.segment(self.organisation, segment.pack, segment.number)
        if row is not None and row.segment != segment:
            raise Conflict("segment-swapped", "A segment is announced twice with different content.")
        if row is None:
            fresh = (segment.pack, segment.number, SegmentState.WANTED, segment.length, segment.padded, segment.hash)
            tx.packs.put_segment(SegmentRow(self.organisation, *fresh))
        tx.parcels.want_sending(self.exchange.id, self.organisation, segment.pack, segment.number)
        tx.parcels.announced(self.exchange.id, [(segment.pack, segment.number)], self.envelope.part)

    def _closing(self, record: Closing) -> None:
        exchange = self.exchange
        self.tx.exchanges.update(exchange.id, self.now, closed=True, closed_hash=record.hash, total=record.instances)
        if exchange.state in SUPPLEMENTED:
            self.tx.exchanges.update(exchange.id, self.now, state=State.ARRIVING)
        elif exchange.state is State.FAILED:  # a supplement may bring what was missing
            self.tx.exchanges.update(exchange.id, self.now, state=State.ARRIVING, reason_code="")
            self.tx.alerts.clear(self.organisation, exchange.id, None, self.now)
        self._fetch = True

    def _withdrawn(self) -> None:
        tx, now = self.tx, self.now
        if tx.exchanges.get(self.organisation, self.envelope.parcel) is None:
            add_unopened(tx, self.organisation, self.envelope, State.ARRIVING, "", now)
        exchange = self.exchange
        if exchange.state in (State.WITHDRAWN, State.EXPIRED):  # an earlier answer may have been lost
            tx.work.add(self.organisation, WorkKind.RECEIPT, exchange.id, exchange.urgency, now)
            return
        if exchange.withdrawn is not None:
            return
        tx.exchanges.update(exchange.id, now, withdrawn=now)
        tx.audit.append(of_exchange(exchange, "withdraw-asked", "C", "success", now))
        tx.work.add(self.organisation, WorkKind.WITHDRAW, exchange.id, exchange.urgency, now)


def _too_large() -> TooLarge:
    return TooLarge(
        "parcel-too-large",
        "A parcel brings more parts, instances, segments or bytes than any may.",
        "Ask the sender to send the study in several sendings.",
    )
