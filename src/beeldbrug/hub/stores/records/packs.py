"""Packs, grants, segments and uploads in SQL, with the bytes that they count against their owner's quota.

Bytes themselves lie in the object stores; a row that goes leaves a discard behind, so that its object goes too.
Statements that every segment needs are built once: building one takes longer than running it.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from sqlalchemy import Connection, and_, bindparam, delete, func, select

from beeldbrug.hub.ports.records import Discard, Grant, PackAccess, Store, StoredSegment, Upload
from beeldbrug.hub.stores import schema
from beeldbrug.hub.stores.records.statements import count, discard, drop_ungranted, put

_GRANTED: Final = (
    select(func.count())
    .select_from(schema.grants)
    .where(
        and_(
            schema.grants.c.pack == schema.packs.c.pack,
            schema.grants.c.receiver == bindparam("organisation"),
            schema.grants.c.expires > bindparam("now"),
        )
    )
    .scalar_subquery()
)
_ACCESS: Final = select(schema.packs.c.owner, _GRANTED.label("granted")).where(schema.packs.c.pack == bindparam("pack"))
_ACCESS_LOCKED: Final = _ACCESS.with_for_update(of=schema.packs)

_SEGMENT: Final = select(schema.segments).where(
    schema.segments.c.pack == bindparam("pack"), schema.segments.c.number == bindparam("number")
)
_UPLOAD: Final = select(schema.uploads).where(
    schema.uploads.c.pack == bindparam("pack"), schema.uploads.c.number == bindparam("number")
)
_ADD_SEGMENT: Final = schema.segments.insert()
_ADD_UPLOAD: Final = schema.uploads.insert()
_END_UPLOAD: Final = delete(schema.uploads).where(
    schema.uploads.c.pack == bindparam("pack"),
    schema.uploads.c.number == bindparam("number"),
    schema.uploads.c.object == bindparam("object"),
)


class SqlPacks:
    """Implements ``ports.records.Packs``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def access(self, pack: str, organisation: str, now: float, *, lock: bool = False) -> PackAccess | None:
        """Owner, and whether ``organisation`` may read; None when there is no such pack."""
        values = {"pack": pack, "organisation": organisation, "now": now}
        row = self._connection.execute(_ACCESS_LOCKED if lock else _ACCESS, values).first()
        return None if row is None else PackAccess(row.owner, row.granted > 0)

    def add(self, pack: str, owner: str) -> None:
        """Insert."""
        self._connection.execute(schema.packs.insert().values(pack=pack, owner=owner))

    def grant(self, pack: str, receiver: str, parcel: str) -> Grant | None:
        """One grant."""
        table = schema.grants
        mine = (table.c.pack == pack, table.c.receiver == receiver, table.c.parcel == parcel)
        row = self._connection.execute(select(table).where(*mine)).first()
        return None if row is None else Grant(row.pack, row.receiver, row.parcel, row.expires)

    def put_grant(self, grant: Grant) -> None:
        """Insert or replace."""
        put(self._connection, schema.grants, asdict(grant))

    def drop_grants(self, parcel: str, *, owner: str = "", receiver: str = "") -> int:
        """Delete the parcel's grants given by ``owner``, or given to ``receiver``; packs left without any go too."""
        grants, packs = schema.grants, schema.packs
        query = select(grants.c.pack).join(packs, packs.c.pack == grants.c.pack).where(grants.c.parcel == parcel)
        query = query.where(packs.c.owner == owner if owner else grants.c.receiver == receiver)
        names = list(self._connection.execute(query).scalars())
        gone = delete(grants).where(grants.c.parcel == parcel, grants.c.pack.in_(names))
        self._connection.execute(gone if owner else gone.where(grants.c.receiver == receiver))
        drop_ungranted(self._connection, names)
        return len(names)

    def drop_expired_grants(self, now: float, limit: int) -> int:
        """Delete grants past their time; packs left without any go too."""
        table = schema.grants
        late = list(self._connection.execute(select(table).where(table.c.expires <= now).limit(limit)))
        for row in late:
            key = (table.c.pack == row.pack, table.c.receiver == row.receiver, table.c.parcel == row.parcel)
            self._connection.execute(delete(table).where(*key, table.c.expires <= now))
        drop_ungranted(self._connection, [row.pack for row in late])
        return len(late)

    def segment(self, pack: str, number: int) -> StoredSegment | None:
        """One whole segment."""
        row = self._connection.execute(_SEGMENT, {"pack": pack, "number": number}).first()
        return None if row is None else StoredSegment(**row._mapping)

    def segments(self, pack: str) -> list[StoredSegment]:
        """All whole segments, in order of number."""
        table = schema.segments
        rows = self._connection.execute(select(table).where(table.c.pack == pack).order_by(table.c.number))
        return [StoredSegment(**row._mapping) for row in rows]

    def add_segment(self, segment: StoredSegment, owner: str) -> None:
        """Insert and count."""
        self._connection.execute(_ADD_SEGMENT, asdict(segment))
        count(self._connection, owner, segment_bytes=segment.length)

    def drop_segment(self, segment: StoredSegment, owner: str) -> None:
        """Delete the row of exactly this object, and discard the object."""
        table = schema.segments
        this = (table.c.pack == segment.pack, table.c.number == segment.number, table.c.object == segment.object)
        if self._connection.execute(delete(table).where(*this)).rowcount == 1:
            count(self._connection, owner, segment_bytes=-segment.length)
            discard(self._connection, [Discard(segment.object, Store.SEGMENT)])

    def upload(self, pack: str, number: int) -> Upload | None:
        """The upload under way for this segment."""
        row = self._connection.execute(_UPLOAD, {"pack": pack, "number": number}).first()
        return None if row is None else Upload(**row._mapping)

    def put_upload(self, upload: Upload) -> None:
        """Insert, discarding an earlier one of the same segment, and count its full length."""
        earlier = self.upload(upload.pack, upload.number)
        if earlier is not None:
            self.end_upload(earlier, discard=True)
        self._connection.execute(_ADD_UPLOAD, asdict(upload))
        count(self._connection, upload.owner, upload_bytes=upload.length)

    def end_upload(self, upload: Upload, *, discard: bool) -> bool:
        """Delete the row if it is still this upload's; False when another superseded it."""
        mine = {"pack": upload.pack, "number": upload.number, "object": upload.object}
        if self._connection.execute(_END_UPLOAD, mine).rowcount != 1:
            return False
        count(self._connection, upload.owner, upload_bytes=-upload.length)
        if discard:
            _discard_partial(self._connection, upload.object)
        return True

    def stale_uploads(self, before: float, limit: int) -> list[Upload]:
        """Uploads begun before that time."""
        table = schema.uploads
        rows = self._connection.execute(select(table).where(table.c.started < before).limit(limit))
        return [Upload(**row._mapping) for row in rows]

    def counts(self, owner: str) -> tuple[int, int]:
        """Number of packs and of whole segments of this owner."""
        packs, segments = schema.packs, schema.segments
        owned = select(func.count()).select_from(packs).where(packs.c.owner == owner)
        joined = packs.join(segments, segments.c.pack == packs.c.pack)
        whole = select(func.count()).select_from(joined).where(packs.c.owner == owner)
        return self._connection.execute(owned).scalar_one(), self._connection.execute(whole).scalar_one()


def _discard_partial(connection: Connection, key: str) -> None:
    # a crash may have come after the whole file got its place and before its row
    discard(connection, [Discard(key, Store.PARTIAL), Discard(key, Store.SEGMENT)])
