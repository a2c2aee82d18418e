"""Wherever the sender or the receiver dies or loses an answer, the study arrives whole, once, and both ends know.

Systematic: every call to the hub and every transaction of the whole exchange, one after the other, killed before or
after it took effect, or failed with its answer lost. One pair of houses serves for all; each fault has a study of its
own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from beeldbrug.model.exchange import State, Urgency
from beeldbrug.node.usecases.withdraw import withdraw
from tests.contract.node.exchange.faults import Fault, Faults, plant, run_on
from tests.contract.node.exchange.house import A, B, House, alerts, originals, rule_to_b, the_patient
from tests.contract.node.exchange.small import Bare, study

ANNA = the_patient()
Houses = tuple[House, House]
INSTANCES = 2


def _worked(house: House) -> list[str]:
    with house.database.read() as tx:
        return [f"{row.kind} {row.due - house.clock.now():.0f}" for row in tx.work.due(house.clock.now() + 1e9)]


def _arrived(a: House, b: House, sent: list[Bare]) -> None:
    assert (a.exchange().state, b.exchange().state) == (State.IMPORTED, State.IMPORTED)
    assert (a.exchange().total, a.exchange().done, a.exchange().imported) == (INSTANCES,) * 3
    assert originals(b, b.exchange().id) == {uid: [content] for _, uid, _, content in sent}
    for _, uid, *_ in sent:
        assert len(set(b.pacs.taken[uid])) == 1, "there twice, and not the same"
    assert alerts(a) == [] and alerts(b) == []
    assert _worked(a) == _worked(b) == []


def _withdrawn(a: House, b: House, sent: list[Bare]) -> None:
    assert a.exchange().state is State.WITHDRAWN
    with b.database.read() as tx:
        here = tx.exchanges.get(B, a.exchange().id)
        assert here is None or (here.state is State.WITHDRAWN and tx.packs.of_origin(B, here.id) == [])
    assert originals(b, a.exchange().id) == {}
    assert set(b.store.packs()) == set()
    assert _worked(a) == _worked(b) == []


def _every(houses: Houses, faults: Faults, begin: Callable[[], list[Bare]], check: Callable[..., None]) -> int:
    """Meet each kind of fault at each place, until there are no more places. Returns how many there are."""
    a, b = houses
    places = 0
    for fault in Fault:
        at = 1
        while True:
            faults.plan(at, fault)
            sent = begin()
            try:
                run_on(a, b)
                check(a, b, sent)
            except AssertionError as error:
                raise AssertionError(f"{fault.value} at place {at}: {error}") from error
            if not faults.met:
                break
            at += 1
        places = max(places, at - 1)
        for house in houses:
            house.wire()
    return places


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("side", ["sender", "receiver"])
@pytest.mark.parametrize("what", ["hub", "database"])
def test_a_fault_anywhere_changes_nothing_in_the_end(houses: Houses, side: str, what: str) -> None:
    a, b = houses
    faults = Faults()
    plant(a if side == "sender" else b, **{what: faults})

    def begin() -> list[Bare]:
        sent = list(study(ANNA, INSTANCES))
        a.receive(sent)
        return sent

    assert _every(houses, faults, begin, _arrived) > 5


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("side", ["sender", "receiver"])
@pytest.mark.parametrize("what", ["hub", "database"])
def test_a_fault_anywhere_in_a_withdrawal_leaves_nothing_behind(houses: Houses, side: str, what: str) -> None:
    a, b = houses
    b.pacs.known.clear()
    a.rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
    faults = Faults()
    plant(a if side == "sender" else b, **{what: faults})

    def begin() -> list[Bare]:
        at, faults.at = faults.at, 0
        a.receive(study(ANNA, INSTANCES))
        for _ in range(6):
            a.run()
            b.run()
        assert b.exchange().state is State.VERIFIED
        faults.plan(at, faults.fault)
        withdraw(a.database, A, a.exchange().id, "tester", "wrong patient", a.clock.now())
        return []

    assert _every(houses, faults, begin, _withdrawn) > 2
