"""A PACS that answers A7xx: a full one is waited for as long as it takes, one bad dataset is not."""

from __future__ import annotations

from collections import Counter

import pytest

from beeldbrug.model.exchange import State
from beeldbrug.node.usecases.desk.choose import choose
from beeldbrug.node.usecases.imports.store import FULL_AFTER
from beeldbrug.node.usecases.imports.turned_away import TRIES
from tests.contract.node.exchange.house import B, House, alerts, run_both, the_patient
from tests.contract.node.exchange.small import Bare, study

ANNA = the_patient()
Houses = tuple[House, House]
ASSOCIATIONS = 4


def rounds(house: House, count: int) -> None:
    """The engine's next tries, after their pauses."""
    for _ in range(count):
        if not house.later():
            return
        house.run()


def uids(sent: list[Bare]) -> list[str]:
    return [one[1] for one in sent]


def assert_taken_once(house: House, wanted: list[str]) -> None:
    assert sorted(house.pacs.taken) == sorted(wanted)
    assert all(len(copies) == 1 for copies in house.pacs.taken.values())


def test_a_full_pacs_is_waited_for_and_gets_nothing_twice(houses: Houses) -> None:
    a, b = houses
    sent = list(study(ANNA, 24))
    b.pacs.room = 7
    a.receive(sent)
    run_both(a, b)
    assert len(b.pacs.taken) == 7
    assert len(b.pacs.offered) <= 7 + FULL_AFTER * ASSOCIATIONS, "a full PACS was asked for every instance"
    rounds(b, 40)
    assert (b.exchange().state, alerts(b)) == (State.VERIFIED, []) and len(b.pacs.taken) == 7
    b.pacs.room = None
    rounds(b, 1)
    a.run()
    assert (a.exchange().state, b.exchange().state) == (State.IMPORTED, State.IMPORTED)
    assert_taken_once(b, uids(sent))


def test_a_pacs_that_was_full_from_the_start_is_waited_for(houses: Houses) -> None:
    a, b = houses
    sent = list(study(ANNA, 6))
    b.pacs.room = 0
    a.receive(sent)
    run_both(a, b)
    rounds(b, 40)
    assert b.exchange().state is State.VERIFIED and not b.pacs.taken
    b.pacs.room = None
    rounds(b, 1)
    assert b.exchange().state is State.IMPORTED
    assert_taken_once(b, uids(sent))


@pytest.mark.parametrize("count", [3, 24])
def test_one_bad_dataset_fails_with_its_status_and_the_others_are_in(houses: Houses, count: int) -> None:
    a, b = houses
    sent = list(study(ANNA, count))
    bad = sent[1][1]
    b.pacs.bad[bad] = 0xA700
    a.receive(sent)
    run_both(a, b)
    assert b.exchange().state is State.VERIFIED, "one answer is not enough to give it up"
    assert_taken_once(b, [uid for uid in uids(sent) if uid != bad])
    rounds(b, 40)
    a.run()
    assert (a.exchange().state, b.exchange().state) == (State.FAILED, State.FAILED)
    assert a.exchange().reason_code == b.exchange().reason_code == "pacs-refused-a700"
    assert alerts(b) == ["pacs-refused-a700"] and alerts(a) == ["receiver-failed"]
    offers = Counter(b.pacs.offered)
    assert offers[bad] == 1 + TRIES and {offers[uid] for uid in uids(sent) if uid != bad} == {1}


def test_a_bad_dataset_that_was_mended_goes_in_when_a_human_says_so(houses: Houses) -> None:
    a, b = houses
    sent = list(study(ANNA, 4))
    b.pacs.bad[sent[0][1]] = 0xA702
    a.receive(sent)
    run_both(a, b)
    rounds(b, 40)
    assert b.exchange().reason_code == "pacs-refused-a702"
    b.pacs.bad.clear()
    choose(b.database, B, b.exchange().id, None, "tester", b.clock.now())
    run_both(a, b)
    assert (a.exchange().state, a.exchange().reason_code, alerts(a), alerts(b)) == (State.IMPORTED, "", [], [])
    assert_taken_once(b, uids(sent))


def test_bad_datasets_that_come_first_do_not_keep_the_others_out(houses: Houses) -> None:
    a, b = houses
    sent = list(study(ANNA, 7))
    bad = uids(sent)[: FULL_AFTER + 1]
    b.pacs.bad.update(dict.fromkeys(bad, 0xA700))
    a.receive(sent)
    run_both(a, b)
    assert not b.pacs.taken
    rounds(b, 60)
    assert b.exchange().reason_code == "pacs-refused-a700"
    assert_taken_once(b, uids(sent)[FULL_AFTER + 1 :])
    assert all(count == 1 + TRIES for uid, count in Counter(b.pacs.offered).items() if uid in bad)


def test_a_bad_dataset_on_its_own_is_known_by_what_other_exchanges_bring(houses: Houses) -> None:
    a, b = houses
    (alone,) = study(ANNA, 1)
    b.pacs.bad[alone[1]] = 0xA700
    a.receive([alone])
    run_both(a, b)
    rounds(b, 40)
    first = b.exchange().id
    assert b.exchange().state is State.VERIFIED, "a PACS that takes nothing at all may be full"
    a.receive(study(ANNA, 2))
    run_both(a, b)
    rounds(b, 40)
    with b.database.read() as tx:
        states = {row.id: row.state for row in tx.exchanges.listing(B)}
    assert states.pop(first) is State.FAILED and list(states.values()) == [State.IMPORTED]


def test_a_restart_counts_anew_and_loses_nothing(houses: Houses) -> None:
    a, b = houses
    sent = list(study(ANNA, 5))
    b.pacs.bad[sent[0][1]] = 0xA700
    a.receive(sent)
    run_both(a, b)
    rounds(b, TRIES - 1)
    b.wire()
    rounds(b, TRIES)
    assert b.exchange().state is State.VERIFIED
    a.receive(study(ANNA, 1))
    run_both(a, b)
    rounds(b, TRIES)
    with b.database.read() as tx:
        assert sorted(row.reason_code for row in tx.exchanges.listing(B)) == ["", "pacs-refused-a700"]
    assert len(b.pacs.taken) == 5 and all(len(copies) == 1 for copies in b.pacs.taken.values())
