"""Steps that meet: withdrawing while sending, fetching or importing, two receipts at once, stat beside a long routine;
and rounds that cost what is new, not what the study holds.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from beeldbrug.kit.lanes import Lanes
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import State, Urgency
from beeldbrug.node.stores.sql import instances, packs, parcels
from beeldbrug.node.usecases.withdraw import withdraw
from beeldbrug.node.workflows.engine import Engine
from tests.contract.node.exchange.faults import run_on
from tests.contract.node.exchange.house import A, B, House, alerts, events, originals, rule_to_b, run_both, the_patient
from tests.contract.node.exchange.memory_hub import MemoryHub
from tests.contract.node.exchange.small import new_uid, study

ANNA = the_patient()
Houses = tuple[House, House]
ROUNDS = 12


def _until_none(house: House, kind: str, subject: str) -> Callable[[], None]:
    """The step, again and again, as the engine would."""

    def work() -> None:
        for _ in range(100):
            step = house.steps[kind]
            try:
                again = step.step(subject)
            except BeeldbrugError as error:
                again = step.failed(subject, error)
            if again is None:
                return

    return work


def _together(*deeds: Callable[[], Any]) -> None:
    failures: list[BaseException] = []

    def guarded(deed: Callable[[], Any]) -> Callable[[], None]:
        def run() -> None:
            try:
                deed()
            except BaseException as error:
                failures.append(error)

        return run

    threads = [threading.Thread(target=guarded(deed)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


def _take_back(house: House, subject: str) -> Callable[[], None]:
    def work() -> None:
        time.sleep(random.uniform(0, 0.03))
        withdraw(house.database, house.ura, subject, "tester", "wrong patient", house.clock.now())
        _until_none_but_waiting(house, subject)

    return work


def _until_none_but_waiting(house: House, subject: str) -> None:
    try:
        house.steps["withdraw"].step(subject)
    except BeeldbrugError as error:
        house.steps["withdraw"].failed(subject, error)


def test_withdrawing_while_sending_leaves_nothing_behind(houses: Houses) -> None:
    a, b = houses
    for _ in range(ROUNDS):
        a.receive(study(ANNA, 3))
        subject = a.exchange().id
        a.steps["send"].step(subject)
        _together(_until_none(a, "send", subject), _take_back(a, subject))
        run_on(a, b)
        assert a.exchange().state is State.WITHDRAWN and alerts(a) == alerts(b) == []
        assert originals(b, subject) == {}
    assert not b.pacs.taken and list(b.store.packs()) == []


def test_withdrawing_while_it_is_fetched_leaves_nothing_behind(houses: Houses) -> None:
    a, b = houses
    b.pacs.known.clear()
    a.rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
    for _ in range(ROUNDS):
        a.receive(study(ANNA, 3))
        a.run()
        for entry in b.face.mailbox(0):
            b.take.take(entry)
        subject = a.exchange().id
        withdraw(a.database, A, subject, "tester", "wrong patient", a.clock.now())
        a.steps["withdraw"].step(subject)

        def obey(subject: str = subject) -> None:
            time.sleep(random.uniform(0, 0.03))
            for entry in b.face.mailbox(0):
                b.take.take(entry)
            b.steps["withdraw"].step(subject)

        _together(_until_none(b, "fetch", subject), obey)
        run_on(a, b)
        assert a.exchange().state is State.WITHDRAWN is b.exchange().state
        assert alerts(a) == alerts(b) == [] and list(b.store.packs()) == []
        assert list((b.folder / "incoming").iterdir()) == []


def test_withdrawing_while_it_is_imported_is_all_or_nothing(houses: Houses) -> None:
    a, b = houses
    ends = set()
    for _ in range(ROUNDS):
        b.pacs.taken.clear()
        known, b.pacs.known = b.pacs.known, []
        a.rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
        a.receive(study(ANNA, 4))
        run_both(a, b)
        b.pacs.known = known
        subject = a.exchange().id
        withdraw(a.database, A, subject, "tester", "wrong patient", a.clock.now())
        a.steps["withdraw"].step(subject)
        for entry in b.face.mailbox(0):
            with b.database.write() as tx:  # the wish to withdraw comes while the import runs
                tx.exchanges.update(subject, b.clock.now(), withdrawn=None)
            b.take.take(entry)

        def obey(subject: str = subject) -> None:
            time.sleep(random.uniform(0, 0.05))
            b.steps["withdraw"].step(subject)

        _together(_until_none(b, "import", subject), obey)
        run_on(a, b)
        state = b.exchange().state
        ends.add(state)
        assert state in (State.IMPORTED, State.WITHDRAWN) and a.exchange().state is state
        assert len(b.pacs.taken) == (4 if state is State.IMPORTED else 0)
        assert a.exchange().withdrawn is None or state is State.WITHDRAWN
    assert ends


def test_receipts_from_several_threads_never_fork_their_chain(houses: Houses) -> None:
    a, b = houses
    b.pacs.known.clear()
    a.rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
    a.receive(study(ANNA, 1))
    run_both(a, b)
    subject = b.exchange().id
    _together(*[lambda: [b.steps["receipt"].step(subject) for _ in range(5)]] * 4)
    run_both(a, b)
    with a.database.read() as tx:
        assert tx.parcels.count_parts(A, subject, B) >= 20
    assert alerts(a) == [] and "part-refused" not in events(a)


class SlowFace:
    """A hub over a slow line; notes what went through it."""

    def __init__(self, face: Any, seconds: float) -> None:
        self._face = face
        self._seconds = seconds
        self.passed: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._face, name)

    def put_segment(self, pack: str, *rest: Any) -> None:
        time.sleep(self._seconds)
        self._face.put_segment(pack, *rest)
        self.passed.append(pack)

    def fetch_segment(self, pack: str, *rest: Any) -> None:
        time.sleep(self._seconds)
        self._face.fetch_segment(pack, *rest)
        self.passed.append(pack)


@contextmanager
def _serving(house: House) -> Iterator[None]:
    """The engine at work, as in the worker process."""
    steps = {(house.ura, kind): step for kind, step in house.steps.items()}
    engine = Engine(house.database, steps, house.clock.now, threads=4, reserved=1)
    thread = threading.Thread(target=engine.run)
    thread.start()
    try:
        yield
    finally:
        engine.stop()
        thread.join(60)


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not until():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)


def _serve(house: House, until: Callable[[], bool]) -> None:
    with _serving(house):
        _wait(until)


def _many(house: House, count: int) -> None:
    """A study of which every instance has an association, and so a segment, of its own."""
    uid = new_uid()
    for number in range(1, count + 1):
        house.receive(study(ANNA, 1, start=number, uid=uid))


def test_stat_overtakes_a_long_routine_study_on_its_way_up_and_down(houses: Houses, hub: MemoryHub) -> None:
    a, b = houses
    routine = replace(rule_to_b(), urgency=Urgency.ROUTINE)
    a.rules = (routine, replace(rule_to_b(), ae_title="SPOED"))
    a.lanes.close()
    a.lanes = Lanes(3, 1)
    _many(a, 48)
    slow = SlowFace(a.face, 0.15)
    a.face = slow  # type: ignore[assignment]  # all of the port
    a.wire()
    first = a.exchange().id
    started = threading.Timer(0.5, lambda: a.receive(study(ANNA, 2), called="SPOED"))
    started.start()

    def stat_is_up() -> bool:
        row = a.exchange()
        return row.id != first and row.closed

    _serve(a, stat_is_up)
    up = len(slow.passed)
    assert up < 36, f"{up} of 49 segments had gone up before those of stat were"
    _serve(a, lambda: all(row.closed for row in _rows(a)))
    b.lanes.close()
    b.lanes = Lanes(3, 1)
    down = SlowFace(b.face, 0.15)
    b.face = down  # type: ignore[assignment]  # all of the port
    b.wire()
    b.listen()
    _serve(b, lambda: any(row.verified is not None and row.urgency is Urgency.STAT for row in _rows(b)))
    assert len(down.passed) < 30, f"{len(down.passed)} of 49 segments came down before stat was verified"


def test_a_pacs_that_hangs_holds_up_nothing_that_arrives(houses: Houses) -> None:
    a, b = houses
    b.lanes.close()
    b.import_lanes.close()
    b.lanes, b.import_lanes = Lanes(2), Lanes(2)
    b.wire()
    b.pacs.hangs = threading.Event()

    def arrive(count: int) -> None:
        a.receive(study(ANNA, count))
        a.run()
        b.listen()

    with _serving(b):
        arrive(8)
        _wait(lambda: len(b.pacs.offered) == 2)
        arrive(3)
        _wait(lambda: all(row.verified is not None for row in _rows(b)))
        assert len(_rows(b)) == 2 and not b.pacs.taken
        b.pacs.hangs.set()
        _wait(lambda: all(row.state is State.IMPORTED for row in _rows(b)))
    assert len(b.pacs.taken) == 11 and all(len(copies) == 1 for copies in b.pacs.taken.values())


def _rows(house: House) -> list[Any]:
    with house.database.read() as tx:
        return tx.exchanges.listing(house.ura)


@pytest.mark.slow
def test_rounds_cost_what_is_new_and_not_what_the_study_holds(houses: Houses, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = houses
    read = {"instances": 0, "segments": 0}

    def counting(name: str, make: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def made(row: Any) -> Any:
            read[name] += 1
            return make(row)

        return made

    monkeypatch.setattr(instances, "_instance_row", counting("instances", instances._instance_row))
    segment = counting("segments", packs.segment_row)
    monkeypatch.setattr(packs, "segment_row", segment)
    monkeypatch.setattr(parcels, "segment_row", segment)
    costs = []
    for count in (50, 200):
        _many(a, count)
        read.update(instances=0, segments=0)
        a.run()
        b.run()
        a.run()
        assert a.exchange().state is State.IMPORTED
        costs.append((read["instances"] / count, read["segments"] / count))
    (few, few_segments), (many, many_segments) = costs
    assert many < few * 1.3 and many_segments < few_segments * 1.3, costs
