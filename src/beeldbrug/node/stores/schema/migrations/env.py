"""Entry point of alembic for the vault; ``kit.sql.migrate`` opens the connection and the transaction.

On PostgreSQL all writers are shut out before the first change, so that a migration among running processes never meets
half-written work; readers go on. The tables are locked one after the other, and a writer may hold the later one and
want the earlier: all locks are let go and taken anew before the database would look for a deadlock (after a second),
for it may end the writer's transaction. SQLite has one writer at a time anyway.
"""

from __future__ import annotations

import random
import time

from alembic import context
from sqlalchemy import Connection, inspect, text

from beeldbrug.kit.sql import run_migrations
from beeldbrug.model.errors import Unavailable
from beeldbrug.node.stores.schema.vault import VAULT

TRIES = 60
_MILLISECONDS = 500
"""How long to try for all locks: half of PostgreSQL's own ``deadlock_timeout``."""


def _shut_out_writers(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    quote = connection.dialect.identifier_preparer.quote
    present = sorted(set(inspect(connection).get_table_names()) & set(VAULT.tables))
    for left in reversed(range(TRIES if present else 0)):
        try:
            with connection.begin_nested():  # what was locked since goes with it when it fails
                connection.execute(text(f"SET LOCAL statement_timeout = {_MILLISECONDS}"))
                connection.execute(text(f"LOCK TABLE {', '.join(map(quote, present))} IN EXCLUSIVE MODE"))
                connection.execute(text("SET LOCAL statement_timeout TO DEFAULT"))
            return
        except Unavailable as error:
            if error.code != "database-busy" or not left:
                raise
            time.sleep(random.uniform(0.0, 0.05))  # noqa: S311 - the writers go first, no secret


_shut_out_writers(context.config.attributes["connection"])
run_migrations(context, VAULT)  # type: ignore[arg-type]  # alembic's proxy module stands for the EnvironmentContext
