"""Promises of kit.sql on SQLite; tests/contract/kit says the same of PostgreSQL."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import Column, Engine, ForeignKey, MetaData, String, Table, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from beeldbrug.kit import sql
from beeldbrug.model.errors import Malformed, Unavailable

METADATA = MetaData()
PARENT = Table("parent", METADATA, Column("id", sql.big_integer(), primary_key=True), Column("name", String))
CHILD = Table("child", METADATA, Column("parent", ForeignKey("parent.id")), Column("body", sql.blob()))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = sql.open_engine(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with sql.writing(engine) as connection:
        METADATA.create_all(connection)
    return engine


def test_every_commit_is_synced_and_references_hold(engine: Engine) -> None:
    with sql.reading(engine) as connection:
        pragma = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")}
    assert pragma == {"journal_mode": "wal", "synchronous": 2}
    with pytest.raises(IntegrityError), sql.writing(engine) as connection:
        connection.execute(insert(CHILD), {"parent": 9})


def test_a_failed_transaction_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(KeyError), sql.writing(engine) as connection:
        connection.execute(insert(PARENT), {"name": "a"})
        raise KeyError
    with sql.reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(PARENT)).scalar() == 0


def test_errors_never_show_parameters(engine: Engine) -> None:
    with pytest.raises(IntegrityError) as caught, sql.writing(engine) as connection:
        connection.execute(insert(PARENT), {"id": 1, "name": "a"})
        connection.execute(insert(PARENT), {"id": 1, "name": "hush"})
    assert "hush" not in str(caught.value)


def test_readers_see_one_state_and_do_not_wait_for_the_writer(engine: Engine) -> None:
    with sql.writing(engine) as writer:
        writer.execute(insert(PARENT), {"name": "a"})
        with sql.reading(engine) as reader:
            assert reader.execute(select(func.count()).select_from(PARENT)).scalar() == 0


def test_many_writers_read_and_write_without_loss(engine: Engine) -> None:
    with sql.writing(engine) as connection:
        connection.execute(insert(PARENT), {"id": 1, "name": "0"})

    def add() -> None:
        for _ in range(25):
            with sql.writing(engine) as connection:
                value = int(connection.execute(select(PARENT.c.name)).scalar_one())
                connection.execute(PARENT.update().values(name=str(value + 1)))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with sql.reading(engine) as connection:
        assert connection.execute(select(PARENT.c.name)).scalar_one() == "100"


def test_a_lock_that_is_never_freed_ends_as_busy(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "LOCK_SECONDS", 0.05)
    with sql.writing(engine), pytest.raises(Unavailable) as caught, sql.writing(engine):
        pass
    assert caught.value.code == "database-busy"


def test_a_full_disk_is_unavailable_and_passes(engine: Engine) -> None:
    with sql.writing(engine) as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count={pages}"))
    with pytest.raises(Unavailable) as caught, sql.writing(engine) as connection:
        connection.execute(text(f"PRAGMA max_page_count={pages}"))
        connection.execute(insert(CHILD), {"body": bytes(100_000)})
    assert caught.value.code == "disk-full"
    with sql.writing(engine) as connection:
        connection.execute(text("PRAGMA max_page_count=1000000"))
        connection.execute(insert(CHILD), {"body": bytes(100_000)})


def test_a_damaged_file_is_told_with_a_remedy_when_opened_and_when_read(engine: Engine, tmp_path: Path) -> None:
    with sql.writing(engine) as connection:
        connection.execute(insert(PARENT), {"id": 1, "name": "a"})
    assert sql.scrub(engine)
    engine.dispose()
    file = tmp_path / "x.sqlite"
    whole = file.read_bytes()
    for part in (slice(0, 100), slice(100, len(whole))):  # the file's head; the pages
        damaged = bytearray(whole)
        damaged[part] = b"\xff" * len(damaged[part])
        file.write_bytes(damaged)
        with pytest.raises(Unavailable) as caught, sql.reading(engine) as connection:
            connection.execute(select(PARENT.c.name)).all()
        assert caught.value.code == "database-damaged"
        engine.dispose()
    file.write_bytes(whole)
    with sql.reading(engine) as connection:
        assert connection.execute(select(PARENT.c.name)).scalar_one() == "a"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(Malformed):
        sql.open_engine(url)


def test_an_absent_database_folder_is_unavailable(tmp_path: Path) -> None:
    engine = sql.open_engine(f"sqlite:///{tmp_path / 'no' / 'x.sqlite'}")
    with pytest.raises(Unavailable), sql.writing(engine):
        pass


def write_scripts(folder: Path, fails: bool = False) -> str:
    (folder / "versions").mkdir(parents=True, exist_ok=True)
    (folder / "env.py").write_text(
        "from alembic import context\nfrom beeldbrug.kit.sql import run_migrations\nrun_migrations(context)\n"
    )
    (folder / "versions" / "a1.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\nrevision='a1'\ndown_revision=None\n"
        "def upgrade():\n    op.create_table('t', sa.Column('a', sa.Integer))\n"
        "    op.execute('insert into t values (1)')\n"
    )
    (folder / "versions" / "a2.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\nrevision='a2'\ndown_revision='a1'\n"
        "def upgrade():\n    op.add_column('t', sa.Column('b', sa.Integer))\n" + ("    1/0\n" if fails else "")
    )
    return str(folder)


def test_a_migration_that_fails_leaves_the_old_schema(tmp_path: Path) -> None:
    engine = sql.open_engine(f"sqlite:///{tmp_path / 'x.sqlite'}")
    scripts = write_scripts(tmp_path / "m", fails=True)
    sql.migrate(engine, scripts, "a1")
    with pytest.raises(ZeroDivisionError):
        sql.migrate(engine, scripts)
    with sql.reading(engine) as connection:
        assert connection.execute(text("select * from t")).keys() == {"a"}
        assert connection.execute(text("select version_num from alembic_version")).scalar_one() == "a1"
    sql.migrate(engine, write_scripts(tmp_path / "m"))
    with sql.reading(engine) as connection:
        assert set(connection.execute(text("select * from t")).keys()) == {"a", "b"}


def test_processes_that_start_together_migrate_once(tmp_path: Path) -> None:
    scripts = write_scripts(tmp_path / "m")
    url = f"sqlite:///{tmp_path / 'x.sqlite'}"
    code = f"from beeldbrug.kit import sql; sql.migrate(sql.open_engine({url!r}), {scripts!r})"
    processes = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0, 0, 0, 0]
    with sqlite3.connect(tmp_path / "x.sqlite") as connection:
        assert connection.execute("select a, b from t").fetchall() == [(1, None)]
    connection.close()
