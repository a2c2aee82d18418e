"""Parcels, parts and mailboxes in SQL.

A part's cursor comes from the receiver's mailbox row, which stays locked until the commit: so cursors become visible in
their order, also when several processes write. Checks of envelopes and rights are the use cases'.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from beeldbrug.hub.ports.records import Discard, Parcel, Part, PartState, Store
from beeldbrug.hub.stores import schema
from beeldbrug.hub.stores.records.statements import count, discard, drop_ungranted, next_count
from beeldbrug.model.exchange import Urgency

URGENCIES = tuple(Urgency)
IN_MAILBOX = (PartState.HERE.value, PartState.WITHDRAWN.value)


class SqlParcels:
    """Implements ``ports.records.Parcels``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, parcel: str, *, lock: bool = False) -> Parcel | None:
        """The parcel; with ``lock`` nobody else changes it before this transaction ends."""
        query = select(schema.parcels).where(schema.parcels.c.parcel == parcel)
        row = self._connection.execute(query.with_for_update() if lock else query).first()
        if row is None:
            return None
        return Parcel(row.parcel, row.sender, row.receiver, row.expires, bool(row.withdrawn))

    def add(self, parcel: Parcel) -> None:
        """Insert."""
        self._connection.execute(
            schema.parcels.insert().values(
                parcel=parcel.parcel,
                sender=parcel.sender,
                receiver=parcel.receiver,
                expires=parcel.expires,
                withdrawn=int(parcel.withdrawn),
            )
        )

    def extend(self, parcel: str, expires: float) -> None:
        """Keep the parcel at least until then."""
        table = schema.parcels
        later = update(table).where(table.c.parcel == parcel, table.c.expires < expires).values(expires=expires)
        self._connection.execute(later)

    def mark_withdrawn(self, parcel: str) -> None:
        """From now on its sender sends only withdraw parts in it."""
        table = schema.parcels
        self._connection.execute(update(table).where(table.c.parcel == parcel).values(withdrawn=1))

    def part(self, parcel: str, sender: str, number: int) -> Part | None:
        """One part."""
        query = select(schema.parts).where(*_stream(parcel, sender), schema.parts.c.number == number)
        row = self._connection.execute(query).first()
        return None if row is None else _part(row)

    def last_part(self, parcel: str, sender: str) -> Part | None:
        """The part with the highest number of this stream."""
        query = select(schema.parts).where(*_stream(parcel, sender)).order_by(schema.parts.c.number.desc()).limit(1)
        row = self._connection.execute(query).first()
        return None if row is None else _part(row)

    def parts(self, parcel: str, sender: str) -> list[Part]:
        """All parts of this stream, in order."""
        query = select(schema.parts).where(*_stream(parcel, sender)).order_by(schema.parts.c.number)
        return [_part(row) for row in self._connection.execute(query)]

    def add_part(self, part: Part) -> None:
        """Insert, with the next cursor of the receiver's mailbox."""
        cursor = next_count(self._connection, schema.mailboxes, part.receiver, "last")
        self._connection.execute(
            schema.parts.insert().values(
                parcel=part.parcel,
                sender=part.sender,
                number=part.number,
                receiver=part.receiver,
                cursor=cursor,
                kind=part.kind,
                urgency=part.urgency.rank,
                size=part.size,
                state=part.state.value,
                object=part.object,
                envelope=part.envelope,
                expires=part.expires,
            )
        )
        count(self._connection, part.sender, part_bytes=part.size)

    def end_parts(self, parts: Sequence[Part], state: PartState) -> None:
        """Put them in this state, discard their bytes and take these off the senders' usage."""
        discard(self._connection, [Discard(part.object, Store.PART) for part in parts])
        for part in parts:
            table = schema.parts
            ended = update(table).where(*_stream(part.parcel, part.sender), table.c.number == part.number)
            self._connection.execute(ended.values(state=state.value, object="", size=0))
            count(self._connection, part.sender, part_bytes=-part.size)

    def mailbox(self, receiver: str, after: int, limit: int, *, by_urgency: bool = False) -> list[Part]:
        """Parts here or withdrawn with a cursor over ``after``."""
        table = schema.parts
        order = (table.c.urgency, table.c.cursor) if by_urgency else (table.c.cursor,)
        mine = (table.c.receiver == receiver, table.c.state.in_(IN_MAILBOX), table.c.cursor > after)
        rows = self._connection.execute(select(table).where(*mine).order_by(*order).limit(limit))
        return [_part(row) for row in rows]

    def last_cursors(self, receivers: Iterable[str]) -> dict[str, int]:
        """The newest cursor of each mailbox; those never used are absent."""
        table = schema.mailboxes
        rows = self._connection.execute(select(table).where(table.c.organisation.in_(list(receivers))))
        return {row.organisation: row.last for row in rows}

    def expired_parts(self, now: float, limit: int) -> list[Part]:
        """Parts whose bytes are here past their time."""
        table = schema.parts
        late = (table.c.state == PartState.HERE.value, table.c.expires <= now)
        return [_part(row) for row in self._connection.execute(select(table).where(*late).limit(limit))]

    def drop_expired(self, now: float, limit: int) -> int:
        """Delete parcels past their time with all their envelopes and grants; returns how many."""
        parcels, parts, grants = schema.parcels, schema.parts, schema.grants
        late = select(parcels.c.parcel).where(parcels.c.expires <= now).limit(limit)
        names = list(self._connection.execute(late.with_for_update(skip_locked=True)).scalars())
        if not names:
            return 0
        rows = self._connection.execute(
            select(parts).where(parts.c.parcel.in_(names), parts.c.state == PartState.HERE.value)
        )
        self.end_parts([_part(row) for row in rows], PartState.EXPIRED)
        packs = list(self._connection.execute(select(grants.c.pack).where(grants.c.parcel.in_(names))).scalars())
        for table in (grants, parts, parcels):
            self._connection.execute(delete(table).where(table.c.parcel.in_(names)))
        drop_ungranted(self._connection, packs)
        return len(names)


def _stream(parcel: str, sender: str) -> tuple[Any, Any]:
    return schema.parts.c.parcel == parcel, schema.parts.c.sender == sender


def _part(row: Row[Any]) -> Part:
    values = dict(row._mapping)
    values["urgency"] = URGENCIES[values["urgency"]]
    values["state"] = PartState(values["state"])
    return Part(**values)
