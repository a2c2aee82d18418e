"""The engine of durable work: nothing wished for is lost, urgent first, pauses grow, faults do not stop it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from beeldbrug.model.errors import BeeldbrugError, Malformed, Unavailable
from beeldbrug.model.exchange import Urgency
from beeldbrug.node.ports.records import WorkRow
from beeldbrug.node.stores.sql.work import FAR_SECONDS
from beeldbrug.node.workflows.engine import Engine

ORG = "00000001"
SECONDS = 10.0


class Rows:
    """Work rows in memory, with the contract of ``ports.vault.Work``."""

    def __init__(self) -> None:
        self.rows: dict[int, WorkRow] = {}
        self.lock = threading.Lock()
        self.changes = 0
        self.codes: dict[int, str] = {}

    def add(self, kind: str, subject: str, urgency: Urgency = Urgency.ROUTINE) -> None:
        with self.lock:
            self.changes += 1
            for row in self.rows.values():
                if (row.kind, row.subject) == (kind, subject):
                    self.rows[row.id] = replace(row, due=0.0, wishes=row.wishes + 1)
                    return
            id_ = len(self.rows) + 1
            self.rows[id_] = WorkRow(id_, ORG, kind, subject, urgency, 0.0, float(id_))

    def due(self, now: float, limit: int = 100, without: Sequence[tuple[str, bool]] = ()) -> list[WorkRow]:
        with self.lock:
            rows = [
                row
                for row in self.rows.values()
                if row.due <= now and (row.kind, row.urgency is Urgency.STAT) not in without
            ]
        return sorted(rows, key=lambda row: (row.urgency.rank, row.created))[:limit]

    def next_due(self, now: float) -> float:
        with self.lock:
            return min((row.due for row in self.rows.values() if row.due > now), default=math.inf)

    def done(self, id: int, wishes: int) -> bool:
        with self.lock:
            if self.rows[id].wishes != wishes:
                return False
            del self.rows[id]
            return True

    def postpone(self, id: int, due: float, wishes: int) -> None:
        with self.lock:
            if self.rows[id].wishes == wishes:
                self.rows[id] = replace(self.rows[id], due=due)

    def waits(self, id: int, code: str, at: float) -> None:
        self.codes[id] = code

    @contextmanager
    def read(self) -> Iterator[Any]:
        yield SimpleNamespace(work=self)

    write = read

    def version(self) -> int:
        return self.changes


class Deed:
    """A step that does what the test says and keeps count."""

    def __init__(self, act: Callable[[str], float | None], anew: float | None = None) -> None:
        self.act = act
        self.anew = anew
        self.subjects: list[str] = []
        self.failures: list[str] = []

    def step(self, subject: str) -> float | None:
        self.subjects.append(subject)
        return self.act(subject)

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        self.failures.append(error.code)
        return self.anew


class Humans:
    """What humans were told of."""

    def __init__(self) -> None:
        self.waiting: dict[str, str] = {}
        self.told = 0

    def waits(self, row: WorkRow, error: BeeldbrugError) -> None:
        self.told += 1
        self.waiting[row.subject] = error.code

    def goes_on(self, row: WorkRow) -> None:
        del self.waiting[row.subject]


@contextmanager
def running(
    rows: Rows, deed: Deed, threads: int = 2, humans: Humans | None = None, pace: float = 0.0
) -> Iterator[None]:
    steps, paces = {(ORG, "send"): deed}, {"send": pace}
    engine = Engine(rows, steps, time.time, threads, 0, humans, 0.2, paces)  # type: ignore[arg-type]  # the part it uses
    thread = threading.Thread(target=engine.run)
    thread.start()
    try:
        yield
    finally:
        engine.stop()
        thread.join(SECONDS)


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.005)


def test_work_is_done_and_its_row_goes() -> None:
    rows, deed = Rows(), Deed(lambda _: None)
    rows.add("send", "x")
    with running(rows, deed):
        until(lambda: not rows.rows)
    assert deed.subjects == ["x"]


def test_a_wish_made_while_its_step_runs_is_not_lost() -> None:
    rows = Rows()
    started, gate = threading.Event(), threading.Event()

    def act(_: str) -> None:
        started.set()
        gate.wait(SECONDS)

    deed = Deed(act)
    rows.add("send", "x")
    with running(rows, deed):
        started.wait(SECONDS)
        rows.add("send", "x")
        gate.set()
        until(lambda: not rows.rows)
    assert deed.subjects == ["x", "x"]


def test_what_cannot_be_done_now_is_tried_again() -> None:
    rows, tries = Rows(), []

    def act(_: str) -> None:
        tries.append(time.monotonic())
        if len(tries) < 3:
            raise Unavailable("hub-away", "The hub is away.")

    deed = Deed(act)
    rows.add("send", "x")
    with running(rows, deed):
        until(lambda: not rows.rows)
    assert len(tries) == 3 and not deed.failures
    assert tries[2] - tries[1] > tries[1] - tries[0] > 0.3


def test_what_fails_for_good_is_told_once() -> None:
    def act(_: str) -> None:
        raise Malformed("broken", "It is broken.")

    rows, deed = Rows(), Deed(act)
    rows.add("send", "x")
    with running(rows, deed):
        until(lambda: not rows.rows)
    assert deed.failures == ["broken"]


def test_standing_work_that_fails_comes_again() -> None:
    rows, tries = Rows(), []

    def act(_: str) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise Malformed("broken", "It is broken.")

    rows.add("send", "x")
    deed = Deed(act, anew=0.05)
    with running(rows, deed):
        until(lambda: not rows.rows)
    assert len(tries) == 3 and deed.failures == ["broken", "broken"]


def test_what_waits_for_long_is_told_until_it_goes_on() -> None:
    rows, gate, humans = Rows(), threading.Event(), Humans()

    def act(subject: str) -> None:
        if subject == "x" and not gate.is_set():
            raise Unavailable("hub-away", "The hub is away.")

    rows.add("send", "x")
    rows.add("send", "y")
    with running(rows, Deed(act), humans=humans):
        until(lambda: humans.waiting == {"x": "hub-away"})
        gate.set()
        until(lambda: not rows.rows)
    assert humans.waiting == {}


def test_work_that_the_node_is_not_set_up_for_is_told() -> None:
    rows, humans = Rows(), Humans()
    rows.add("import", "x")
    with running(rows, Deed(lambda _: None), humans=humans):
        until(lambda: humans.waiting == {"x": "work-without-step"})
    assert len(rows.rows) == 1


def test_an_outcome_that_cannot_be_kept_is_tried_again_without_haste() -> None:
    rows = Rows()
    deed = Deed(lambda _: None)
    kept = rows.done

    def full(id: int, wishes: int) -> bool:
        if len(deed.subjects) < 2:
            raise Unavailable("disk-full", "The disk is full.")
        return kept(id, wishes)

    rows.done = full  # type: ignore[method-assign]  # the database's disk
    rows.add("send", "x")
    began = time.monotonic()
    with running(rows, deed):
        until(lambda: not rows.rows)
    assert deed.subjects == ["x", "x"] and time.monotonic() - began > 0.5


def test_what_is_due_later_is_done_when_it_is_due() -> None:
    rows, tries = Rows(), []

    def act(_: str) -> float | None:
        tries.append(time.monotonic())
        return 0.05 if len(tries) < 6 else None

    rows.add("send", "x")
    with running(rows, Deed(act)):
        until(lambda: not rows.rows)
    assert tries[-1] - tries[0] < 2.0, "each pause of 50 ms became one of a second"


def test_a_step_that_asks_for_a_time_far_off_is_not_asked_again_at_once() -> None:
    rows, deed = Rows(), Deed(lambda _: 9 * 86400.0)
    rows.add("send", "a")
    with running(rows, deed):
        until(lambda: rows.rows[1].due > 0)
    assert rows.rows[1].due <= time.time() + FAR_SECONDS / 2
    assert deed.subjects == ["a"]


def test_a_fault_of_the_program_keeps_the_wish_and_the_engine(capsys: pytest.CaptureFixture[str]) -> None:
    rows, tries = Rows(), []

    def act(subject: str) -> None:
        tries.append(subject)
        if tries.count("x") == 1 and subject == "x":
            raise ZeroDivisionError

    deed = Deed(act)
    rows.add("send", "x")
    rows.add("send", "y")
    with running(rows, deed):
        until(lambda: not rows.rows)
    assert sorted(tries) == ["x", "x", "y"]
    assert "work broke off" in capsys.readouterr().err


def test_stat_goes_before_what_waits() -> None:
    rows = Rows()
    gate = threading.Event()
    deed = Deed(lambda subject: gate.wait(SECONDS) and None if subject == "first" else None)
    rows.add("send", "first")
    with running(rows, deed, threads=1):
        until(lambda: deed.subjects == ["first"])
        rows.add("send", "routine")
        rows.add("send", "stat", Urgency.STAT)
        time.sleep(0.2)  # the engine has taken both by now, in whatever order it saw them
        gate.set()
        until(lambda: not rows.rows)
    assert deed.subjects == ["first", "stat", "routine"]


@pytest.mark.parametrize("many", [5, 600])
def test_work_of_a_kind_that_hangs_leaves_threads_to_the_rest(many: int) -> None:
    rows, gate = Rows(), threading.Event()
    hung = Deed(lambda _: gate.wait(SECONDS) and None)
    done = Deed(lambda _: None)
    for number in range(many):
        rows.add("import", str(number))
        rows.add("import", f"urgent {number}", Urgency.STAT)
    rows.add("send", "x")
    rows.add("send", "urgent", Urgency.STAT)
    steps = {(ORG, "import"): hung, (ORG, "send"): done}
    engine = Engine(rows, steps, time.time)  # type: ignore[arg-type]  # the part it uses
    thread = threading.Thread(target=engine.run)
    thread.start()
    try:
        until(lambda: sorted(done.subjects) == ["urgent", "x"])
        until(lambda: len(hung.subjects) == 6)
        assert sum(one.startswith("urgent") for one in hung.subjects) == 3
        gate.set()
        until(lambda: not rows.rows)
    finally:
        gate.set()
        engine.stop()
        thread.join(SECONDS)
    assert len(hung.subjects) == 2 * many, "each was done, once"


def test_wishes_that_keep_coming_are_served_at_a_pace_and_the_last_is_not_lost() -> None:
    rows = Rows()
    begun: list[tuple[str, float]] = []
    deed = Deed(lambda subject: begun.append((subject, time.monotonic())))
    start = time.monotonic()
    with running(rows, deed, pace=0.3):
        for _ in range(60):
            rows.add("send", "x")
            time.sleep(0.01)
        rows.add("send", "other")
        until(lambda: not rows.rows)
    times = [at for subject, at in begun if subject == "x"]
    # a thread may come late to a step that was begun in time, so each is measured from the start
    assert len(times) >= 2 and all(at - start >= number * 0.3 for number, at in enumerate(times))
    assert [subject for subject, _ in begun].count("other") == 1
