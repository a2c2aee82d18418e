"""A PostgreSQL cluster of our own: made with initdb, reached over a Unix socket, one fresh database per test.

Debian package postgresql; no system service is used or touched. PostgreSQL refuses to run as root, so then it runs as
the package's user.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.peers.processes import running, tool, wait_until

_USER = "postgres"


@dataclass(frozen=True)
class Postgres:
    """A running cluster; ``create`` makes a database and returns its URL."""

    sockets: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def create(self) -> str:
        """URL of a new empty database, for SQLAlchemy and psycopg alike."""
        name = f"test_{next(self._numbers)}"
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        return f"postgresql://{_USER}@/{name}?host={self.sockets}"

    def drop(self, url: str) -> None:
        """Remove the database, cutting off whoever is still connected."""
        name = url.split("/")[3].split("?")[0]
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def answers(self) -> bool:
        """Whether it takes connections already."""
        try:
            self._execute(sql.SQL("SELECT 1"))
        except psycopg.OperationalError:
            return False
        return True

    def _execute(self, statement: sql.SQL | sql.Composed) -> None:
        where = f"host={self.sockets} user={_USER} dbname=postgres connect_timeout=5"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The cluster of this test run, started at its first use; skips when PostgreSQL is not installed."""
    with started_postgres() as cluster:
        yield cluster


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """URL of a database for this test alone."""
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database for this test alone, once in SQLite and once in PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.sqlite'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@contextmanager
def started_postgres() -> Iterator[Postgres]:
    """A cluster for as long as the block lasts."""
    folders = [str(folder) for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    initdb, server = tool("initdb", "postgresql", folders), tool("postgres", "postgresql", folders)
    # a short path of its own: a socket's path may have 107 bytes, and the server's user must be able to enter it
    folder = Path(tempfile.mkdtemp(prefix="beeldbrug-pg-", dir="/tmp"))
    user = _USER if os.geteuid() == 0 else None
    try:
        if user:
            shutil.chown(folder, user, user)
        data, log = folder / "data", folder / "log"
        log.touch()
        command = [initdb, "-D", str(data), "-U", _USER, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
        with running(command, log, user=user, folder=folder) as making:
            assert making.wait(60) == 0, log.read_text()
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(folder),
            "fsync": "off",
            "max_connections": "200",
            "logging_collector": "off",
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        command = [server, "-D", str(data), *settings]
        # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for clients to leave
        with running(command, log, user=user, folder=folder, stop_with=signal.SIGINT):
            cluster = Postgres(folder)
            wait_until(cluster.answers, "PostgreSQL does not answer")
            yield cluster
    finally:
        shutil.rmtree(folder, ignore_errors=True)
