"""SQL that several of the record stores share: upserts on both dialects, counting usage, noting discards.

No queries of one store only. SQLite and PostgreSQL spell ``INSERT ... ON CONFLICT`` alike, but SQLAlchemy keeps a
construct per dialect.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from beeldbrug.hub.ports.records import Discard, Store
from beeldbrug.hub.stores import schema

Insert = sqlite.Insert | postgresql.Insert


def insert(connection: Connection, table: Table) -> Insert:
    """The dialect's own INSERT, which knows ON CONFLICT."""
    return insert_into(connection.dialect.name, table)


def insert_into(dialect: str, table: Table) -> Insert:
    """As ``insert``, by the dialect's name."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def put(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert the row, or replace the one with the same primary key."""
    keys = [column.name for column in table.primary_key]
    changes = {name: value for name, value in row.items() if name not in keys}
    connection.execute(insert(connection, table).values(**row).on_conflict_do_update(index_elements=keys, set_=changes))


def next_count(connection: Connection, table: Table, key: str, column: str) -> int:
    """Add one to a counter's row and return it; the row stays locked until the transaction ends."""
    name = next(iter(table.primary_key)).name
    statement = insert(connection, table).values({name: key, column: 1})
    upsert = statement.on_conflict_do_update(index_elements=[name], set_={column: table.c[column] + 1})
    return int(connection.execute(upsert.returning(table.c[column])).scalar_one())


def count(
    connection: Connection, organisation: str, *, segment_bytes: int = 0, part_bytes: int = 0, upload_bytes: int = 0
) -> None:
    """Add to, or take from, what counts against this organisation's quota."""
    changes = {"segment_bytes": segment_bytes, "part_bytes": part_bytes, "upload_bytes": upload_bytes}
    if any(changes.values()):
        connection.execute(_adding(connection.dialect.name), {"organisation": organisation, **changes})


@cache
def _adding(dialect: str) -> Insert:
    """Add to the counts of an organisation; built once, since every segment counts twice."""
    table = schema.usage
    statement = insert_into(dialect, table)
    added = {name: table.c[name] + statement.excluded[name] for name in ("segment_bytes", "part_bytes", "upload_bytes")}
    return statement.on_conflict_do_update(index_elements=["organisation"], set_=added)


def discard(connection: Connection, discards: Iterable[Discard]) -> None:
    """Note objects that must go from their store."""
    rows = [{"object": one.object, "store": one.store.value} for one in discards if one.object]
    if rows:
        connection.execute(insert(connection, schema.discards).on_conflict_do_nothing(), rows)


def drop_ungranted(connection: Connection, packs: Iterable[str]) -> int:
    """Delete those of these packs that no grant holds any more, with all their segments and uploads."""
    return sum(_drop_if_ungranted(connection, pack) for pack in sorted(set(packs)))


def _drop_if_ungranted(connection: Connection, pack: str) -> int:
    packs, grants, segments, uploads = schema.packs, schema.grants, schema.segments, schema.uploads
    owner = connection.execute(select(packs.c.owner).where(packs.c.pack == pack).with_for_update()).scalar_one_or_none()
    held = connection.execute(select(grants.c.pack).where(grants.c.pack == pack).limit(1)).first()
    if owner is None or held is not None:
        return 0
    whole = connection.execute(select(segments.c.object, segments.c.length).where(segments.c.pack == pack)).all()
    coming = connection.execute(select(uploads.c.object, uploads.c.length).where(uploads.c.pack == pack)).all()
    discard(connection, [Discard(row.object, Store.SEGMENT) for row in whole])
    discard(connection, [Discard(row.object, store) for row in coming for store in (Store.PARTIAL, Store.SEGMENT)])
    for table in (segments, uploads, packs):
        connection.execute(delete(table).where(table.c.pack == pack))
    lengths = (sum(row.length for row in whole), sum(row.length for row in coming))
    count(connection, owner, segment_bytes=-lengths[0], upload_bytes=-lengths[1])
    return 1
