"""Rows of the vault from one database into another, table by table, whichever engine each is.

Parents before children, in batches, so that memory does not grow with the vault. It opens no seal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from beeldbrug.node.stores.schema.tables import KEY_TABLES
from beeldbrug.node.stores.schema.vault import VAULT

_BATCH = 500

ORDINARY: tuple[Table, ...] = tuple(table for table in VAULT.sorted_tables if table not in KEY_TABLES)
"""What an ordinary backup holds."""


def rows_of(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """All rows in batches, by primary key."""
    statement = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_BATCH)
    for batch in connection.execute(statement).mappings().partitions():
        yield [dict(row) for row in batch]


def copy(source: Connection, target: Connection, tables: Iterable[Table] = ORDINARY) -> dict[str, int]:
    """Copy all rows; returns how many of each table. The target's tables are there and empty."""
    return {table.name: add(target, table, rows_of(source, table)) for table in tables}


def add(target: Connection, table: Table, batches: Iterable[list[dict[str, Any]]]) -> int:
    """Insert the rows; returns how many."""
    count = 0
    for batch in batches:
        target.execute(insert(table), batch)
        count += len(batch)
    _number_on(target, table)
    return count


def counts(connection: Connection, tables: Iterable[Table] = ORDINARY) -> dict[str, int]:
    """How many rows each table has."""
    return {table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


def _number_on(target: Connection, table: Table) -> None:
    """PostgreSQL does not notice ids that were given; the next one must come after them."""
    column = table.autoincrement_column
    if target.dialect.name != "postgresql" or column is None:
        return
    last = target.execute(select(func.max(column))).scalar_one()
    if last is not None:
        sequence = text("SELECT setval(pg_get_serial_sequence(:name, :id), :last)")
        target.execute(sequence, {"name": table.name, "id": column.name, "last": last})
