"""A sender with a valid certificate that says what it likes: parts made record by record, well signed and sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from beeldbrug.model.capsule import (
    CAPSULE_VERSION,
    BulkRecord,
    Closing,
    GrantRecord,
    HeaderRecord,
    OfferRecord,
    Preface,
    SegmentRecord,
)
from beeldbrug.model.exchange import Ground, Party, Purpose, Terms, Urgency
from beeldbrug.model.pack import Segment
from beeldbrug.node.ports.records import OWN, InstanceRow
from beeldbrug.node.usecases.send.records import bulk_record, closing, header_record, segments_of
from beeldbrug.sealed.capsule import Content, seal_part
from beeldbrug.sealed.envelope import VERSION, Envelope, envelope_hash, part_hash, sign_envelope
from tests.contract.node.exchange.house import House
from tests.contract.node.exchange.small import Bare


@dataclass
class Forger:
    """One parcel of ``house`` to ``receiver``, part by part."""

    house: House
    receiver: str
    parcel: str = field(default_factory=lambda: uuid4().hex)
    number: int = 0
    previous: str = ""

    def send(self, *records: Content, kind: str = "parcel", inside: str | None = None) -> None:
        """Seal and deliver the next part; ``inside`` is the kind that its preface names."""
        key = self.house.trust.transport_key(self.receiver)
        self.number += 1
        own = self.house.ura
        preface = Preface(CAPSULE_VERSION, own, self.receiver, self.parcel, self.number, inside or kind)
        self.put(seal_part(preface, records, key.recipient), key.key_id, kind)

    def put(self, body: bytes, key_id: str, kind: str = "parcel") -> None:
        """Sign and deliver this body as part ``number``."""
        envelope = Envelope(
            VERSION,
            kind,
            self.parcel,
            self.number,
            part_hash(body),
            self.previous,
            self.house.ura,
            self.receiver,
            key_id,
            self.house.clock.now(),
        )
        token = sign_envelope(envelope, self.house.own.signing_key)
        self.previous = envelope_hash(token)
        expires = self.house.clock.now() + 86400
        self.house.face.put_part(self.parcel, self.number, token, body, "stat", expires)


@dataclass
class Forged:
    """Records of one study that lies in a house's vault, true until a test changes them; uploaded for one parcel."""

    forger: Forger
    study_uid: str
    rows: list[InstanceRow]
    headers: list[HeaderRecord]
    bulks: list[BulkRecord]
    grants: list[GrantRecord]
    segments: list[Segment]

    def offer(self) -> OfferRecord:
        """The offer."""
        parties = Party(self.forger.house.ura), Party(self.forger.receiver)
        terms = Terms(*parties, Purpose.TREATMENT, Ground.REFERRAL, Urgency.STAT, "radioloog")
        now = self.forger.house.clock.now()
        return OfferRecord(terms, self.study_uid, "CT hersenen", ("CT",), now, now + 86400)

    def manifest(self) -> Closing:
        """The manifest over the records as they are now."""
        instances = [(bulk.instance, bulk.size, bulk.hash) for bulk in self.bulks]
        return closing(self.forger.number + 1, instances, self.segments)

    def content(self) -> list[Content]:
        """All records but offer and manifest, in the order of the wire."""
        announced = [SegmentRecord(segment) for segment in self.segments]
        return [*self.headers, *self.bulks, *self.grants, *announced]

    def send(self) -> None:
        """Everything, in one part and a closing one."""
        self.forger.send(self.offer(), *self.content())
        self.forger.send(self.manifest())


def forged(house: House, receiver: str, datasets: Sequence[Bare], parcel: str | None = None) -> Forged:
    """Take these into the house's vault and make true records of them for a new parcel; its segments are uploaded."""
    house.receive(datasets, called="BEELDBRUG")
    forger = Forger(house, receiver, parcel or uuid4().hex)
    with house.database.read() as tx:
        study = tx.instances.studies(house.ura, None, {}, 0, 1)[0].study_uid
        rows = tx.instances.instances(house.ura, OWN, study, None, {})
        headers = [header_record(place, row, tx.instances.header(house.ura, row.id)) for place, row in _numbered(rows)]
        bulks = [bulk_record(place, row, tx.instances.header(house.ura, row.id)) for place, row in _numbered(rows)]
        places = segments_of(rows)
        packs = dict.fromkeys(pack for pack, _ in places)
        grants = [GrantRecord(pack, tx.packs.line(house.ura, pack), tx.packs.key(house.ura, pack)) for pack in packs]
        found = [tx.packs.segment(house.ura, pack, number) for pack, number in places]
    segments = [row.segment for row in found if row is not None]
    for segment in segments:
        house.face.grant_pack(segment.pack, forger.parcel, receiver, house.clock.now() + 86400)
        body = house.store.read(segment.pack, segment.number, 0, segment.padded)
        house.face.put_segment(segment.pack, segment.number, body, segment.hash)
    return Forged(forger, study, rows, headers, bulks, grants, segments)


def _numbered(rows: Sequence[InstanceRow]) -> list[tuple[int, InstanceRow]]:
    return list(enumerate(rows, 1))
