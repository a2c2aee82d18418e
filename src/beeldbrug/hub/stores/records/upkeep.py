"""Usage, audit heads, the sweeper's lease and the list of objects that must go, in SQL.

Heads are only ever inserted. The lease is a row with an end, so that a killed process holds nobody up for long.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Final

from sqlalchemy import Connection, bindparam, delete, or_, select, tuple_

from beeldbrug.hub.ports.records import Discard, Head, Store, Usage
from beeldbrug.hub.stores import schema
from beeldbrug.hub.stores.records.statements import discard, insert

_USAGE: Final = select(schema.usage).where(schema.usage.c.organisation == bindparam("organisation"))


class SqlAccounts:
    """Implements ``ports.records.Accounts``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def usage(self, organisation: str) -> Usage:
        """What it uses now."""
        row = self._connection.execute(_USAGE, {"organisation": organisation}).first()
        return Usage() if row is None else Usage(row.segment_bytes, row.part_bytes, row.upload_bytes)


class SqlHeads:
    """Implements ``ports.records.Heads``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def last(self, organisation: str) -> Head | None:
        """The one with the highest sequence."""
        table = schema.heads
        query = select(table).where(table.c.organisation == organisation).order_by(table.c.sequence.desc()).limit(1)
        row = self._connection.execute(query).first()
        return None if row is None else Head(**row._mapping)

    def add(self, head: Head) -> None:
        """Insert."""
        self._connection.execute(schema.heads.insert().values(**asdict(head)))

    def after(self, organisation: str, sequence: int, limit: int) -> list[Head]:
        """Those with a higher sequence, in order."""
        table = schema.heads
        mine = (table.c.organisation == organisation, table.c.sequence > sequence)
        rows = self._connection.execute(select(table).where(*mine).order_by(table.c.sequence).limit(limit))
        return [Head(**row._mapping) for row in rows]


class SqlUpkeep:
    """Implements ``ports.records.Upkeep``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_lease(self, name: str, holder: str, now: float, until: float) -> bool:
        """Whether ``holder`` has the lease now."""
        table = schema.leases
        free = or_(table.c.holder == holder, table.c.until <= now)
        statement = insert(self._connection, table).values(name=name, holder=holder, until=until)
        change = {"holder": holder, "until": until}
        taken = statement.on_conflict_do_update(index_elements=["name"], set_=change, where=free)
        return self._connection.execute(taken.returning(table.c.holder)).first() is not None

    def discard(self, discards: Iterable[Discard]) -> None:
        """Note objects that must go."""
        discard(self._connection, discards)

    def discards(self, limit: int) -> list[Discard]:
        """Objects that must go."""
        rows = self._connection.execute(select(schema.discards).limit(limit))
        return [Discard(row.object, Store(row.store)) for row in rows]

    def forget(self, discards: Iterable[Discard]) -> None:
        """They are gone."""
        table = schema.discards
        keys = [(one.object, one.store.value) for one in discards]
        self._connection.execute(delete(table).where(tuple_(table.c.object, table.c.store).in_(keys)))

    def referenced(self, objects: Sequence[str]) -> set[str]:
        """Which of these keys some row refers to."""
        found: set[str] = set()
        for table in (schema.parts, schema.segments, schema.uploads, schema.discards):
            query = select(table.c.object).where(table.c.object.in_(list(objects)))
            found.update(self._connection.execute(query).scalars())
        return found
