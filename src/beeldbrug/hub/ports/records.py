"""What use cases ask of the hub's database: frozen rows, and one transaction that all tables share.

No SQL and no engine here. A transaction's work may run twice (a serialisation failure, a group commit that is repeated
singly), so it touches nothing but the transaction. Times are POSIX seconds, sizes bytes. DESIGN sections 2 and 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from beeldbrug.model.exchange import Urgency

T = TypeVar("T")


class PartState(StrEnum):
    """What became of a part's bytes; the envelope is kept in every state."""

    HERE = "here"
    ACKNOWLEDGED = "acknowledged"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Store(StrEnum):
    """Where a discarded object lies."""

    PART = "part"
    SEGMENT = "segment"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Organisation:
    """One line of the address book. ``chain`` is PEM, leaf first; ``public_key`` 32 bytes as hex."""

    ura: str
    name: str
    chain: str
    public_key: str
    not_before: float
    enrolled: bool = True
    changed: int = 0
    statement: str | None = None
    statement_sequence: int = -1
    directory: str | None = None
    directory_sequence: int = -1


@dataclass(frozen=True, slots=True)
class Parcel:
    """The two ends of one parcel; ``sender`` is who named it first."""

    parcel: str
    sender: str
    receiver: str
    expires: float
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A kept capsule part: its envelope, and the key of its bytes (empty when they are gone)."""

    parcel: str
    sender: str
    number: int
    receiver: str
    kind: str
    urgency: Urgency
    size: int
    object: str
    envelope: str
    expires: float
    state: PartState = PartState.HERE
    cursor: int = 0


@dataclass(frozen=True, slots=True)
class PackAccess:
    """Who owns a pack, and whether the asking organisation has a live grant for it."""

    owner: str
    granted: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """The right of one receiver to read one pack, for the sake of one parcel."""

    pack: str
    receiver: str
    parcel: str
    expires: float


@dataclass(frozen=True, slots=True)
class StoredSegment:
    """A whole segment; ``hash`` is BLAKE3-256 in hex over all its bytes."""

    pack: str
    number: int
    length: int
    hash: str
    object: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A segment that is still coming in: what it must become."""

    pack: str
    number: int
    owner: str
    length: int
    hash: str
    object: str
    started: float


@dataclass(frozen=True, slots=True)
class Usage:
    """Bytes that count against one organisation's quota."""

    segment_bytes: int = 0
    part_bytes: int = 0
    upload_bytes: int = 0

    @property
    def used(self) -> int:
        """All of it."""
        return self.segment_bytes + self.part_bytes + self.upload_bytes


@dataclass(frozen=True, slots=True)
class Head:
    """A deposited audit head."""

    organisation: str
    sequence: int
    head: str
    received: float


@dataclass(frozen=True, slots=True)
class Discard:
    """An object that no row refers to any more and that must still go from its store."""

    object: str
    store: Store


class Organisations(Protocol):
    """The address book."""

    def find(self, ura: str) -> Organisation | None:
        """The row, also of an organisation that was expelled."""

    def enrolled(self) -> list[Organisation]:
        """All that are enrolled, in order of URA."""

    def is_enrolled(self, ura: str) -> bool:
        """Whether this organisation can receive."""

    def put(self, organisation: Organisation) -> None:
        """Insert or replace; ``changed`` becomes the book's new revision."""

    def revision(self) -> int:
        """Grows with every change of the book."""


class Parcels(Protocol):
    """Parcels, their parts, and the mailboxes in which parts stand."""

    def find(self, parcel: str, *, lock: bool = False) -> Parcel | None:
        """The parcel; with ``lock`` nobody else changes it before this transaction ends."""

    def add(self, parcel: Parcel) -> None:
        """Insert."""

    def extend(self, parcel: str, expires: float) -> None:
        """Keep the parcel at least until then."""

    def mark_withdrawn(self, parcel: str) -> None:
        """From now on its sender sends only withdraw parts in it."""

    def part(self, parcel: str, sender: str, number: int) -> Part | None:
        """One part."""

    def last_part(self, parcel: str, sender: str) -> Part | None:
        """The part with the highest number of this stream."""

    def parts(self, parcel: str, sender: str) -> list[Part]:
        """All parts of this stream, in order."""

    def add_part(self, part: Part) -> None:
        """Insert, with the next cursor of the receiver's mailbox; cursors become visible in their order."""

    def end_parts(self, parts: Sequence[Part], state: PartState) -> None:
        """Put them in this state, discard their bytes and take these off the senders' usage."""

    def mailbox(self, receiver: str, after: int, limit: int, *, by_urgency: bool = False) -> list[Part]:
        """Parts here or withdrawn with a cursor over ``after``."""

    def last_cursors(self, receivers: Iterable[str]) -> dict[str, int]:
        """The newest cursor of each mailbox; those never used are absent."""

    def expired_parts(self, now: float, limit: int) -> list[Part]:
        """Parts whose bytes are here past their time."""

    def drop_expired(self, now: float, limit: int) -> int:
        """Delete parcels past their time with all their envelopes and grants; returns how many."""


class Packs(Protocol):
    """Packs, grants, segments and uploads."""

    def access(self, pack: str, organisation: str, now: float, *, lock: bool = False) -> PackAccess | None:
        """Owner, and whether ``organisation`` may read; None when there is no such pack."""

    def add(self, pack: str, owner: str) -> None:
        """Insert."""

    def grant(self, pack: str, receiver: str, parcel: str) -> Grant | None:
        """One grant."""

    def put_grant(self, grant: Grant) -> None:
        """Insert or replace."""

    def drop_grants(self, parcel: str, *, owner: str = "", receiver: str = "") -> int:
        """Delete the parcel's grants given by ``owner``, or given to ``receiver``; packs left without any go too."""

    def drop_expired_grants(self, now: float, limit: int) -> int:
        """Delete grants past their time; packs left without any go too."""

    def segment(self, pack: str, number: int) -> StoredSegment | None:
        """One whole segment."""

    def segments(self, pack: str) -> list[StoredSegment]:
        """All whole segments, in order of number."""

    def add_segment(self, segment: StoredSegment, owner: str) -> None:
        """Insert and count."""

    def drop_segment(self, segment: StoredSegment, owner: str) -> None:
        """Delete the row of exactly this object, and discard the object; nothing when it has gone."""

    def upload(self, pack: str, number: int) -> Upload | None:
        """The upload under way for this segment."""

    def put_upload(self, upload: Upload) -> None:
        """Insert, discarding an earlier one of the same segment, and count its full length."""

    def end_upload(self, upload: Upload, *, discard: bool) -> bool:
        """Delete the row if it is still this upload's; False when another superseded it."""

    def stale_uploads(self, before: float, limit: int) -> list[Upload]:
        """Uploads begun before that time."""

    def counts(self, owner: str) -> tuple[int, int]:
        """Number of packs and of whole segments of this owner."""


class Accounts(Protocol):
    """Usage per organisation."""

    def usage(self, organisation: str) -> Usage:
        """What it uses now."""


class Heads(Protocol):
    """Append-only list of audit heads."""

    def last(self, organisation: str) -> Head | None:
        """The one with the highest sequence."""

    def add(self, head: Head) -> None:
        """Insert."""

    def after(self, organisation: str, sequence: int, limit: int) -> list[Head]:
        """Those with a higher sequence, in order."""


class Upkeep(Protocol):
    """What the sweeper needs besides."""

    def take_lease(self, name: str, holder: str, now: float, until: float) -> bool:
        """Whether ``holder`` has the lease now; it gets or renews it when nobody else's is alive."""

    def discard(self, discards: Iterable[Discard]) -> None:
        """Note objects that must go."""

    def discards(self, limit: int) -> list[Discard]:
        """Objects that must go."""

    def forget(self, discards: Iterable[Discard]) -> None:
        """They are gone."""

    def referenced(self, objects: Sequence[str]) -> set[str]:
        """Which of these keys some row refers to (parts, segments, uploads, discards)."""


class Transaction(Protocol):
    """All tables, in one transaction."""

    @property
    def organisations(self) -> Organisations:
        """The address book."""

    @property
    def parcels(self) -> Parcels:
        """Parcels, parts and mailboxes."""

    @property
    def packs(self) -> Packs:
        """Packs, grants, segments, uploads."""

    @property
    def accounts(self) -> Accounts:
        """Usage."""

    @property
    def heads(self) -> Heads:
        """Audit heads."""

    @property
    def upkeep(self) -> Upkeep:
        """Leases and discards."""


class Records(Protocol):
    """The database; safe for threads."""

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run the work in a transaction; it is committed and synced when this returns. Raises what the work raises."""

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run the work on one consistent view."""

    def close(self) -> None:
        """Commit what waits, then let go of the database."""
