"""Entry point of alembic for the vault; ``kit.sql.migrate`` opens the connection and the transaction.

On PostgreSQL all writers are shut out before the first change, in one statement, so that a migration among running
processes neither meets half-written work nor deadlocks; readers go on. SQLite has one writer at a time anyway.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, inspect, text

from beeldbrug.kit.sql import run_migrations
from beeldbrug.node.stores.schema.tables import VAULT


def _shut_out_writers(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    quote = connection.dialect.identifier_preparer.quote
    present = sorted(set(inspect(connection).get_table_names()) & set(VAULT.tables))
    if present:
        connection.execute(text(f"LOCK TABLE {', '.join(map(quote, present))} IN EXCLUSIVE MODE"))


_shut_out_writers(context.config.attributes["connection"])
run_migrations(context, VAULT)  # type: ignore[arg-type]  # alembic's proxy module stands for the EnvironmentContext
