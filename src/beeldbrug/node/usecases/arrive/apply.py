"""What each record of an opened capsule part does to the vault. One transaction per part; repeatable (guarantee 1).

Knows the sender from the checked envelope, never from a record. A record about something that the parcel did not bring
is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from beeldbrug.model.capsule import (
    BulkRecord,
    Closing,
    GrantRecord,
    HeaderRecord,
    OfferRecord,
    Receipt,
    SegmentRecord,
    Withdrawal,
)
from beeldbrug.model.errors import Conflict, Denied, Malformed
from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.ports.records import (
    AuditEvent,
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
from beeldbrug.node.usecases.send.receipts import take_receipt
from beeldbrug.sealed.capsule import Content
from beeldbrug.sealed.envelope import Envelope


@dataclass(frozen=True)
class Apply:
    """Applies records for one organisation."""

    organisation: str
    clock: Callable[[], float]

    def apply(self, tx: Transaction, envelope: Envelope, records: Sequence[Content], now: float) -> None:
        """Apply all records of a part in order."""
        for record in records:
            self._one(tx, envelope, record, now)

    def _one(self, tx: Transaction, envelope: Envelope, record: Content, now: float) -> None:
        match record:
            case Receipt():
                take_receipt(tx, self.organisation, envelope, record, now)
            case Withdrawal():
                self._withdrawn(tx, envelope, now)
            case OfferRecord():
                self._offer(tx, envelope, record, now)
            case _:
                exchange = self._exchange(tx, envelope)
                self._content(tx, exchange, record, now)

    def _content(self, tx: Transaction, exchange: ExchangeRow, record: Content, now: float) -> None:
        if exchange.state in (State.WITHDRAWN, State.EXPIRED, State.REFUSED):
            return  # what comes after the end is not kept
        if exchange.closed and not isinstance(record, Closing):
            # more than its manifest lists: not complete until the next manifest says what it all is
            tx.exchanges.update(exchange.id, now, closed=False)
        match record:
            case GrantRecord():
                self._grant(tx, exchange, record)
            case HeaderRecord():
                self._header(tx, exchange, record, now)
            case BulkRecord():
                self._bulk(tx, exchange, record, now)
            case SegmentRecord():
                self._segment(tx, exchange, record, now)
            case Closing():
                self._closing(tx, exchange, record, now)
            case _:
                raise Malformed("record-misplaced", "A capsule part holds a record that does not belong there.")

    def _exchange(self, tx: Transaction, envelope: Envelope) -> ExchangeRow:
        exchange = tx.exchanges.get(self.organisation, envelope.parcel)
        if exchange is None or exchange.peer != envelope.sender or exchange.direction is not Direction.IN:
            raise Denied("parcel-without-offer", "A part belongs to no parcel that this sender has offered.")
        return exchange

    def _offer(self, tx: Transaction, envelope: Envelope, record: OfferRecord, now: float) -> None:
        if tx.exchanges.get(self.organisation, envelope.parcel) is not None:
            raise Conflict("parcel-offered-twice", "A parcel with this id is there already.")
        tx.exchanges.add(
            NewExchange(
                id=envelope.parcel,
                organisation=self.organisation,
                direction=Direction.IN,
                peer=envelope.sender,
                terms=record.terms,
                study_uid=record.study_uid,
                state=State.ARRIVING,
                created=now,
                expires=record.expires,
            )
        )
        tx.exchanges.update(
            envelope.parcel, now, description=record.description, modalities=record.modalities, first_part=now
        )
        exchange = self._exchange(tx, envelope)
        tx.audit.append(_event(exchange, "arriving", "success", now))
        tx.work.add(self.organisation, WorkKind.FETCH, exchange.id, exchange.urgency, now)

    def _grant(self, tx: Transaction, exchange: ExchangeRow, record: GrantRecord) -> None:
        owner = tx.packs.owner(record.pack)
        if owner is not None and record.pack not in tx.packs.of_origin(self.organisation, exchange.id):
            raise Denied("pack-of-another-parcel", "A parcel grants a pack that came with another one.")
        tx.packs.add(NewPack(self.organisation, record.pack, exchange.id, record.line, record.key))

    def _header(self, tx: Transaction, exchange: ExchangeRow, record: HeaderRecord, now: float) -> None:
        if self._member(tx, exchange, record.instance) is not None:
            raise Conflict("instance-twice", "A parcel brings the same instance number twice.")
        instance = tx.instances.add(
            NewInstance(
                organisation=self.organisation,
                origin=exchange.id,
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
                received=now,
            )
        )
        tx.exchanges.add_member(exchange.id, self.organisation, instance, record.instance)
        tx.exchanges.bump(exchange.id, now, total=1)

    def _bulk(self, tx: Transaction, exchange: ExchangeRow, record: BulkRecord, now: float) -> None:
        member = self._member(tx, exchange, record.instance)
        found = tx.instances.get(self.organisation, [member.instance]) if member else []
        if not found:
            raise Malformed("bulk-without-header", "A parcel brings a bulk before its header.")
        row = found[0]
        if row.state is not InstanceState.HEADER:
            raise Conflict("instance-twice", "A parcel brings the same instance number twice.")
        first = tx.instances.header(self.organisation, row.id)
        whole = None if record.header_place is not None else (first or b"") + record.tail
        head = HeaderRecord(
            record.instance,
            row.study_uid,
            row.series_uid,
            row.instance_uid,
            row.sop_class,
            row.transfer_syntax,
            row.part10,
            whole,
            record.header_place,
        )
        tx.instances.complete(
            row.id,
            NewInstance(
                organisation=self.organisation,
                origin=exchange.id,
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
            ),
        )
        self._fetch(tx, exchange, now)

    def _member(self, tx: Transaction, exchange: ExchangeRow, ordinal: int) -> Member | None:
        found = tx.exchanges.members(exchange.id, ordinal - 1, 1)
        return found[0] if found and found[0].ordinal == ordinal else None

    def _segment(self, tx: Transaction, exchange: ExchangeRow, record: SegmentRecord, now: float) -> None:
        segment = record.segment
        if segment.pack not in tx.packs.of_origin(self.organisation, exchange.id):
            raise Denied("segment-without-grant", "A parcel announces a segment of a pack that it did not grant.")
        row = tx.packs.segment(self.organisation, segment.pack, segment.number)
        if row is not None:
            if row.hash != segment.hash:
                raise Conflict("segment-swapped", "A segment is announced twice with different content.")
            return
        tx.packs.put_segment(
            SegmentRow(
                self.organisation,
                segment.pack,
                segment.number,
                SegmentState.WANTED,
                segment.length,
                segment.padded,
                segment.hash,
            )
        )
        self._fetch(tx, exchange, now)

    def _closing(self, tx: Transaction, exchange: ExchangeRow, record: Closing, now: float) -> None:
        tx.exchanges.update(exchange.id, now, closed=True, closed_hash=record.hash, total=record.instances)
        if exchange.state in (State.VERIFIED, State.SEEN, State.IMPORTED, State.FAILED):
            tx.exchanges.update(exchange.id, now, state=State.ARRIVING)  # a supplement
        self._fetch(tx, exchange, now)

    def _fetch(self, tx: Transaction, exchange: ExchangeRow, now: float) -> None:
        tx.work.add(self.organisation, WorkKind.FETCH, exchange.id, exchange.urgency, now)

    def _withdrawn(self, tx: Transaction, envelope: Envelope, now: float) -> None:
        exchange = self._exchange(tx, envelope)
        if exchange.state in (State.WITHDRAWN, State.EXPIRED) or exchange.withdrawn is not None:
            return
        tx.exchanges.update(exchange.id, now, withdrawn=now)
        tx.audit.append(_event(exchange, "withdraw-asked", "success", now))
        tx.work.add(self.organisation, WorkKind.WITHDRAW, exchange.id, exchange.urgency, now)


def _event(exchange: ExchangeRow, event: str, outcome: str, now: float) -> AuditEvent:
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
        consent=exchange.terms.consent,
        at=now,
    )
