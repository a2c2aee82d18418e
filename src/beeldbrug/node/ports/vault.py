"""The vault: one Transaction that all stores share, and the Database that gives it (DESIGN sections 5, 6 and 7).

Implemented by ``node.stores``. Uniqueness that use cases rely on is stated per method. Reads are of one organisation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from beeldbrug.model.dataset import Line
from beeldbrug.model.identity import InstanceIndex
from beeldbrug.model.pack import Segment
from beeldbrug.node.ports.accounts import Accounts, Factors, Sessions
from beeldbrug.node.ports.administration import BsnQuality, Departments, Figures, Queue, Settings
from beeldbrug.node.ports.committing import Commitments, Rejections
from beeldbrug.node.ports.consult import ConsultStores
from beeldbrug.node.ports.exchanges import Exchanges
from beeldbrug.node.ports.importing import Claims, Plans, UndoneImports
from beeldbrug.node.ports.listing import Listings
from beeldbrug.node.ports.ordering import MadeOrders
from beeldbrug.node.ports.own_patients import OwnPatients
from beeldbrug.node.ports.partners import Deliveries, Partners
from beeldbrug.node.ports.records import (
    AlertRow,
    AuditEvent,
    AuditHead,
    ImportRow,
    InstanceRow,
    InstanceState,
    NewInstance,
    NewPack,
    PartRow,
    SegmentRow,
    SegmentState,
    SendingRow,
    SeriesRow,
    StudyRow,
    TokenRow,
    TransportKeyRow,
    WorkRow,
)
from beeldbrug.node.ports.rekeying import Rekeyings
from beeldbrug.node.ports.report_delivery import ReportDeliveries
from beeldbrug.node.ports.report_documents import ReportDocuments
from beeldbrug.node.ports.reports import Reports
from beeldbrug.node.ports.saved import Saved
from beeldbrug.node.ports.sender_rejections import SenderRejections
from beeldbrug.node.ports.sending import Addresses, Gatherings
from beeldbrug.node.ports.traffic import Traffics
from beeldbrug.node.ports.trail import TrailQuery
from beeldbrug.node.ports.upload_requests import UploadRequests
from beeldbrug.node.ports.uploads import Uploads
from beeldbrug.node.ports.waking import Contacts, Rosters, Wakings
from beeldbrug.node.ports.ways import ParcelWays

T = TypeVar("T")


class Instances(Protocol):
    """Studies, series and instances of one vault."""

    def add(self, new: NewInstance) -> int:
        """Insert instance (and its study and series when new); returns its row id.

        Unique on (organisation, origin, instance_uid, hash): adding the same again returns the row that is there.
        """

    def find(self, organisation: str, origin: str, instance_uid: str, hash: bytes) -> int | None:
        """Row id of exactly this content, if kept; it stays until the transaction, one that writes, ends."""

    def has_other_content(self, organisation: str, origin: str, instance_uid: str, hash: bytes) -> bool:
        """Whether the same SOP Instance UID is kept with other content; what is in state HEADER has none yet."""

    def get(self, organisation: str, ids: Sequence[int]) -> list[InstanceRow]:
        """Rows by id, in the order asked; missing ones are left out."""

    def header(self, organisation: str, id: int) -> bytes | None:
        """The inline header, opened; None when it lies at ``header_place``."""

    def headers(self, organisation: str, ids: Sequence[int]) -> dict[int, bytes | None]:
        """As ``header`` of each, in one question; missing rows are left out."""

    def complete(self, id: int, new: NewInstance) -> None:
        """Fill in what the BulkRecord brought: header, pieces, bulks, size, hash, state."""

    def mark(self, ids: Sequence[int], state: InstanceState) -> None:
        """Set the state."""

    def reindex(self, id: int, index: InstanceIndex) -> None:
        """Replace the index attributes of an instance (and of its study and series where those were empty)."""

    def delete_origin(self, organisation: str, origin: str) -> int:
        """Delete studies, series and instances of an origin; returns how many instances."""

    def delete(self, organisation: str, ids: Sequence[int]) -> None:
        """Delete instances (and series and studies left empty)."""

    def packs_used(self, organisation: str, origin: str, study_uid: str) -> set[str]:
        """Packs that the instances of a study lie in, whatever their state."""

    def study(self, organisation: str, id: int) -> StudyRow | None:
        """One study by its row id."""

    def studies(
        self,
        organisation: str,
        scope: Sequence[tuple[str, str]] | None,
        match: Mapping[str, str],
        offset: int,
        limit: int,
    ) -> list[StudyRow]:
        """Search (PS3.4 C.2.2.2; ``match`` by DICOM keyword). ``scope`` limits to (origin, study_uid) pairs."""

    def search_patients(self, organisation: str, typed: str, limit: int) -> list[tuple[str, str]]:
        """(origin, study_uid) of studies whose patient a person means who types this (``policy.finding``), in no order;
        as many as ``limit`` means that there may be more. Nothing typed finds all."""

    def with_number(self, organisation: str, number: str, limit: int) -> list[tuple[str, str]]:
        """(origin, study_uid) of studies whose patient has exactly this number, whoever issued it."""

    def series(self, organisation: str, origin: str, study_uid: str, match: Mapping[str, str]) -> list[SeriesRow]:
        """Series of a study."""

    def instances(
        self, organisation: str, origin: str, study_uid: str, series_uid: str | None, match: Mapping[str, str]
    ) -> list[InstanceRow]:
        """Newest content of each instance of a study or series; one in state HEADER only where there is no other."""


class Packs(Protocol):
    """Packs, their wrapped keys, their segments."""

    def add(self, new: NewPack) -> None:
        """Insert pack and key; the same again is nothing to do."""

    def key(self, organisation: str, pack: str) -> bytes:
        """Content key, unwrapped. Raises NotFound when it was destroyed or never granted."""

    def line(self, organisation: str, pack: str) -> Line:
        """Which line it is of."""

    def owner(self, pack: str) -> str | None:
        """Organisation that a pack belongs to (start-up only: the spool knows packs, not organisations)."""

    def of_origin(self, organisation: str, origin: str) -> list[str]:
        """Packs of an origin."""

    def origins(self, organisation: str, pack: str) -> list[str]:
        """Origins that hold a pack; none for a pack that is not here."""

    def put_segment(self, row: SegmentRow) -> None:
        """Insert or replace the segment row."""

    def grow_segment(self, organisation: str, pack: str, number: int, length: int) -> None:
        """Acknowledged length of an OPEN segment (inserts it); never shrinks, never re-opens one that is closed."""

    def segment(self, organisation: str, pack: str, number: int) -> SegmentRow | None:
        """One segment."""

    def segments(self, organisation: str, pack: str) -> list[SegmentRow]:
        """Segments of a pack by number."""

    def in_state(self, state: SegmentState, limit: int = 1000) -> list[SegmentRow]:
        """Segments of all organisations in a state (start-up, fetching)."""

    def delete_origin(self, organisation: str, origin: str) -> list[str]:
        """Destroy keys, segments' rows and packs of an origin; returns the pack ids whose files can go."""

    def delete(self, organisation: str, origin: str, packs: Sequence[str]) -> list[str]:
        """The same for some packs of an origin."""

    def delete_keys(self, organisation: str, origin: str) -> int:
        """Destroy only the wrapped keys; returns how many."""


class Parcels(Protocol):
    """Capsule parts and segments under way."""

    def add_part(self, row: PartRow) -> None:
        """Insert. Unique on (organisation, parcel, sender, number)."""

    def part(self, organisation: str, parcel: str, sender: str, number: int) -> PartRow | None:
        """One part."""

    def last_part(self, organisation: str, parcel: str, sender: str) -> PartRow | None:
        """The part with the highest number."""

    def unsent_parts(self, organisation: str, parcel: str, sender: str) -> list[PartRow]:
        """Parts not done yet, by number."""

    def part_done(self, organisation: str, parcel: str, sender: str, number: int, at: float) -> None:
        """Delivered or opened: the body is deleted, the envelope kept."""

    def count_parts(self, organisation: str, parcel: str, sender: str) -> int:
        """How many there are."""

    def want_sending(self, exchange: str, organisation: str, pack: str, number: int) -> None:
        """This segment belongs to this exchange (idempotent)."""

    def sendings(self, exchange: str) -> list[SendingRow]:
        """All segments of an exchange by (pack, number)."""

    def to_upload(self, exchange: str, limit: int) -> list[SegmentRow]:
        """Segments that are STORED and that the route does not have."""

    def to_announce(self, exchange: str, limit: int) -> list[SegmentRow]:
        """Segments that the route has and that no capsule part carries."""

    def to_fetch(self, exchange: str, limit: int) -> list[SegmentRow]:
        """Segments that a capsule part announced and that are not noted as here."""

    def here(self, exchange: str) -> list[tuple[str, int]]:
        """(pack, number) of those that were uploaded, or that are here when they are coming in."""

    def under_way(self, exchange: str) -> bool:
        """Whether a segment has not been uploaded or not been announced."""

    def segments(self, exchange: str) -> list[Segment]:
        """Segments that capsule parts carry, by (pack, number)."""

    def carried(self, exchange: str) -> tuple[int, int]:
        """How many segments there are, and how many bytes they have together."""

    def uploaded(self, exchange: str, pack: str, number: int, at: float) -> None:
        """The route has it; of what comes in: it is here."""

    def announced(self, exchange: str, segments: Sequence[tuple[str, int]], part: int) -> None:
        """The capsule part that carries their SegmentRecords."""

    def retract(self, organisation: str, parcel: str, sender: str) -> int:
        """Forget the parts that are not done (they never left); returns how many."""

    def delete_sendings(self, organisation: str, exchange: str) -> None:
        """Forget the segments of an exchange."""

    def only_here(self, organisation: str, exchange: str) -> list[str]:
        """Packs of its segments that no other exchange of its study has segments of."""

    def delete(self, organisation: str, parcel: str) -> None:
        """Forget parts and sendings of a parcel."""


class Imports(Protocol):
    """Instances on their way into the PACS."""

    def fix(self, organisation: str, rows: Sequence[ImportRow]) -> None:
        """Fix the coerced datasets; rows that are there stay as they are."""

    def rewrite(self, organisation: str, rows: Sequence[ImportRow]) -> None:
        """Other datasets instead of those that were fixed; the PACS's answers stay."""

    def pending(self, exchange: str, limit: int = 1000) -> list[ImportRow]:
        """Rows without an accepted answer, by instance."""

    def answered(self, exchange: str, instance: int, status: int, comment: str, at: float) -> None:
        """What the PACS said."""

    def all(self, exchange: str) -> list[ImportRow]:
        """All rows of an exchange."""

    def begun(self, exchange: str) -> bool:
        """Whether anything was fixed for the PACS."""

    def fixed(self, exchange: str) -> list[int]:
        """Instances that were fixed, in order."""

    def waiting(self, exchange: str) -> list[int]:
        """Instances without an accepted answer, in order."""

    def rows(self, exchange: str, instances: Sequence[int]) -> list[ImportRow]:
        """The rows of these instances, in order."""

    def other_content(self, organisation: str, instance_uid: str, hash: bytes) -> bool:
        """Whether the same SOP Instance UID was imported before with other content."""

    def undo(self, organisation: str, exchange: str, instead: str) -> None:
        """Begin anew: what was fixed stands under ``instead`` from now on, without its headers; what may be in the PACS
        stays known."""

    def forget(self, organisation: str, exchange: str) -> None:
        """Destroy the coerced headers of an exchange; what was imported, and with which hash, stays known."""


class Keys(Protocol):
    """Own transport keys, peers' statements; the root key lies outside."""

    def add_transport(self, row: TransportKeyRow) -> None:
        """Insert; the secret is wrapped under the root key."""

    def transport(self, organisation: str) -> list[TransportKeyRow]:
        """Keys that are not destroyed, newest first."""

    def destroy_transport(self, organisation: str, key_id: str, at: float) -> None:
        """Wipe the secret, keep the fact."""

    def remember_statement(self, organisation: str, peer: str, sequence: int, statement: str, at: float) -> None:
        """Highest statement of a peer; a lower sequence raises Denied ``statement-rolled-back``."""

    def statement(self, organisation: str, peer: str) -> tuple[int, str] | None:
        """Highest known (sequence, JWS)."""


class Audit(Protocol):
    """The append-only hash chain, one per organisation, in the same transaction as the deed (guarantee 5)."""

    def append(self, event: AuditEvent) -> AuditHead:
        """Add to the chain."""

    def head(self, organisation: str) -> AuditHead | None:
        """Tip of the chain."""

    def verify(self, organisation: str) -> tuple[int, int | None]:
        """Walk the chain: (events, sequence of the first that does not fit or None)."""

    def events(
        self, organisation: str, after: int = 0, limit: int = 1000, **match: str
    ) -> list[tuple[int, AuditEvent]]:
        """Events by sequence, opened."""

    def search(self, query: TrailQuery) -> list[tuple[int, AuditEvent]]:
        """Events that fit, newest first, opened."""

    def hash_at(self, organisation: str, sequence: int) -> bytes | None:
        """Hash of one event, to compare with a deposited head."""


class Alerts(Protocol):
    """What humans must be told."""

    def raise_(self, alert: AlertRow) -> int:
        """Add (``id`` is ignored); one open alert per (organisation, exchange, code)."""

    def open(self, organisation: str | None = None) -> list[AlertRow]:
        """Not cleared."""

    def notified(self, id: int, at: float) -> None:
        """It was sent out."""

    def clear(self, organisation: str, exchange: str, code: str | None, at: float) -> None:
        """Solved."""


class Work(Protocol):
    """The outbox of durable work."""

    def add(self, organisation: str, kind: str, subject: str, urgency: str, due: float) -> None:
        """Wish for work; one row per (organisation, kind, subject): again means the earlier due time, the more urgent
        urgency, and ``wishes`` one higher."""

    def due(self, now: float, limit: int = 100, without: Sequence[tuple[str, bool]] = ()) -> list[WorkRow]:
        """Most urgent first, then oldest. A due time beyond what any step asks for counts as now (a wrong clock).
        ``without`` lists what is left out: kinds, each with whether its stat work is meant or the other."""

    def next_due(self, now: float) -> float:
        """When the next row that is not due yet will be; infinity when there is none."""

    def done(self, id: int, wishes: int) -> bool:
        """Remove, unless it was wished for again since (``wishes`` is not what the caller saw)."""

    def postpone(self, id: int, due: float, wishes: int) -> None:
        """Try again later, unless it was wished for again since: then it stays due."""

    def waits(self, id: int, code: str, at: float) -> None:
        """Its last try failed, for the reason of this code, or did not: an empty code. For operators to read."""


class Tokens(Protocol):
    """Bearer tokens for reading; only their SHA-256 is kept."""

    def add(self, token_hash: bytes, row: TokenRow) -> None:
        """Keep one."""

    def get(self, token_hash: bytes, now: float) -> TokenRow | None:
        """Scope of a live token."""

    def revoke(self, organisation: str, user: str) -> int:
        """Drop a user's tokens."""


class Facts(Protocol):
    """Small durable facts of a node by name (cursors, migrations of our own, last rehearsal)."""

    def get(self, organisation: str, name: str) -> str | None:
        """One fact."""

    def set(self, organisation: str, name: str, value: str) -> None:
        """Keep it."""


class Transaction(ConsultStores, Protocol):
    """All stores over one database transaction."""

    @property
    def instances(self) -> Instances: ...
    @property
    def packs(self) -> Packs: ...
    @property
    def exchanges(self) -> Exchanges: ...
    @property
    def parcels(self) -> Parcels: ...
    @property
    def imports(self) -> Imports: ...
    @property
    def plans(self) -> Plans: ...
    @property
    def claims(self) -> Claims: ...
    @property
    def undone(self) -> UndoneImports: ...
    @property
    def made_orders(self) -> MadeOrders: ...
    @property
    def rekeyings(self) -> Rekeyings: ...
    @property
    def sender_rejections(self) -> SenderRejections: ...
    @property
    def commitments(self) -> Commitments: ...
    @property
    def rejections(self) -> Rejections: ...
    @property
    def keys(self) -> Keys: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def alerts(self) -> Alerts: ...
    @property
    def work(self) -> Work: ...
    @property
    def tokens(self) -> Tokens: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def listings(self) -> Listings: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def factors(self) -> Factors: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def rosters(self) -> Rosters: ...
    @property
    def wakings(self) -> Wakings: ...
    @property
    def contacts(self) -> Contacts: ...
    @property
    def gatherings(self) -> Gatherings: ...
    @property
    def addresses(self) -> Addresses: ...
    @property
    def saved(self) -> Saved: ...
    @property
    def own_patients(self) -> OwnPatients: ...
    @property
    def ways(self) -> ParcelWays: ...
    @property
    def traffics(self) -> Traffics: ...
    @property
    def partners(self) -> Partners: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def uploads(self) -> Uploads: ...
    @property
    def upload_requests(self) -> UploadRequests: ...
    @property
    def reports(self) -> Reports: ...
    @property
    def report_deliveries(self) -> ReportDeliveries: ...
    @property
    def report_documents(self) -> ReportDocuments: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def departments(self) -> Departments: ...
    @property
    def queue(self) -> Queue: ...
    @property
    def figures(self) -> Figures: ...
    @property
    def bsn_quality(self) -> BsnQuality: ...


class Database(Protocol):
    """Gives transactions. ``submit`` shares one commit among many callers (group commit)."""

    def read(self) -> AbstractContextManager[Transaction]:
        """A consistent read."""

    def write(self) -> AbstractContextManager[Transaction]:
        """A write transaction: committed and durable when the block ends without error."""

    def submit(self, deed: Callable[[Transaction], T]) -> Future[T]:
        """Run a deed in the next group commit; the future resolves when it is durable."""

    def run(self, deed: Callable[[Transaction], T]) -> T:
        """As ``submit``, and wait; quicker when nobody else is committing. Raises Unavailable ``commit-timeout``."""

    def version(self) -> int:
        """A number that changes when any process has committed since; cheap (poll it)."""

    def scrub(self) -> bool:
        """Make what was deleted (keys above all) leave the database's files too; False: readers stood in the way."""

    def close(self) -> None:
        """Finish what was submitted and close."""
