"""The vault under test: empty, migrated, once on SQLite and once on PostgreSQL.

Migrating takes longer than most tests, so it happens once an engine: SQLite's file is copied, PostgreSQL's is emptied.
"""

from __future__ import annotations

import shutil
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


@pytest.fixture
def root() -> VaultRoot:
    """A root key."""
    return VaultRoot(new_root())


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty vault in SQLite, closed."""
    path = tmp_path_factory.mktemp("vault") / "migrated.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


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
        shutil.copyfile(request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("migrated_url")
    engine = open_engine(url)
    with writing(engine) as connection:
        connection.execute(text(f"TRUNCATE {', '.join(VAULT.tables)} RESTART IDENTITY CASCADE"))  # the schema's names
    engine.dispose()
    return url


@pytest.fixture
def vault(vault_url: str, root: VaultRoot) -> Iterator[Vault]:
    """A vault in a fresh database."""
    opened = open_vault(open_engine(vault_url), lambda _: root)
    yield opened
    opened.close()
