"""The hub's database: transactions over SQLAlchemy Core, on SQLite or PostgreSQL.

On SQLite writers of one process share commits (one writer at a time is all that SQLite has). On PostgreSQL each
transaction is its own; one that lost a race to another process (unique key, deadlock) is run again and then sees the
other's rows. Opening migrates the schema.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from beeldbrug.hub.ports.records import Transaction
from beeldbrug.hub.stores.records.organisations import SqlOrganisations
from beeldbrug.hub.stores.records.packs import SqlPacks
from beeldbrug.hub.stores.records.parcels import SqlParcels
from beeldbrug.hub.stores.records.upkeep import SqlAccounts, SqlHeads, SqlUpkeep
from beeldbrug.kit.group_commit import GroupCommit
from beeldbrug.kit.sql import migrate, open_engine, reading, writing
from beeldbrug.model.errors import Unavailable

T = TypeVar("T")

MIGRATIONS = "beeldbrug.hub.stores:migrations"
ATTEMPTS = 6


class SqlTransaction:
    """Implements ``ports.records.Transaction`` on one connection."""

    __slots__ = ("accounts", "heads", "organisations", "packs", "parcels", "upkeep")

    def __init__(self, connection: Connection) -> None:
        self.organisations = SqlOrganisations(connection)
        self.parcels = SqlParcels(connection)
        self.packs = SqlPacks(connection)
        self.accounts = SqlAccounts(connection)
        self.heads = SqlHeads(connection)
        self.upkeep = SqlUpkeep(connection)


class SqlRecords:
    """Implements ``ports.records.Records``; one per process."""

    def __init__(self, url: str) -> None:
        """Raises Malformed ``database-url``, Unavailable ``database-down``."""
        self._engine = open_engine(url)
        migrate(self._engine, MIGRATIONS)
        shared = self._engine.dialect.name == "sqlite"
        self._commits = GroupCommit(self._engine, name="hub-commit") if shared else None

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run the work in a transaction; it is committed and synced when this returns."""
        if self._commits is not None:
            return self._commits.run(lambda connection: work(SqlTransaction(connection)))
        return self._retried(work)

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run the work on one consistent view."""
        with reading(self._engine) as connection:
            return work(SqlTransaction(connection))

    def close(self) -> None:
        """Commit what waits, then let go of the database."""
        if self._commits is not None:
            self._commits.close()
        self._engine.dispose()

    def _retried(self, work: Callable[[Transaction], T]) -> T:
        for _ in range(ATTEMPTS - 1):
            try:
                return self._once(work)
            except IntegrityError:
                continue
            except Unavailable as error:
                if error.code != "database-busy":
                    raise
        return self._once(work)

    def _once(self, work: Callable[[Transaction], T]) -> T:
        with writing(self._engine) as connection:
            return work(SqlTransaction(connection))
