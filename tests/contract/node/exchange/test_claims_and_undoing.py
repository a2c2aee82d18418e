"""One case is decided by one person at a time; an import that went wrong goes back to the desk, and in again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.model.errors import Conflict, Malformed
from beeldbrug.model.exchange import State, Urgency
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.policy.undoing import DAY
from beeldbrug.node.usecases.desk.choose import choose
from beeldbrug.node.usecases.desk.claim import CLAIM_SECONDS, claim, release
from beeldbrug.node.usecases.desk.refuse import refuse
from beeldbrug.node.usecases.desk.undo import confirm_removed, undo_import
from tests.contract.node.exchange.house import (
    B,
    House,
    alerts,
    at_b,
    events,
    originals,
    rule_to_b,
    run_both,
    the_patient,
)
from tests.contract.node.exchange.small import dataset, decoded, encoded, study

ANNA = the_patient()
NUMBER = at_b(ANNA).number.value
OTHER = PatientNumber("7009")


@pytest.fixture
def b(houses: tuple[House, House]) -> House:
    """A hospital with an arrival that is in its PACS."""
    a, b = houses
    a.rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
    a.receive(study(ANNA, 2))
    run_both(a, b)
    assert b.exchange().state is State.IMPORTED
    return b


def undo(b: House, why: str = "wrong-patient", actor: str = "els") -> None:
    undo_import(b.database, B, b.exchange().id, why, 7, actor, b.clock.now())


def decide(b: House, actor: str, number: PatientNumber | None = OTHER) -> None:
    choose(b.database, B, b.exchange().id, number, actor, b.clock.now())


def busy(b: House, actor: str, take_over: bool = False) -> None:
    claim(b.database, B, b.exchange().id, actor, b.clock.now(), take_over)


def test_what_a_colleague_is_deciding_about_nobody_else_decides(b: House) -> None:
    undo(b)
    confirm_removed(b.database, B, b.exchange().id, "els", b.clock.now())
    busy(b, "els")
    busy(b, "els")
    for deed in (
        lambda: busy(b, "jan"),
        lambda: decide(b, "jan"),
        lambda: refuse(b.database, b.store, B, b.exchange().id, "not-needed", "jan", b.clock.now()),
    ):
        with pytest.raises(Conflict) as taken:
            deed()
        assert taken.value.code == "desk-taken"
    release(b.database, B, b.exchange().id, "jan", b.clock.now())
    with pytest.raises(Conflict, match="colleague"):
        busy(b, "jan")
    busy(b, "jan", take_over=True)
    with pytest.raises(Conflict, match="colleague"):
        decide(b, "els")
    decide(b, "jan")
    with b.database.read() as tx:
        assert tx.claims.get(B, b.exchange().id) is None, "who has decided is busy no more"
    assert events(b).count("desk-claimed") == 2


def test_a_claim_runs_out_by_itself_and_can_be_given_up(b: House) -> None:
    busy(b, "els")
    b.clock.ahead += CLAIM_SECONDS + 1
    busy(b, "jan")
    release(b.database, B, b.exchange().id, "jan", b.clock.now())
    busy(b, "els")


def test_an_import_that_is_undone_goes_back_to_the_desk_and_in_again_under_the_right_number(
    b: House, houses: tuple[House, House]
) -> None:
    a = houses[0]
    before = originals(b, b.exchange().id)
    undo(b)
    run_both(a, b)
    back = b.exchange()
    assert (back.state, back.reason_code, back.imported) == (State.FAILED, "import-undone", 0)
    assert alerts(b) == ["import-undone"] and a.exchange().reason_code == "import-undone"
    with b.database.read() as tx:
        undone = tx.undone.last(B, back.id)
    assert undone is not None and (undone.number, undone.instances, undone.removed) == (NUMBER, 2, None)
    with pytest.raises(Conflict) as there:
        decide(b, "els")
    assert there.value.code == "still-in-pacs"
    b.clock.ahead += 3600
    run_both(a, b)
    assert b.exchange().state is State.FAILED, "nothing goes by itself after that"
    confirm_removed(b.database, B, back.id, "els", b.clock.now())
    b.pacs.taken.clear()
    with pytest.raises(Conflict) as again:
        decide(b, "els", None)
    assert again.value.code == "number-needed"
    decide(b, "els")
    run_both(a, b)
    assert b.exchange().state is State.IMPORTED and a.exchange().state is State.IMPORTED
    assert {decoded(contents[0]).PatientID for contents in b.pacs.taken.values()} == {OTHER.value}
    assert originals(b, back.id) == before
    assert {"import-undone", "removed-in-pacs"} <= set(events(b))


def test_what_comes_after_an_import_was_undone_waits_with_it(b: House, houses: tuple[House, House]) -> None:
    a = houses[0]
    uid = b.exchange().study_uid
    series = f"{uid}.1"

    def more(number: int) -> None:
        a.receive([encoded(dataset(ANNA, uid, series, f"{series}.{number}", number, bytes([number]) * 64))])
        run_both(a, b)

    undo(b)
    more(101)
    waiting = b.exchange()
    assert (waiting.state, waiting.reason_code) == (State.VERIFIED, "import-undone")
    assert alerts(b) == ["import-undone"] and len(b.pacs.taken) == 2, "what is new is not imported by itself"
    with pytest.raises(Conflict, match="still in the PACS"):
        decide(b, "els")
    confirm_removed(b.database, B, waiting.id, "els", b.clock.now())
    b.pacs.taken.clear()
    more(102)
    assert (b.exchange().reason_code, alerts(b)) == ("undone-and-removed", ["undone-and-removed"])
    assert b.pacs.taken == {}, "the patient that was wrong once is not taken again by itself"
    with pytest.raises(Conflict, match="not repeated"):
        decide(b, "els", None)
    decide(b, "els")
    run_both(a, b)
    assert {decoded(contents[0]).PatientID for contents in b.pacs.taken.values()} == {OTHER.value}
    assert len(b.pacs.taken) == 4
    more(103)
    assert b.exchange().state is State.IMPORTED and len(b.pacs.taken) == 5, "after that it goes as ever"


def test_the_same_study_sent_anew_is_not_taken_by_itself_under_what_was_wrong_or_beside_the_rest(
    b: House, houses: tuple[House, House]
) -> None:
    a = houses[0]
    first = b.exchange()
    uid = first.study_uid

    def anew(number: int) -> None:
        series = f"{uid}.{number}"
        a.receive([encoded(dataset(ANNA, uid, series, f"{series}.1", number, bytes([number]) * 64))])
        run_both(a, b)

    undo(b)
    confirm_removed(b.database, B, first.id, "els", b.clock.now())
    b.pacs.taken.clear()
    run_both(a, b)  # at A it has failed now, so what comes is an exchange of its own
    anew(7)
    second = b.exchange()
    assert second.id != first.id and second.reason_code == "earlier-import-undone" and b.pacs.taken == {}
    decide(b, "els")
    run_both(a, b)
    assert b.exchange().state is State.IMPORTED and b.exchange().local_number == OTHER.value
    refuse(b.database, b.store, B, first.id, "wrong-patient", "els", b.clock.now())
    before = len(b.pacs.taken)
    with a.database.write() as tx:  # ended at A, so that the next comes by itself
        tx.exchanges.update(a.exchange().id, a.clock.now(), state=State.FAILED)
    anew(8)
    third = b.exchange()
    assert third.id != second.id and third.reason_code == "study-under-other-number", "the rest stands under 7009"
    assert len(b.pacs.taken) == before
    decide(b, "els")
    run_both(a, b)
    assert {decoded(contents[0]).PatientID for contents in b.pacs.taken.values()} == {OTHER.value}


def test_an_import_is_undone_in_time_for_a_reason_and_once(b: House) -> None:
    with pytest.raises(Malformed, match="no reason"):
        undo(b, "no idea")
    b.clock.ahead += 8 * DAY
    with pytest.raises(Conflict, match="too long ago"):
        undo(b)
    b.clock.ahead -= 2 * DAY
    undo(b)
    with pytest.raises(Conflict, match="no import"):
        undo(b)
    with pytest.raises(Conflict, match="still in the PACS"):
        refuse(b.database, b.store, B, b.exchange().id, "not-needed", "els", b.clock.now())
    confirm_removed(b.database, B, b.exchange().id, "els", b.clock.now())
    with pytest.raises(Conflict, match="has to be removed"):
        confirm_removed(b.database, B, b.exchange().id, "els", b.clock.now())
    refuse(b.database, b.store, B, b.exchange().id, "wrong-patient", "els", b.clock.now())
    assert b.exchange().state is State.REFUSED
