"""What an exchange leaves in the vault after it has ended, and when that goes: keys, rows, sealed files; both ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.model.exchange import Direction, Party, State, Urgency
from beeldbrug.node.policy.keeping import Keeping
from beeldbrug.node.ports.records import OWN
from beeldbrug.node.usecases.drop import drop
from beeldbrug.node.usecases.own_keys import publish
from beeldbrug.node.usecases.withdraw import withdraw
from tests.contract.node.exchange.faults import Crash, Faults, plant
from tests.contract.node.exchange.house import (
    A,
    B,
    C,
    House,
    alerts,
    events,
    originals,
    rule_to_b,
    run_both,
    the_patient,
)
from tests.contract.node.exchange.memory_hub import MemoryHub
from tests.contract.node.exchange.small import Bare, study

ANNA = the_patient()
UID = "2.25.99"
DAY = 86400.0
Houses = tuple[House, House]


def pass_days(house: House, days: float) -> None:
    """So much later the sweep comes by, and what it wishes for is done."""
    house.clock.ahead += days * DAY
    house.sweep.step(house.ura)
    house.run()


def meet(a: House, b: House) -> None:
    """It is the same time for both, and their keys are fresh."""
    a.clock.ahead = b.clock.ahead = max(a.clock.ahead, b.clock.ahead)
    for house in (a, b):
        publish(house.own, house.database, house.face, house.clock.now())


def send(a: House, b: House, bare: list[Bare], title: str = "NAAR_B") -> str:
    """Send it; the exchange."""
    meet(a, b)
    a.receive(bare, title)
    run_both(a, b)
    assert a.exchange().state is State.IMPORTED
    return a.exchange().id


def is_empty(house: House) -> bool:
    """Whether neither rows nor keys nor files of own studies are there."""
    with house.database.read() as tx:
        packs = tx.packs.of_origin(house.ura, OWN)
    return not packs and originals(house, OWN) == {} and set(house.store.packs()) == set()


def test_what_was_sent_goes_after_its_time_and_the_exchange_with_its_trail_stays(houses: Houses) -> None:
    a, b = houses
    exchange = send(a, b, list(study(ANNA, 3)))
    pass_days(a, 6.9)
    assert len(originals(a, OWN)) == 3 and a.exchange().emptied is None
    pass_days(a, 0.2)
    assert is_empty(a)
    row = a.exchange()
    assert (row.id, row.state, row.total, row.imported) == (exchange, State.IMPORTED, 3, 3)
    assert row.emptied is not None and row.description == "" and row.terms.receiver.organisation == B
    assert events(a)[-1] == "emptied" and {"received", "disclose", "sent"} <= set(events(a))
    assert len(originals(b, exchange)) == 3, "the receiver keeps its own time"


def test_its_keys_are_in_no_file_any_more(houses: Houses) -> None:
    a, b = houses
    send(a, b, list(study(ANNA, 3)))
    with a.database.write() as tx:
        wrapped = [bytes(one) for one in tx.connection.exec_driver_sql("SELECT wrapped FROM pack_key").scalars()]
    pass_days(a, 7.1)
    content = b"".join(path.read_bytes() for path in sorted(a.folder.glob("node.sqlite*")))
    assert wrapped and not [one for one in wrapped if one in content]


def test_an_exchange_that_has_not_ended_is_kept_whatever_its_age(houses: Houses) -> None:
    a, b = houses
    b.pacs.known.clear()
    a.receive(study(ANNA, 2))
    run_both(a, b)
    assert a.exchange().state is State.VERIFIED
    pass_days(a, 29)
    assert len(originals(a, OWN)) == 2
    pass_days(a, 2)  # the end date that its rule set
    assert a.exchange().state is State.EXPIRED and len(originals(a, OWN)) == 2
    pass_days(a, 7.1)
    assert is_empty(a)


def test_an_instance_stays_as_long_as_another_exchange_needs_it(houses: Houses, hub: MemoryHub) -> None:
    a, b = houses
    a.rules = (*a.rules, replace(rule_to_b(), ae_title="NOG_EENS"))
    first, *others = study(ANNA, 3, uid=UID)
    send(a, b, [first, *others])
    pass_days(a, 6)
    second = send(a, b, [first], "NOG_EENS")
    pass_days(a, 1.5)
    assert set(originals(a, OWN)) == {first[1]}, "the second sending still has the one"
    with a.database.read() as tx:
        assert tx.exchanges.get(A, second).emptied is None  # type: ignore[union-attr]  # it is there
    pass_days(a, 6)
    assert is_empty(a)


def test_a_parked_exchange_of_the_same_study_keeps_all_of_it_and_can_still_be_sent(houses: Houses) -> None:
    a, b = houses
    a.rules = (*a.rules, replace(rule_to_b(), ae_title="NAAR_C", receiver=Party(C, "C")))
    bare = list(study(ANNA, 3, uid=UID))
    send(a, b, bare)
    a.receive(bare, "NAAR_C")
    a.run()
    assert a.exchange().state is State.PARKED
    pass_days(a, 8)
    assert len(originals(a, OWN)) == 3 and set(a.store.packs())
    assert {uid: [content] for _, uid, _, content in bare} == originals(a, OWN)
    drop(a.database, A, a.exchange().id, "laborant", a.clock.now())
    pass_days(a, 7.1)
    assert is_empty(a)


def test_a_study_that_is_sent_again_after_its_time_is_as_new(houses: Houses) -> None:
    a, b = houses
    bare = list(study(ANNA, 3, uid=UID))
    first = send(a, b, bare)
    pass_days(a, 7.1)
    second = send(a, b, bare)
    assert second != first and a.exchange().imported == 3
    assert originals(b, second) == {uid: [content] for _, uid, _, content in bare}
    assert len(b.pacs.taken) == 3


def test_a_late_instance_after_its_time_begins_an_exchange_of_its_own(houses: Houses) -> None:
    a, b = houses
    first = send(a, b, list(study(ANNA, 2, uid=UID)))
    pass_days(a, 7.1)
    second = send(a, b, list(study(ANNA, 1, start=3, uid=UID)))
    assert second != first and a.exchange().total == 1
    with a.database.read() as tx:
        before = tx.exchanges.get(A, first)
    assert before is not None and (before.state, before.total) == (State.IMPORTED, 2)
    assert len(b.pacs.taken) == 3 and alerts(a) == alerts(b) == []


def test_a_late_instance_within_its_time_supplements_and_time_begins_anew(houses: Houses) -> None:
    a, b = houses
    first = send(a, b, list(study(ANNA, 2, uid=UID)))
    pass_days(a, 6)
    assert send(a, b, list(study(ANNA, 1, start=3, uid=UID))) == first
    pass_days(a, 6)
    assert len(originals(a, OWN)) == 3
    pass_days(a, 1.1)
    assert is_empty(a)


def test_nothing_goes_while_an_association_feeds_the_study(houses: Houses) -> None:
    a, b = houses
    exchange = send(a, b, list(study(ANNA, 1, uid=UID)))
    with a.database.write() as tx:
        tx.exchanges.association_opened(exchange, A, "still open", "elsewhere", a.clock.now())
    pass_days(a, 8)
    assert len(originals(a, OWN)) == 1
    with a.database.write() as tx:
        tx.exchanges.association_ended("still open", a.clock.now())
    pass_days(a, 0)
    assert is_empty(a)


def test_a_sending_that_is_being_taken_back_waits_for_the_answer(houses: Houses) -> None:
    a, b = houses
    b.pacs.status = 0xC000
    a.receive(study(ANNA, 2))
    run_both(a, b)
    assert a.exchange().state is State.FAILED
    withdraw(a.database, A, a.exchange().id, "laborant", "verkeerd", a.clock.now())
    a.run()
    pass_days(a, 8)
    assert len(originals(a, OWN)) == 2
    meet(a, b)
    run_both(a, b)
    assert a.exchange().withdrawn is None, "too late, says the receiver"
    pass_days(a, 8)
    assert is_empty(a)


def test_a_withdrawn_sending_goes_as_well(houses: Houses) -> None:
    a, b = houses
    a.rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
    b.pacs.known.clear()
    a.receive(study(ANNA, 2))
    run_both(a, b)
    withdraw(a.database, A, a.exchange().id, "laborant", "verkeerd", a.clock.now())
    run_both(a, b)
    assert a.exchange().state is State.WITHDRAWN and len(originals(a, OWN)) == 2
    pass_days(a, 7.1)
    assert is_empty(a)


def test_a_large_study_goes_in_steps_and_a_crash_between_them_loses_nothing_of_the_work(
    houses: Houses, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = houses
    monkeypatch.setattr("beeldbrug.node.usecases.empty.INSTANCES_AT_ONCE", 2)
    send(a, b, list(study(ANNA, 5, uid=UID)))
    b.clock.ahead = 7.1 * DAY
    meet(a, b)
    faults = Faults()
    plant(a, database=faults)
    for at in range(1, 12):
        faults.plan(at, faults.fault)
        try:
            a.sweep.step(A)
            a.run()
        except Crash:
            a.wire()
        if faults.met and at == 3:  # between two steps: what comes in now is another exchange's
            a.receive(study(ANNA, 1, start=9, uid=UID))
    faults.plan(0, faults.fault)
    run_both(a, b)
    assert set(originals(a, OWN)) == {f"{UID}.1.9"} and len(set(a.store.packs())) == 1
    assert a.exchange().state is State.IMPORTED and a.exchange().total == 1
    assert events(a).count("emptied") == 1


def test_an_imported_arrival_stays_until_its_end_date_by_default(houses: Houses) -> None:
    a, b = houses
    exchange = send(a, b, list(study(ANNA, 2)))
    pass_days(b, 29)
    assert len(originals(b, exchange)) == 2
    pass_days(b, 1.1)
    assert originals(b, exchange) == {} and b.exchange().state is State.EXPIRED


def test_an_imported_arrival_goes_earlier_where_the_hospital_wants_so_and_the_sender_knows(houses: Houses) -> None:
    a, b = houses
    b.keeping = Keeping(imported_days=2)
    b.wire()
    exchange = send(a, b, list(study(ANNA, 2, uid=UID)))
    pass_days(b, 2.1)
    assert originals(b, exchange) == {} and set(b.store.packs()) == set()
    assert b.exchange().state is State.IMPORTED and b.exchange().emptied is not None
    a.run()
    assert (a.exchange().state, a.exchange().reason_code) == (State.IMPORTED, "emptied")
    second = send(a, b, list(study(ANNA, 1, start=3, uid=UID)))
    assert second != exchange, "a supplement would not fit on what is there no more"
    assert len(b.pacs.taken) == 3 and alerts(a) == alerts(b) == []
    pass_days(b, 30)
    with b.database.read() as tx:
        states = {row.id: row.state for row in tx.exchanges.listing(B, Direction.IN)}
    assert states[exchange] is State.IMPORTED


def test_a_supplement_that_crosses_with_the_emptying_is_told_and_the_study_can_be_sent_again(houses: Houses) -> None:
    a, b = houses
    b.keeping = Keeping(imported_days=2)
    b.wire()
    first = send(a, b, list(study(ANNA, 2, uid=UID)))
    a.receive(study(ANNA, 1, start=3, uid=UID))
    pass_days(b, 2.1)
    run_both(a, b)
    assert (b.exchange().state, b.exchange().reason_code) == (State.FAILED, "emptied")
    assert (a.exchange().id, a.exchange().state) == (first, State.FAILED)
    assert alerts(a) == ["receiver-failed"]
    second = send(a, b, list(study(ANNA, 3, uid=UID)))
    assert second != first and len(b.pacs.taken) == 3
