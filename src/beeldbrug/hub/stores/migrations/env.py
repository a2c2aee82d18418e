"""Alembic's entry: runs the pending migrations of the hub on the connection that ``kit.sql.migrate`` opened."""

from __future__ import annotations

from alembic import context

from beeldbrug.hub.stores.schema import METADATA
from beeldbrug.kit.sql import run_migrations

run_migrations(context, METADATA)  # type: ignore[arg-type]  # alembic.context is a proxy of EnvironmentContext
