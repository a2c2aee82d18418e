"""Rows of the vault as values: what the use cases read and write through the stores (DESIGN sections 3, 6 and 7).

Every record carries its ``organisation`` (URA). Times are POSIX seconds. ``origin`` is OWN for what the hospital's own
systems sent in, or the parcel's id for what arrived in that parcel: rows, packs and keys of one origin are deleted
together, and nothing is shared between origins. ``headers`` and ``terms`` are plain here; the store seals them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from beeldbrug.model.capsule import Bulk
from beeldbrug.model.dataset import Line, Piece
from beeldbrug.model.exchange import Direction, Route, State, Terms, Urgency
from beeldbrug.model.identity import InstanceIndex, PatientNumber
from beeldbrug.model.pack import SealedPlace, Segment

OWN = "own"

PICTURE_OF = "picture-of-"
"""Before the origin of the study, in the rule of an exchange that is a picture without a name."""

EMPTIED = "emptied"
"""Reason with which a receiver says that its copy outside the PACS has gone, so that no supplement fits on it."""


class InstanceState(StrEnum):
    """HEADER: bulk not there yet (or segments still missing); COMPLETE: all described; VERIFIED: hashes checked."""

    HEADER = "header"
    COMPLETE = "complete"
    VERIFIED = "verified"


class SegmentState(StrEnum):
    """OPEN: growing in the spool; CLOSED: complete in the spool; STORED: in the store; WANTED: still to be fetched."""

    OPEN = "open"
    CLOSED = "closed"
    STORED = "stored"
    WANTED = "wanted"


@dataclass(frozen=True, slots=True)
class NewPack:
    """A pack and its content key (plain here, wrapped by the store, in a table of its own)."""

    organisation: str
    pack: str
    origin: str
    line: Line
    key: bytes


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One segment of a pack. ``length`` of an OPEN segment is what has been acknowledged."""

    organisation: str
    pack: str
    number: int
    state: SegmentState
    length: int
    padded: int = 0
    hash: bytes = b""

    @property
    def segment(self) -> Segment:
        """The closed segment as the model has it."""
        return Segment(self.pack, self.number, self.length, self.padded, self.hash)


@dataclass(frozen=True, slots=True)
class NewInstance:
    """An instance to be kept. ``header`` is the whole header, or None with ``header_place`` set."""

    organisation: str
    origin: str
    index: InstanceIndex
    part10: bool
    header: bytes | None
    header_place: SealedPlace | None
    first_header_length: int
    pieces: tuple[Piece, ...]
    bulks: tuple[Bulk, ...]
    size: int
    hash: bytes
    state: InstanceState
    received: float


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """An instance as kept, without its header (``Instances.header`` reads that)."""

    id: int
    organisation: str
    origin: str
    study_uid: str
    series_uid: str
    instance_uid: str
    sop_class: str
    transfer_syntax: str
    part10: bool
    header_place: SealedPlace | None
    first_header_length: int
    pieces: tuple[Piece, ...]
    bulks: tuple[Bulk, ...]
    size: int
    hash: bytes
    state: InstanceState
    received: float
    number_of_frames: int | None = None
    instance_number: int | None = None


@dataclass(frozen=True, slots=True)
class NewExchange:
    """An exchange to be opened; ``id`` is the parcel id (32 hex digits)."""

    id: str
    organisation: str
    direction: Direction
    peer: str
    terms: Terms
    study_uid: str
    state: State
    created: float
    expires: float
    rule: str = ""
    reason_code: str = ""
    undo_until: float = 0.0
    route: Route = Route.HUB
    note: str = ""


@dataclass(frozen=True, slots=True)
class ExchangeRow:
    """An exchange. ``total`` is how many instances there are as far as known, ``done`` how many the receiver has
    verified. ``note`` is what whoever brought it in wrote beside it, ``missing`` how many instances are known not to
    have come along. ``closed`` is set when the study is complete (manifest made, or manifest received). ``emptied`` is
    when what came in with it was destroyed here, or began to be."""

    id: str
    organisation: str
    direction: Direction
    peer: str
    terms: Terms
    study_uid: str
    state: State
    urgency: Urgency
    created: float
    updated: float
    expires: float
    rule: str
    reason_code: str
    undo_until: float
    total: int
    done: int
    imported: int
    closed: bool
    closed_hash: bytes
    last_instance: float
    first_part: float | None
    verified: float | None
    seen: float | None
    imported_at: float | None
    withdrawn: float | None
    local_number: str
    description: str
    modalities: tuple[str, ...]
    emptied: float | None = None
    route: Route = Route.HUB
    note: str = ""
    missing: int = 0

    @property
    def origin(self) -> str:
        """Where its study lies in the vault; of a picture without a name its rule says it."""
        if self.route is Route.PICTURE:
            return self.rule.removeprefix(PICTURE_OF)
        return OWN if self.direction is Direction.OUT else self.id


@dataclass(frozen=True, slots=True)
class OpenExchange:
    """What receiving must know of an exchange for every instance; nothing in it is sealed, so it is quick to read."""

    id: str
    state: State
    urgency: Urgency
    created: float
    expires: float
    closed: bool
    modalities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """Instance ``instance`` (row id) is number ``ordinal`` (from 1) of an exchange.

    ``header_part`` and ``bulk_part`` are the capsule parts that carry its two records, None while not sent.
    """

    exchange: str
    ordinal: int
    instance: int
    header_part: int | None = None
    bulk_part: int | None = None


@dataclass(frozen=True, slots=True)
class PartRow:
    """A capsule part, ours or theirs. ``body`` is kept until delivered (out) or opened (in), then None."""

    organisation: str
    parcel: str
    sender: str
    number: int
    kind: str
    envelope: str
    body: bytes | None
    done: float | None = None


@dataclass(frozen=True, slots=True)
class SendingRow:
    """One segment on its way in one exchange; ``part`` is the capsule part that announced it."""

    exchange: str
    pack: str
    number: int
    uploaded: float | None = None
    part: int | None = None


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One instance on its way into the PACS: the coerced header is fixed before the first C-STORE (guarantee 3)."""

    exchange: str
    instance: int
    header: bytes
    pieces: tuple[Piece, ...]
    transfer_syntax: str
    status: int | None = None
    comment: str = ""
    at: float | None = None


@dataclass(frozen=True, slots=True)
class StudyRow:
    """A study for search; patient columns as the headers give them. ``accession_issuer`` is as in ``model.issuer``."""

    id: int
    organisation: str
    origin: str
    study_uid: str
    patient_name: str
    patient_number: PatientNumber
    birth_date: str
    sex: str
    accession_number: str
    study_id: str
    study_date: str
    study_time: str
    description: str
    referring_physician: str
    modalities: tuple[str, ...]
    series: int
    instances: int
    accession_issuer: str = ""


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A series for search."""

    id: int
    organisation: str
    origin: str
    study_uid: str
    series_uid: str
    modality: str
    number: int | None
    description: str
    body_part: str
    date: str
    time: str
    instances: int


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One deed for the log (FIELD 5.2). ``details`` holds codes and counts; identity only in ``patient`` and
    ``study_uid``, which the store seals."""

    organisation: str
    event: str
    action: str
    outcome: str
    actor: str
    role: str = ""
    responsible: str = ""
    purpose: str = ""
    ground: str = ""
    exchange: str = ""
    peer: str = ""
    patient: str = ""
    study_uid: str = ""
    consent: str = ""
    decision: tuple[str, ...] = ()
    details: dict[str, str | int | float | bool] = field(default_factory=dict)
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class AuditHead:
    """Tip of an organisation's chain: sequence number and hash of its last event."""

    organisation: str
    sequence: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class AlertRow:
    """Something a human must know of, with the remedy; without identity."""

    id: int
    organisation: str
    exchange: str
    code: str
    text_nl: str
    text_en: str
    remedy_nl: str
    remedy_en: str
    raised: float
    notified: float | None = None
    cleared: float | None = None


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A durable wish: do ``kind`` for ``subject`` (the outbox: this row is the truth)."""

    id: int
    organisation: str
    kind: str
    subject: str
    urgency: Urgency
    due: float
    created: float
    wishes: int = 1


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A bearer token's scope. ``exchanges`` and ``studies`` empty means all of the organisation. One that stores cannot
    read: ``sends`` is the AE title under whose rule it does, ``brings`` the account of the partner whose it is. One
    that ``audits`` reads the audit trail and no images."""

    organisation: str
    user: str
    role: str
    purpose: str
    expires: float
    exchanges: tuple[str, ...] = ()
    studies: tuple[str, ...] = ()
    sends: str = ""
    brings: str = ""
    audits: bool = False

    @property
    def stores(self) -> bool:
        """Whether it is for storing."""
        return bool(self.sends or self.brings)


@dataclass(frozen=True, slots=True)
class TransportKeyRow:
    """An own X25519 transport key in age form; ``secret`` is plain here and wrapped by the store."""

    organisation: str
    key_id: str
    public: str
    secret: str
    not_before: float
    not_after: float
    destroyed: float | None = None
