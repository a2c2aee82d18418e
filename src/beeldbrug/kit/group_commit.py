"""Group commit: many small transactions share one commit, so that durable does not mean one disk sync each.

A thread takes what was submitted, runs it in one transaction and commits once; a future resolves only after that
commit. Each piece of work runs in a savepoint of its own when it shares a transaction, so a failing one takes nobody
along. While nobody else commits, ``run`` does its work on the caller's own thread: changing threads costs more than a
small transaction. It does not order work of different submitters beyond first come, first served.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine

from beeldbrug.kit.sql import give_back, in_error_tree, keep_for_writing, writing
from beeldbrug.model.errors import Unavailable

T = TypeVar("T")

WAIT_SECONDS = 60.0
"""How long ``run`` waits for its commit, and ``submit`` for room in the queue."""


@dataclass(slots=True)
class _Job(Generic[T]):
    work: Callable[[Connection], T]
    future: Future[T]
    result: T | None = None
    error: BaseException | None = None

    def wanted(self) -> bool:
        """False when the submitter cancelled it before its turn."""
        return self.future.set_running_or_notify_cancel()

    def run(self, connection: Connection) -> None:
        self.result = self.work(connection)

    def resolve(self) -> None:
        if self.error is None:
            self.future.set_result(self.result)  # type: ignore[arg-type]  # None is T where the work returns nothing
        else:
            self.future.set_exception(self.error)


class GroupCommit:
    """One writer thread over one engine; thread-safe. Make one per process and database, ``close`` it at the end."""

    def __init__(self, engine: Engine, *, waiting: int = 1024, batch: int = 256, name: str = "group-commit") -> None:
        self._engine = engine
        self._queue: queue.Queue[_Job[Any] | None] = queue.Queue(waiting)
        self._batch = batch
        self._closed = threading.Event()
        self._door = threading.Lock()
        self._turn = threading.Lock()
        """Held by whoever commits, and by whoever closes the connection."""
        self._kept: Connection | None = None
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Queue the work; its future holds its result once it is committed, or its own exception.

        The work uses only the connection, neither commits nor rolls back, and may run twice when the commit failed.
        Raises Unavailable ``commit-queue-full`` after WAIT_SECONDS without room, ``commit-closed`` after ``close``.
        """
        job = _Job(work, Future())
        with self._door:
            # under the door's lock, so that nothing enters behind the end mark that close() puts
            if self._closed.is_set():
                raise _closed()
            try:
                self._queue.put(job, timeout=WAIT_SECONDS)
            except queue.Full:
                raise Unavailable("commit-queue-full", "The database does not keep up.", "Try again later.") from None
        return job.future

    def run(self, work: Callable[[Connection], T]) -> T:
        """Submit and wait for the commit. Raises what the work raised, or Unavailable."""
        if self._queue.empty() and self._turn.acquire(blocking=False):
            try:
                return self._run_here(work)
            finally:
                self._turn.release()
        try:
            return self.submit(work).result(timeout=WAIT_SECONDS)
        except TimeoutError:
            raise Unavailable("commit-timeout", "The database did not commit in time.", "Try again later.") from None

    def close(self, seconds: float = 30.0) -> None:
        """Commit what was submitted, then stop."""
        with self._door:
            if not self._closed.is_set():
                self._closed.set()
                self._queue.put(None)
        self._thread.join(seconds)
        if self._turn.acquire(timeout=seconds):
            self._let_go()
            self._turn.release()

    def _run_here(self, work: Callable[[Connection], T]) -> T:
        if self._closed.is_set():
            raise _closed()
        job = _Job(work, Future())
        self._commit([job])
        return job.future.result()

    def _serve(self) -> None:
        open_ = True
        while open_:
            jobs = [self._queue.get()]
            while len(jobs) < self._batch and jobs[-1] is not None:
                try:
                    jobs.append(self._queue.get_nowait())
                except queue.Empty:
                    break
            open_ = jobs[-1] is not None
            with self._turn:
                self._commit([job for job in jobs if job is not None and job.wanted()])

    def _commit(self, jobs: list[_Job[Any]]) -> None:
        if not jobs:
            return
        try:
            if len(jobs) == 1:
                self._alone(jobs[0])
            else:
                self._together(jobs)
        except Exception as error:  # the transaction itself failed: everybody in it must hear so
            for job in jobs:
                job.error = in_error_tree(error) or error
        for job in jobs:
            job.resolve()

    def _alone(self, job: _Job[Any]) -> None:
        with self._writing() as connection:
            job.run(connection)

    def _together(self, jobs: list[_Job[Any]]) -> None:
        with self._writing() as connection:
            # straight to the driver: begin_nested() costs more than the small works themselves
            cursor = connection.connection.cursor()
            for job in jobs:
                cursor.execute("SAVEPOINT work")
                try:
                    job.run(connection)
                except Exception as error:  # belongs to whoever submitted this work, and only to them
                    job.error = error
                    cursor.execute("ROLLBACK TO SAVEPOINT work")
                cursor.execute("RELEASE SAVEPOINT work")
            cursor.close()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A write transaction. With SQLite on a connection that is kept: taking one from the pool and giving it back
        costs as much as a small transaction. A server's connection is taken anew, for it may be gone since.
        """
        if self._engine.dialect.name != "sqlite":
            with writing(self._engine) as connection:
                yield connection
            return
        if self._kept is None:
            self._kept = keep_for_writing(self._engine)
        done = False
        try:
            with self._kept.begin():
                yield self._kept
            done = True
        finally:
            if not done:
                self._let_go()

    def _let_go(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            give_back(kept)


def _closed() -> Unavailable:
    return Unavailable("commit-closed", "The database writer has stopped.", "Start the process again.")
