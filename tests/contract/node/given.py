"""Made-up rows for the store contracts: two hospitals, one patient, an instance, an exchange."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from beeldbrug.model.capsule import Bulk
from beeldbrug.model.dataset import Line, Piece, PieceKind
from beeldbrug.model.exchange import Direction, Ground, Party, Purpose, State, Terms, Urgency
from beeldbrug.model.identity import InstanceIndex, Patient, PatientNumber
from beeldbrug.model.pack import Extent, SealedPlace
from beeldbrug.node.ports.records import (
    OWN,
    AuditEvent,
    InstanceState,
    NewExchange,
    NewInstance,
    NewPack,
    SegmentRow,
    SegmentState,
)

A = "00000001"
B = "00000002"
PACK = "a" * 32
PARCEL = "b" * 32
STUDY = "1.2.3"
SERIES = "1.2.3.1"
HEADER = b"\x10\x00\x10\x00PN\x0c\x00Vries^Johanna" * 20
NOW = 1_700_000_000.0


def index(number: int = 1, **changes: Any) -> InstanceIndex:
    """Index attributes of instance ``number``."""
    base = InstanceIndex(
        study_uid=STUDY,
        series_uid=SERIES,
        instance_uid=f"{SERIES}.{number}",
        sop_class="1.2.840.10008.5.1.4.1.1.2",
        transfer_syntax="1.2.840.10008.1.2.1",
        patient=Patient("Vries^Johanna^de", "19700102", "F", PatientNumber("999990019", "NLMINBIZA", "test")),
        accession_number="ACC1",
        study_id="S1",
        study_date="20240305",
        study_time="101530",
        study_description="CT hersenen",
        referring_physician="Bakker^Jan",
        modality="CT",
        series_number=2,
        series_description="dun",
        body_part="HEAD",
        series_date="20240305",
        series_time="101600.5",
        instance_number=number,
        number_of_frames=1,
    )
    return replace(base, **changes)


def place(length: int = 1000, pack: str = PACK) -> SealedPlace:
    """Somewhere in a pack, over two segments."""
    extents = (Extent(1, 0, 600), Extent(2, 7_000_000_000, length - 600 + 38))
    return SealedPlace(pack, extents, b"s" * 16, 65536, length, b"h" * 32)


def instance(number: int = 1, organisation: str = A, origin: str = OWN, **changes: Any) -> NewInstance:
    """Instance ``number``; ``changes`` are of NewInstance, or ``index``."""
    bulk = Bulk(0x7FE00010, Line.PIXEL, place(), place(40))
    new = NewInstance(
        organisation=organisation,
        origin=origin,
        index=index(number),
        part10=False,
        header=HEADER,
        header_place=None,
        first_header_length=len(HEADER),
        pieces=(Piece(PieceKind.HEADER, len(HEADER)), Piece(PieceKind.PIXEL, 1000, 0x7FE00010)),
        bulks=(bulk,),
        size=len(HEADER) + 1000,
        hash=number.to_bytes(32, "big"),
        state=InstanceState.COMPLETE,
        received=NOW,
    )
    return replace(new, **changes)


def terms(urgency: Urgency = Urgency.ROUTINE) -> Terms:
    """A referral from A to B."""
    return Terms(
        sender=Party(A, "Ziekenhuis A", department="Radiologie"),
        receiver=Party(B, "Ziekenhuis B", person="dr. Bakker", phone="0612345678"),
        purpose=Purpose.TREATMENT,
        ground=Ground.REFERRAL,
        urgency=urgency,
        responsible="radioloog",
        question="Bloeding bij mevrouw De Vries?",
    )


def exchange(id: str = PARCEL, organisation: str = A, **changes: Any) -> NewExchange:
    """An outgoing exchange."""
    new = NewExchange(
        id=id,
        organisation=organisation,
        direction=Direction.OUT,
        peer=B,
        terms=terms(),
        study_uid=STUDY,
        state=State.SENDING,
        created=NOW,
        expires=NOW + 86400,
        rule="rule-1",
    )
    return replace(new, **changes)


def pack(pack: str = PACK, organisation: str = A, origin: str = OWN, key: bytes = b"k" * 16) -> NewPack:
    """A pixel pack."""
    return NewPack(organisation, pack, origin, Line.PIXEL, key)


def segment(number: int = 1, organisation: str = A, state: SegmentState = SegmentState.STORED) -> SegmentRow:
    """A segment of that pack."""
    return SegmentRow(organisation, PACK, number, state, 1000, 1024, b"g" * 32)


def event(organisation: str = A, **changes: Any) -> AuditEvent:
    """A disclosure."""
    base = AuditEvent(
        organisation=organisation,
        event="disclosure",
        action="R",
        outcome="success",
        actor="gebruiker-7",
        role="radioloog",
        purpose="TREAT",
        ground="referral",
        exchange=PARCEL,
        peer=B,
        patient="999990019",
        study_uid=STUDY,
        decision=("own-rule",),
        details={"instances": 3, "seconds": 0.25, "first": True, "code": "x"},
        at=NOW + 0.123456,
    )
    return replace(base, **changes)
