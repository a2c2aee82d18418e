"""The vault under test: empty, migrated, once on SQLite and once on PostgreSQL.

PostgreSQL is migrated once and emptied for each test; SQLite's file is copied (``tests.vaults``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from beeldbrug.kit.sql import open_engine, writing
from beeldbrug.node.stores.schema.upgrade import upgrade
from beeldbrug.node.stores.schema.vault import VAULT
from beeldbrug.node.stores.sql.database import Vault, open_vault
from beeldbrug.sealed.opening.vault import VaultRoot, new_root
from tests.peers.postgres import Postgres
from tests.vaults import fresh_vault

# five times as fast as TRUNCATE, which makes new files for each table and index
_EMPTY = f"""
DO $$
DECLARE used text;
BEGIN
    SET LOCAL session_replication_role = replica;
    {"".join(f"DELETE FROM {name};" for name in VAULT.tables)}
    FOR used IN SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', used);
    END LOOP;
END $$
"""  # noqa: S608  the schema's own names


@pytest.fixture
def root() -> VaultRoot:
    """A root key."""
    return VaultRoot(new_root())


@pytest.fixture(scope="session")
def migrated_url(postgres: Postgres) -> Iterator[str]:
    """A vault in PostgreSQL."""
    url = postgres.create()
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def vault_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty, migrated vault."""
    if request.param == "sqlite":
        path = tmp_path / "vault.sqlite"
        fresh_vault(path).dispose()
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("migrated_url")
    engine = open_engine(url)
    with writing(engine) as connection:
        connection.execute(text(_EMPTY))
    engine.dispose()
    return url


@pytest.fixture
def vault(vault_url: str, root: VaultRoot) -> Iterator[Vault]:
    """A vault in a fresh database."""
    opened = open_vault(open_engine(vault_url), lambda _: root)
    yield opened
    opened.close()
