"""Migrations on both engines: they build the tables, and an upgrade works with exchanges under way."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from beeldbrug.kit.sql import open_engine, reading, writing
from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.stores.schema.upgrade import MIGRATIONS, check_schema, newest, revision, upgrade
from beeldbrug.node.stores.schema.vault import VAULT
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.sealed.opening.vault import VaultRoot
from tests.contract.node import given
from tests.contract.node.given import PARCEL, A

THIS = newest()
LATER = f"{int(THIS) + 1:04}"

NEXT = '''"""A later revision, for this test alone."""

import time

import sqlalchemy as sa
from alembic import op

revision = "<later>"
down_revision = "<this>"


def upgrade() -> None:
    with op.batch_alter_table("exchange") as table:
        table.add_column(sa.Column("colour", sa.Text(), nullable=False, server_default="blue"))
    time.sleep(1.0)
    op.execute("UPDATE exchange SET colour = 'green'")
'''.replace("<later>", LATER).replace("<this>", THIS)


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The migrations of a version after this one."""
    folder = tmp_path / "later"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / f"revision_{LATER}.py").write_text(NEXT)
    return folder


def test_the_migrations_build_exactly_the_tables(database_url: str) -> None:
    engine = open_engine(database_url)
    assert upgrade(engine) == (None, newest())
    assert upgrade(engine) == (newest(), newest())
    with reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), VAULT) == []
    engine.dispose()


def test_the_names_of_the_files_say_the_order_that_alembic_goes_by() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    walked = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    files = sorted(path.stem.removeprefix("revision_") for path in (MIGRATIONS / "versions").glob("revision_*.py"))
    assert walked == files[::-1]
    assert newest() == walked[0]


def test_an_upgrade_among_running_writers_and_readers_loses_nothing(
    database_url: str, root: VaultRoot, later: Path
) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    vault = Vault(engine, root)
    with vault.write() as tx:
        tx.exchanges.add(given.exchange())
    stop, written, slowest = threading.Event(), [0], [0.0]
    failures: list[BaseException] = []

    def write() -> None:
        try:
            while not stop.is_set():
                number = written[0] + 1

                vault.submit(_ingest(number)).result(60)
                written[0] = number
        except BaseException as error:
            failures.append(error)

    def read() -> None:
        try:
            while not stop.is_set():
                began = time.monotonic()
                with vault.read() as tx:
                    tx.facts.get(A, "cursor")
                slowest[0] = max(slowest[0], time.monotonic() - began)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write), threading.Thread(target=read)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    before = written[0]
    other = open_engine(database_url)
    assert upgrade(other, later) == (THIS, LATER)
    time.sleep(0.3)
    stop.set()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert 0 < before < written[0]
    assert slowest[0] < 0.9, "readers waited for the migration"
    with vault.read() as tx:
        assert len(tx.exchanges.members(PARCEL, limit=100_000)) == written[0]
        assert tx.connection.execute(text("SELECT colour FROM exchange")).scalar_one() == "green"
    with pytest.raises(Unavailable) as newer:
        check_schema(engine)
    assert newer.value.code == "schema-newer"
    other.dispose()
    vault.close()


def test_an_upgrade_never_ends_a_transaction_that_waits_for_it(postgres_url: str, later: Path) -> None:
    engine = open_engine(postgres_url)
    upgrade(engine)
    first, middle, last = "account", "exchange", "work"
    holding, waiting, failures = threading.Barrier(3), threading.Event(), list[BaseException]()

    def want(connection: Connection, table: str) -> None:
        connection.execute(text(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE"))

    def hold() -> None:
        """So that the upgrade has the first table already, and wants the last one later than the writer the first."""
        with writing(engine) as connection:
            want(connection, middle)
            holding.wait(30)
            waiting.wait(30)
            time.sleep(0.3)

    def write() -> None:
        try:
            with writing(engine) as connection:
                want(connection, last)
                holding.wait(30)
                time.sleep(0.3)
                waiting.set()
                want(connection, first)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=hold), threading.Thread(target=write)]
    for thread in threads:
        thread.start()
    holding.wait(30)
    other = open_engine(postgres_url)
    assert upgrade(other, later) == (THIS, LATER)
    for thread in threads:
        thread.join(60)
    assert failures == []
    other.dispose()
    engine.dispose()


def test_an_upgrade_that_fails_changes_nothing(database_url: str, root: VaultRoot, later: Path) -> None:
    engine = open_engine(database_url)
    upgrade(engine)
    path = later / "versions" / f"revision_{LATER}.py"
    path.write_text(NEXT.replace("time.sleep(1.0)", "raise RuntimeError").replace("'green'", "'x'"))
    with pytest.raises(RuntimeError):
        upgrade(engine, later)
    assert revision(engine) == THIS
    check_schema(engine)
    vault = Vault(engine, root)
    with vault.write() as tx:
        tx.exchanges.add(given.exchange())
    vault.close()


def _ingest(number: int) -> Callable[[Transaction], None]:
    def deed(tx: Transaction) -> None:
        tx.exchanges.add_member(PARCEL, A, tx.instances.add(given.instance(number)))
        tx.exchanges.bump(PARCEL, given.NOW, total=1)

    return deed
