"""SQL of one transaction: fixed statements straight to the driver, built ones through SQLAlchemy Core.

Fixed statements are written once, with ``?`` for each value; both drivers keep them prepared by their text. Going past
Core saves half the time of the ingest path (about 10 of 16 microseconds a statement). Driver errors become the error
tree here, without the values that PostgreSQL puts in its texts. No statement of a domain lives here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from beeldbrug.kit.sql import in_error_tree
from beeldbrug.model.errors import BeeldbrugError, Conflict, Unavailable

T = TypeVar("T")
Row = tuple[Any, ...]

CHUNK = 500
"""Ids per statement: under the limits on parameters of both engines."""


class Statements:
    """The connection of one transaction; used by the stores that share it, from one thread."""

    __slots__ = ("_driver", "core", "postgresql")

    def __init__(self, core: Connection) -> None:
        self.core = core
        self.postgresql = core.dialect.name == "postgresql"
        self._driver: Any = core.connection.driver_connection

    def run(self, statement: str, *values: object) -> int:
        """Execute; the number of rows it changed."""
        return int(self._execute(statement, values).rowcount)

    def one(self, statement: str, *values: object) -> Row | None:
        """The first row, or None."""
        row: Row | None = self._execute(statement, values).fetchone()
        return row

    def all(self, statement: str, *values: object) -> list[Row]:
        """All rows."""
        rows: list[Row] = self._execute(statement, values).fetchall()
        return rows

    def many(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        """Execute once for each row of values."""
        if not rows:
            return
        cursor = self._driver.cursor()
        cursor.executemany(_numbered(statement) if self.postgresql else statement, rows)
        cursor.close()

    def _execute(self, statement: str, values: tuple[object, ...]) -> Any:
        return self._driver.execute(_numbered(statement) if self.postgresql else statement, values)


@cache
def _numbered(statement: str) -> str:
    """psycopg's placeholders; no fixed statement holds a literal ``?`` or ``%``."""
    return statement.replace("?", "%s")


def run_in_tree(work: Callable[[], T]) -> T:
    """Run it; a driver's error becomes the error tree's, without values."""
    try:
        return work()
    except (sqlite3.Error, psycopg.Error, DBAPIError) as error:
        raise translated(error) from None


@contextmanager
def in_tree() -> Iterator[None]:
    """As ``run_in_tree``, for a block."""
    try:
        yield
    except (sqlite3.Error, psycopg.Error, DBAPIError) as error:
        raise translated(error) from None


def translated(error: BaseException) -> BeeldbrugError:
    """The error tree's word for a driver's error."""
    original: BaseException | None = error.orig if isinstance(error, DBAPIError) else error
    if original is None:
        original = error
    if known := in_error_tree(original):
        return known
    reason = _reason(original)
    if isinstance(original, sqlite3.IntegrityError | psycopg.IntegrityError):
        return Conflict("row-conflict", f"It contradicts rows that are in the vault ({reason}).", "Try again.")
    return Unavailable(
        "database-refused", f"The database refused a statement ({reason}).", "Check that its schema is this version's."
    )


def _reason(error: BaseException) -> str:
    """Names of the schema at most: SQLite's texts hold no values, PostgreSQL's may."""
    if isinstance(error, psycopg.Error):
        where = error.diag.constraint_name or error.diag.table_name or ""
        return f"{type(error).__name__} {error.sqlstate or ''} {where}".strip()
    return str(error)


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists of at most CHUNK."""
    held = list(values)
    for start in range(0, len(held), CHUNK):
        yield held[start : start + CHUNK]
