"""SQLAlchemy Core engines with one behaviour on SQLite and PostgreSQL, and alembic migrations.

SQLite: WAL, every commit synced, foreign keys enforced, what is deleted overwritten; a transaction takes the write lock
at its start unless it was opened by ``reading``, so that it never fails half-way for being late. Statements never show
their parameters in errors; a full, absent or damaged database is
``Unavailable``. No tables and no SQL of a domain live here. Alembic is imported where it migrates: opening a database
does not wait for it.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    ExceptionContext,
    Integer,
    LargeBinary,
    MetaData,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeEngine

from beeldbrug.model.errors import Malformed, Unavailable

if TYPE_CHECKING:
    from alembic.runtime.environment import EnvironmentContext

LOCK_SECONDS = 30.0
"""How long a transaction waits for the write lock before ``database-busy``."""

_READ_ONLY = "beeldbrug_read_only"
_KEPT = "beeldbrug_kept"
_LOCK_MILLISECONDS = 5000
_MIGRATION_LOCK = 0x6265656C_64627275  # any number that no other program uses for pg_advisory_xact_lock
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={_LOCK_MILLISECONDS}",
    "PRAGMA cache_size=-16000",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA secure_delete=ON",  # what is deleted is overwritten: a destroyed key must not stay in a free page
)


def big_integer() -> TypeEngine[int]:
    """A 64-bit integer; on SQLite INTEGER, so that a primary key of it numbers itself."""
    return BigInteger().with_variant(Integer(), "sqlite")


def blob() -> TypeEngine[bytes]:
    """Bytes of any length."""
    return LargeBinary()


def open_engine(url: str, pool: int = 8) -> Engine:
    """An engine for ``sqlite:///PATH`` or ``postgresql://...`` (psycopg 3) with at most ``3 * pool`` connections.

    Make one per process, after it started. Raises Malformed ``database-url``.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
        engine = create_engine(parsed, hide_parameters=True, pool_size=pool, max_overflow=2 * pool)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        options = {"connect_timeout": 10, "application_name": "beeldbrug"}
        engine = create_engine(
            parsed,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=pool,
            max_overflow=2 * pool,
            connect_args=options,
        )
    else:
        raise Malformed(
            "database-url",
            "The database is neither a SQLite file nor PostgreSQL.",
            "Use sqlite:///PATH or postgresql://...",
        )
    event.listen(engine, "handle_error", _to_error_tree)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that may write: commits at the end, rolls back on an exception."""
    with engine.begin() as connection:
        yield connection


def keep_for_writing(engine: Engine) -> Connection:
    """A connection to SQLite on which one write transaction follows another; give it back with ``give_back``."""
    connection = engine.connect()
    connection.execution_options(**{_KEPT: True})
    _wait_for_locks(connection, 0)
    return connection


def give_back(connection: Connection) -> None:
    """The end of ``keep_for_writing``; a connection that is of no use any more is thrown away."""
    try:
        _wait_for_locks(connection, _LOCK_MILLISECONDS)
    except sqlite3.Error:
        connection.invalidate()
    connection.close()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view that never waits for writers; writing in it fails or is rolled back."""
    with engine.connect() as connection:
        connection.execution_options(**{_READ_ONLY: True})
        yield connection


def scrub(engine: Engine) -> bool:
    """SQLite: empty the write-ahead log, in which what was deleted stands until it is written over; False when readers
    held it, then again later. PostgreSQL keeps its own house (autovacuum): nothing to do."""
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        # without waiting: writers would have to wait along with it
        driver.execute("PRAGMA busy_timeout=0")
        try:
            busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            driver.execute(f"PRAGMA busy_timeout={_LOCK_MILLISECONDS}")
    return not busy


def migrate(engine: Engine, script_location: str, revision: str = "head") -> None:
    """Bring the schema to ``revision`` in one transaction; processes that start together do it once.

    ``script_location`` is a folder or ``package:folder``; its ``env.py`` calls ``run_migrations``. Raises Unavailable.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", script_location.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    # batch operations drop and rebuild tables; with foreign keys on, that would cascade into their children
    with engine.connect() as connection, _foreign_keys_off(connection), connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        _check_foreign_keys(connection)


def run_migrations(context: EnvironmentContext, metadata: MetaData | None = None) -> None:
    """The whole of an ``env.py``: run the pending scripts on the connection that ``migrate`` opened."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        transactional_ddl=True,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # None: the driver leaves BEGIN to us, else it would begin late and keep DDL outside transactions
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    if connection.get_execution_options().get(_READ_ONLY):
        driver.execute("BEGIN")
        return
    # SQLite's own waiting sleeps up to 100 ms between tries; with many short writers, short sleeps are far fairer
    if connection.get_execution_options().get(_KEPT):
        _take_write_lock(driver)
        return
    driver.execute("PRAGMA busy_timeout=0")
    try:
        _take_write_lock(driver)
    finally:
        driver.execute(f"PRAGMA busy_timeout={_LOCK_MILLISECONDS}")


def _wait_for_locks(connection: Connection, milliseconds: int) -> None:
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA busy_timeout={milliseconds}")


def _take_write_lock(driver: sqlite3.Connection) -> None:
    deadline = time.monotonic() + LOCK_SECONDS
    pause = 0.0002
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise _sqlite_error(error) or error from None
            if time.monotonic() > deadline:
                raise _busy() from None
        time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - spreads out retries, no secret
        pause = min(pause * 1.5, 0.005)


def in_error_tree(error: BaseException) -> Unavailable | None:
    """The tree's error for a driver's, or None when it is about the statement (a constraint, a mistake)."""
    if isinstance(error, sqlite3.Error):
        return _sqlite_error(error)
    if state := getattr(error, "sqlstate", None):
        return _postgresql_error(str(state))
    return _down() if type(error).__name__ == "OperationalError" else None


def _to_error_tree(context: ExceptionContext) -> None:
    replacement = in_error_tree(context.original_exception)
    if replacement is None and context.is_disconnect:
        replacement = _down()
    if replacement is not None:
        raise replacement from None


def _sqlite_error(error: sqlite3.Error) -> Unavailable | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return _full()
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return _busy()
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
        return _down()
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return _damaged()
    return None


def _postgresql_error(state: str) -> Unavailable | None:
    if state == "53100":
        return _full()
    if state in ("40001", "40P01", "55P03", "57014"):
        return _busy()
    if state.startswith(("08", "53", "57P", "58")):
        return _down()
    if state in ("XX001", "XX002"):
        return _damaged()
    return None


def _full() -> Unavailable:
    return Unavailable("disk-full", "The database's disk is full.", "Free some space on it; work resumes by itself.")


def _busy() -> Unavailable:
    return Unavailable("database-busy", "Another transaction holds what this one needs.", "Try again.")


def _down() -> Unavailable:
    return Unavailable("database-down", "The database cannot be reached or read.", "Check the database and its disk.")


def _damaged() -> Unavailable:
    return Unavailable(
        "database-damaged",
        "The database itself is damaged: its disk lost or altered what it had confirmed.",
        "Stop the node, keep the damaged file, check the disk, and restore a backup.",
    )


@contextmanager
def _foreign_keys_off(connection: Connection) -> Iterator[None]:
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
        raise Malformed(
            "migration-broke-references",
            "A migration would leave rows without their parents.",
            "Restore, and report it.",
        )
