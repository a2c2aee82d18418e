"""Promises of kit.group_commit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, event, func, insert, select
from sqlalchemy.exc import IntegrityError

from beeldbrug.kit import group_commit, sql
from beeldbrug.kit.group_commit import GroupCommit
from beeldbrug.model.errors import Unavailable

METADATA = MetaData()
ROWS = Table("rows", METADATA, Column("id", Integer, primary_key=True))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = sql.open_engine(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with sql.writing(engine) as connection:
        METADATA.create_all(connection)
    return engine


@pytest.fixture
def commits(engine: Engine) -> Iterator[GroupCommit]:
    group = GroupCommit(engine)
    yield group
    group.close()


def row(number: int) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        connection.execute(insert(ROWS), {"id": number})
        return number

    return work


def stored(engine: Engine) -> list[int]:
    with sql.reading(engine) as connection:
        return list(connection.execute(select(ROWS.c.id).order_by(ROWS.c.id)).scalars())


def test_what_was_answered_is_committed(engine: Engine, commits: GroupCommit) -> None:
    assert commits.run(row(5)) == 5
    assert stored(engine) == [5]


def hold(commits: GroupCommit) -> threading.Event:
    """Keep the writer busy, so that what follows shares one transaction."""
    go, entered = threading.Event(), threading.Event()

    def wait(_: Connection) -> None:
        entered.set()
        go.wait(30)

    commits.submit(wait)
    entered.wait(30)
    return go


def test_waiting_work_shares_one_commit(engine: Engine, commits: GroupCommit) -> None:
    count: list[Connection] = []
    event.listen(engine, "commit", count.append)
    go = hold(commits)
    futures = [commits.submit(row(number)) for number in range(50)]
    go.set()
    assert [future.result(30) for future in futures] == list(range(50))
    assert len(count) == 2 and stored(engine) == list(range(50))


def test_a_failing_work_takes_nobody_along(engine: Engine, commits: GroupCommit) -> None:
    def half(connection: Connection) -> None:
        row(100)(connection)
        raise KeyError("mine")

    go = hold(commits)
    futures = [commits.submit(row(1)), commits.submit(half), commits.submit(row(1)), commits.submit(row(2))]
    go.set()
    assert futures[0].result(30) == 1 and futures[3].result(30) == 2
    assert isinstance(futures[1].exception(30), KeyError) and isinstance(futures[2].exception(30), IntegrityError)
    assert stored(engine) == [1, 2]


def test_a_failing_commit_is_told_to_everybody_in_it(engine: Engine, commits: GroupCommit) -> None:
    def refuse(connection: Connection) -> None:
        raise Unavailable("disk-full", "The disk is full.")

    go = hold(commits)
    futures = [commits.submit(row(number)) for number in range(3)]
    event.listen(engine, "commit", refuse)
    go.set()
    assert all(isinstance(future.exception(30), Unavailable) for future in futures)
    event.remove(engine, "commit", refuse)
    assert stored(engine) == []
    assert commits.run(row(1)) == 1


def test_while_nobody_commits_the_work_runs_on_the_callers_thread(engine: Engine, commits: GroupCommit) -> None:
    assert commits.run(lambda _: threading.get_ident()) == threading.get_ident()
    go = hold(commits)
    threading.Timer(0.1, go.set).start()
    assert commits.run(lambda _: threading.get_ident()) != threading.get_ident()


def test_a_failure_on_the_callers_thread_leaves_nothing_and_hinders_nobody(
    engine: Engine, commits: GroupCommit
) -> None:
    def half(connection: Connection) -> None:
        row(1)(connection)
        raise KeyError("mine")

    with pytest.raises(KeyError):
        commits.run(half)
    assert commits.run(row(2)) == 2
    assert stored(engine) == [2]


def test_after_closing_nothing_runs_on_the_callers_thread_either(engine: Engine) -> None:
    group = GroupCommit(engine)
    group.run(row(1))
    group.close()
    with pytest.raises(Unavailable, match="commit-closed"):
        group.run(row(2))
    assert stored(engine) == [1]


def test_cancelled_work_is_not_done(engine: Engine, commits: GroupCommit) -> None:
    go = hold(commits)
    future = commits.submit(row(1))
    assert future.cancel()
    go.set()
    commits.run(row(2))
    assert stored(engine) == [2]


def test_closing_commits_what_was_submitted_and_takes_no_more(engine: Engine) -> None:
    group = GroupCommit(engine)
    futures = [group.submit(row(number)) for number in range(20)]
    group.close()
    assert all(future.done() for future in futures)
    with pytest.raises(Unavailable, match="commit-closed"):
        group.submit(row(99))
    group.close()


def test_a_full_queue_is_unavailable(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "WAIT_SECONDS", 0.05)
    group = GroupCommit(engine, waiting=1)
    go = hold(group)
    group.submit(row(1))
    with pytest.raises(Unavailable, match="commit-queue-full"):
        group.submit(row(2))
    go.set()
    group.close()


def test_many_threads_lose_nothing(engine: Engine, commits: GroupCommit) -> None:
    def work(start: int) -> None:
        for number in range(start, start + 50):
            commits.run(row(number))

    threads = [threading.Thread(target=work, args=(start,)) for start in range(0, 400, 50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with sql.reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(ROWS)).scalar() == 400
