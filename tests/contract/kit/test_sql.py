"""What kit.sql and kit.group_commit promise on SQLite and PostgreSQL alike."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from beeldbrug.kit import sql
from beeldbrug.kit.group_commit import GroupCommit
from beeldbrug.model.errors import Unavailable
from tests.peers.postgres import Postgres
from tests.unit.kit.test_sql import write_scripts

METADATA = MetaData()
ROWS = Table(
    "rows",
    METADATA,
    Column("id", sql.big_integer(), primary_key=True),
    Column("name", String, unique=True),
    Column("body", sql.blob()),
)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = sql.open_engine(database_url)
    with sql.writing(engine) as connection:
        METADATA.create_all(connection)
    yield engine
    engine.dispose()


def count(engine: Engine) -> int:
    with sql.reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(ROWS)).scalar_one()


def test_keys_number_themselves_and_blobs_come_back(engine: Engine) -> None:
    with sql.writing(engine) as connection:
        keys = [
            connection.execute(insert(ROWS), {"name": name, "body": b"\0\xff"}).inserted_primary_key for name in "ab"
        ]
        connection.execute(insert(ROWS), {"id": 1 << 60, "name": "c"})
    assert [tuple(key or ()) for key in keys] == [(1,), (2,)]
    with sql.reading(engine) as connection:
        assert connection.execute(select(ROWS.c.body).where(ROWS.c.id == 1)).scalar_one() == b"\0\xff"


def test_a_failing_work_takes_nobody_along(engine: Engine) -> None:
    def row(connection: Connection) -> None:
        connection.execute(insert(ROWS), {"name": "same"})

    def other(connection: Connection) -> None:
        connection.execute(insert(ROWS), {"name": "other"})

    commits = GroupCommit(engine)
    futures = [commits.submit(work) for work in (row, row, other, row)]
    failures = [type(future.exception(30)) for future in futures]
    commits.close()
    assert failures == [type(None), IntegrityError, type(None), IntegrityError]
    assert count(engine) == 2


def test_processes_that_start_together_migrate_once(database_url: str, tmp_path: Path) -> None:
    scripts = write_scripts(tmp_path / "m")
    code = f"from beeldbrug.kit import sql; sql.migrate(sql.open_engine({database_url!r}), {scripts!r})"
    processes = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    engine = sql.open_engine(database_url)
    with sql.reading(engine) as connection:
        assert connection.execute(text("select a, b from t")).all() == [(1, None)]
    engine.dispose()


def test_a_migration_that_fails_leaves_the_old_schema(database_url: str, tmp_path: Path) -> None:
    engine = sql.open_engine(database_url)
    scripts = write_scripts(tmp_path / "m", fails=True)
    sql.migrate(engine, scripts, "a1")
    with pytest.raises(ZeroDivisionError):
        sql.migrate(engine, scripts)
    with sql.reading(engine) as connection:
        assert set(connection.execute(text("select * from t")).keys()) == {"a"}
    engine.dispose()


def test_a_database_that_goes_down_is_unavailable_and_comes_back(postgres: Postgres, postgres_url: str) -> None:
    engine = sql.open_engine(postgres_url)
    with sql.reading(engine) as connection:
        connection.execute(text("select 1"))
    postgres.drop(postgres_url)
    with pytest.raises(Unavailable), sql.reading(engine) as connection:
        connection.execute(text("select 1"))
    engine.dispose()
