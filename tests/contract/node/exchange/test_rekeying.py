"""A stat study under an emergency number gets the own number of its patient: as the hospital says it, or the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from uuid import UUID

import pytest

from beeldbrug.dicom.phantom.patients import HOSPITAL_A, HOSPITAL_B
from beeldbrug.model.errors import Conflict, Malformed, Unavailable
from beeldbrug.model.exchange import State, Urgency
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.policy.rules import ImportRule
from beeldbrug.node.ports.own_patients import Change, OwnPatient, Rekeyed, Said, Told
from beeldbrug.node.ports.rekeying import Rekeying, RekeyState
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.desk.choose import choose
from beeldbrug.node.usecases.desk.claim import claim
from beeldbrug.node.usecases.desk.undo import confirm_removed, undo_import
from beeldbrug.node.usecases.imports.commit import CommitStep
from beeldbrug.node.usecases.known import NO_QUERIES
from beeldbrug.node.usecases.patients.take import TakePatients
from beeldbrug.node.usecases.reject.reject import Rejecting, RejectStep
from beeldbrug.node.usecases.rekey.decide import confirm_moved, rekey, take_back
from beeldbrug.node.usecases.withdraw import forget
from tests.contract.node.exchange.house import (
    B,
    House,
    alerts,
    at_b,
    events,
    originals,
    run_both,
    the_patient,
)
from tests.contract.node.exchange.memory_ris import MAKING
from tests.contract.node.exchange.small import dataset, decoded, encoded, study
from tests.contract.node.exchange.test_reports_go_on import Hospital, equip, version

ANNA = the_patient()
NUMBER = at_b(ANNA).number.value
OTHER = "7009"
EMERGENCY = "emergency-number"


@pytest.fixture
def b(houses: tuple[House, House]) -> House:
    """A hospital that has imported a stat study of somebody it does not know."""
    a, b = houses
    b.import_rule = ImportRule(B, HOSPITAL_B.name, emergency_issuer="SPOED-B")
    b.pacs.known = []
    b.wire()
    a.receive(study(ANNA, 3))
    run_both(a, b)
    assert (b.exchange().state, b.exchange().reason_code) == (State.IMPORTED, EMERGENCY)
    assert alerts(b) == [EMERGENCY]
    return b


def emergency(b: House) -> str:
    """The number that it was imported under."""
    return row(b).number.partition("^")[0]


def row(b: House) -> Rekeying:
    with b.database.read() as tx:
        found = tx.rekeyings.get(B, b.exchange().id)
    assert found is not None
    return found


def hear(b: House, *changes: Change) -> None:
    """The ADT feed says this."""
    TakePatients(b.database, B, b.clock.now).take(changes)


def a40(b: House, into: str = NUMBER, at: float | None = None, **patient: str) -> Sequence[Change]:
    """What an A40 about the emergency number says."""
    at = b.clock.now() if at is None else at
    return Said(into, at, **patient), Rekeyed(emergency(b), into, at)


def numbers(b: House) -> set[str]:
    """Under which numbers the PACS was sent what it has."""
    return {str(decoded(contents[-1]).PatientID) for contents in b.pacs.taken.values()}


def known_as(b: House) -> str:
    """The number in the datasets that are fixed for the PACS."""
    with b.database.read() as tx:
        found = {str(decoded(one.header).PatientID) for one in tx.imports.all(b.exchange().id) if one.header}
    assert len(found) == 1
    return found.pop()


def later(b: House, seconds: float) -> None:
    b.clock.ahead += seconds
    b.run()


def more(houses: tuple[House, House], number: int) -> None:
    """One more instance comes after it."""
    a, b = houses
    uid = b.exchange().study_uid
    a.receive([encoded(dataset(ANNA, uid, f"{uid}.1", f"{uid}.1.{number}", number, bytes([number]) * 64))])
    run_both(a, b)


def test_what_the_ris_merged_is_rekeyed_by_itself_when_the_pacs_has_done_the_same(b: House) -> None:
    b.pacs.moved[emergency(b)] = NUMBER
    sent, before = len(b.pacs.offered), originals(b, b.exchange().id)
    hear(b, *a40(b))
    b.run()
    exchange = b.exchange()
    assert (exchange.state, exchange.local_number, exchange.reason_code) == (State.IMPORTED, NUMBER, "re-keyed")
    assert row(b).state is RekeyState.DONE
    assert alerts(b) == []
    assert len(b.pacs.offered) == sent, "the PACS has moved it: nothing is sent"
    assert known_as(b) == NUMBER, "what would be sent again says what the PACS has"
    assert originals(b, exchange.id) == before
    assert {"re-key-asked", "re-keyed", "re-key-ended"} <= set(events(b))
    hear(b, *a40(b))
    b.run()
    assert events(b).count("re-key-asked") == 1, "the same again is nothing to do"


def test_number_alert_and_trail_change_in_one_transaction_and_before_the_pacs_was_asked(b: House) -> None:
    b.pacs.no_studies = Unavailable("peer-no-query", "Away.", "Later.")
    hear(b, *a40(b))
    b.run()
    assert (b.exchange().local_number, alerts(b), row(b).state) == (NUMBER, [], RekeyState.LOOKING)
    with b.database.read() as tx:
        (event,) = [one for _, one in tx.audit.events(B, limit=10_000) if one.event == "re-keyed"]
    assert (event.patient, event.actor, event.outcome) == (NUMBER, "hl7", "success")


def test_a_pacs_that_does_not_follow_gets_it_anew_once_it_is_clean(b: House) -> None:
    number = emergency(b)
    hear(b, *a40(b))
    later(b, 300)
    assert (row(b).state, numbers(b)) == (RekeyState.LOOKING, {number}), "the PACS has time"
    later(b, 601)
    assert (row(b).state, b.exchange().state) == (RekeyState.ASIDE, State.FAILED)
    assert alerts(b) == ["emergency-not-followed"]
    with b.database.read() as tx:
        undone = tx.undone.last(B, b.exchange().id)
    assert undone is not None and undone.number.startswith(number), "the desk reads under which number it stands there"
    later(b, 3600)
    assert numbers(b) == {number}, "nothing under a second number beside it"
    with pytest.raises(Conflict, match="still-in-pacs"):
        choose(b.database, B, b.exchange().id, PatientNumber(OTHER), "els", b.clock.now())
    b.pacs.taken.clear()
    confirm_removed(b.database, B, b.exchange().id, "els", b.clock.now())
    b.run()
    assert (b.exchange().state, b.exchange().local_number, numbers(b)) == (State.IMPORTED, NUMBER, {NUMBER})
    assert (row(b).state, alerts(b), len(b.pacs.taken)) == (RekeyState.DONE, [], 3)


def test_a_pacs_that_follows_late_is_clean_as_well(b: House) -> None:
    hear(b, *a40(b))
    later(b, 300)
    later(b, 601)
    assert row(b).state is RekeyState.ASIDE
    b.pacs.moved[emergency(b)] = NUMBER
    later(b, 60)
    assert (row(b).state, b.exchange().state, b.exchange().local_number) == (RekeyState.DONE, State.IMPORTED, NUMBER)
    assert "removed-in-pacs" in events(b)


def test_a_rejection_note_that_is_trusted_confirms_in_the_desks_stead(b: House) -> None:
    b.tell = Rejecting("Ziekenhuis B", "1.0", UTC).reject
    b.wire()
    b.steps[WorkKind.REJECT] = RejectStep(B, b.database, b.pacs, True, b.clock.now)
    number = emergency(b)
    hear(b, *a40(b))
    b.run()
    later(b, 601)
    (note,) = [one for (one, *_) in map(tuple, b.pacs.taken.values()) if decoded(one).Modality == "KO"]
    assert decoded(note).PatientID == number
    assert decoded(note).ConceptNameCodeSequence[0].CodeValue == "113038"
    later(b, 60)
    assert (b.exchange().state, b.exchange().local_number, row(b).state) == (State.IMPORTED, NUMBER, RekeyState.DONE)


def test_a_pacs_that_answers_no_queries_is_looked_at_by_a_human(b: House) -> None:
    b.pacs.no_studies = Unavailable(NO_QUERIES, "No.", "No.")
    hear(b, *a40(b))
    b.run()
    assert row(b).state is RekeyState.LOOKING
    confirm_moved(b.database, B, b.exchange().id, "els", b.clock.now())
    b.run()
    assert (row(b).state, known_as(b), b.exchange().state) == (RekeyState.DONE, NUMBER, State.IMPORTED)
    assert "re-key-confirmed" in events(b)


def test_images_that_name_another_person_than_the_ris_does_wait_for_a_human(b: House) -> None:
    hear(b, *a40(b, OTHER, birth_date="19010101", name="Anders^A"))
    b.run()
    exchange = b.exchange()
    assert (row(b).state, exchange.reason_code, alerts(b)) == (
        RekeyState.QUESTION,
        "emergency-question",
        ["emergency-question"],
    )
    assert exchange.local_number == row(b).number, "it stands as before"
    rekey(b.database, B, exchange.id, PatientNumber(NUMBER), "els", b.clock.now(), 600)
    assert (b.exchange().local_number, alerts(b)) == (NUMBER, [])


def test_a_made_up_name_of_an_emergency_patient_asks_no_question(b: House) -> None:
    hear(b, *a40(b, name="Heel^Anders", birth_date=ANNA.birth_date))
    b.run()
    assert row(b).state is RekeyState.LOOKING


def test_what_was_merged_on_leads_to_its_end(b: House) -> None:
    hear(b, *a40(b, "7001"))
    b.run()
    at = b.clock.now()
    with b.database.write() as tx:
        tx.own_patients.put(B, [OwnPatient(NUMBER, "", "", "", "", Told.HL7, at)])
        tx.own_patients.merge(B, "7001", NUMBER, Told.HL7, at)
    b.pacs.moved |= {emergency(b): "7001", "7001": NUMBER}
    later(b, 5)
    assert (row(b).state, known_as(b)) == (RekeyState.DONE, NUMBER)


def test_a_later_word_that_names_another_number_is_a_question_and_an_older_one_nothing(b: House) -> None:
    b.pacs.moved[emergency(b)] = NUMBER
    old = b.clock.now() - 100
    hear(b, *a40(b))
    b.run()
    hear(b, *a40(b, OTHER, old))
    b.run()
    assert alerts(b) == []
    hear(b, *a40(b, OTHER, b.clock.now()))
    b.run()
    assert (alerts(b), b.exchange().local_number) == (["emergency-other-number"], NUMBER)


def test_nobody_elses_number_is_taken_for_an_emergency_number(b: House) -> None:
    hear(b, Rekeyed("SPOED99999999", NUMBER, b.clock.now()))
    b.run()
    assert (row(b).state, alerts(b)) == (RekeyState.STANDS, [EMERGENCY])


def test_the_desk_says_whose_it_is_and_takes_that_back(b: House) -> None:
    id_, before = b.exchange().id, row(b)
    rekey(b.database, B, id_, PatientNumber(OTHER), "els", b.clock.now(), 600)
    assert (b.exchange().local_number, alerts(b)) == (OTHER, [])
    later(b, 5)
    take_back(b.database, B, id_, "els", b.clock.now())
    assert (b.exchange().local_number, b.exchange().reason_code, alerts(b)) == (before.number, EMERGENCY, [EMERGENCY])
    later(b, 3600)
    assert (row(b).state, b.exchange().state) == (RekeyState.STANDS, State.IMPORTED)
    rekey(b.database, B, id_, PatientNumber(NUMBER), "els", b.clock.now(), 600)
    b.pacs.moved[emergency(b)] = NUMBER
    later(b, 5)
    assert row(b).state is RekeyState.DONE
    undo_import(b.database, B, id_, "wrong-patient", 7, "els", b.clock.now())
    with b.database.read() as tx:
        undone = tx.undone.last(B, id_)
    assert undone is not None and undone.number == NUMBER, "what has ended is undone as any import"
    with pytest.raises(Conflict, match="not-rekeying"):
        take_back(b.database, B, id_, "els", b.clock.now())


def test_what_was_taken_back_is_not_done_again_by_a_message_that_comes_twice(b: House) -> None:
    message = a40(b)
    hear(b, *message)
    b.run()
    take_back(b.database, B, b.exchange().id, "els", b.clock.now())
    hear(b, *message)
    b.run()
    assert row(b).state is RekeyState.STANDS


def test_an_import_that_was_put_aside_is_decided_anew_when_the_number_was_wrong(b: House) -> None:
    id_ = b.exchange().id
    rekey(b.database, B, id_, PatientNumber(OTHER), "els", b.clock.now(), 0)
    later(b, 5)
    assert row(b).state is RekeyState.ASIDE
    take_back(b.database, B, id_, "els", b.clock.now())
    assert alerts(b) == ["import-undone"]
    b.pacs.taken.clear()
    confirm_removed(b.database, B, id_, "els", b.clock.now())
    later(b, 120)
    assert b.pacs.taken == {}, "nothing goes by itself under the number that was wrong"
    choose(b.database, B, id_, PatientNumber(NUMBER), "els", b.clock.now())
    b.run()
    assert numbers(b) == {NUMBER}


def test_two_people_do_not_decide_whose_it_is_at_once(b: House) -> None:
    id_, seen = b.exchange().id, b.exchange().updated
    claim(b.database, B, id_, "jan", b.clock.now())
    with pytest.raises(Conflict, match="desk-taken"):
        rekey(b.database, B, id_, PatientNumber(NUMBER), "els", b.clock.now(), 600)
    b.clock.ahead += 301
    rekey(b.database, B, id_, PatientNumber(NUMBER), "els", b.clock.now(), 600, seen)
    with pytest.raises(Conflict, match="decided-meanwhile"):
        rekey(b.database, B, id_, PatientNumber(OTHER), "jan", b.clock.now(), 600, seen)
    with pytest.raises(Conflict, match="not-emergency"):
        rekey(b.database, B, id_, PatientNumber(OTHER), "jan", b.clock.now(), 600)


def test_no_number_is_given_that_cannot_be_one(b: House) -> None:
    for number in ("", "a^b", emergency(b)):
        with pytest.raises((Malformed, Conflict)):
            rekey(b.database, B, b.exchange().id, PatientNumber(number), "els", b.clock.now(), 600)
    with pytest.raises(Conflict, match="not-rekeying"):
        confirm_moved(b.database, B, b.exchange().id, "els", b.clock.now())


def test_while_the_pacs_has_time_nothing_else_of_it_goes_there_and_nothing_is_undone(
    b: House, houses: tuple[House, House]
) -> None:
    number = emergency(b)
    hear(b, *a40(b))
    b.run()
    offered = len(b.pacs.offered)
    more(houses, 9)
    assert len(b.pacs.offered) == offered, "a supplement would stand under a second number"
    assert b.steps[WorkKind.IMPORT].step(b.exchange().id) == 2.0
    wait = CommitStep(B, b.database, b.pacs, lambda one: None, False, b.clock.now).step(b.exchange().id)  # type: ignore[arg-type]  # it is not asked
    assert wait == 600.0
    with pytest.raises(Conflict):
        choose(b.database, B, b.exchange().id, PatientNumber(OTHER), "els", b.clock.now())
    with b.database.write() as tx:
        tx.exchanges.update(b.exchange().id, b.clock.now(), state=State.IMPORTED)
    with pytest.raises(Conflict, match="re-key-under-way"):
        undo_import(b.database, B, b.exchange().id, "not-needed", 7, "els", b.clock.now())
    b.pacs.moved[number] = NUMBER
    later(b, 60)
    later(b, 60)
    assert known_as(b) == NUMBER
    new = [decoded(contents[-1]) for uid, contents in b.pacs.taken.items() if uid.endswith(".9")]
    assert [one.PatientID for one in new] == [NUMBER]


def test_a_supplement_during_the_wait_goes_anew_with_the_rest(b: House, houses: tuple[House, House]) -> None:
    hear(b, *a40(b))
    b.run()
    more(houses, 9)
    assert b.exchange().state is State.VERIFIED
    later(b, 601)
    assert row(b).state is RekeyState.ASIDE
    b.pacs.taken.clear()
    confirm_removed(b.database, B, b.exchange().id, "els", b.clock.now())
    later(b, 5)
    assert (b.exchange().state, numbers(b), len(b.pacs.taken)) == (State.IMPORTED, {NUMBER}, 4)


def test_what_the_ris_says_while_the_import_is_under_way_is_done_when_it_has_ended(
    houses: tuple[House, House],
) -> None:
    a, b = houses
    b.import_rule = ImportRule(B, HOSPITAL_B.name, emergency_issuer="SPOED-B")
    b.pacs.known, b.pacs.status = [], 0xC000
    b.wire()
    a.receive(study(ANNA, 3))
    run_both(a, b)
    assert b.exchange().state is State.FAILED
    hear(b, *a40(b))
    b.run()
    assert row(b).state is RekeyState.ASKED
    b.pacs.status = 0
    choose(b.database, B, b.exchange().id, None, "els", b.clock.now())
    b.pacs.moved[emergency(b)] = NUMBER
    b.run()
    b.run()
    assert (b.exchange().state, b.exchange().local_number, row(b).state) == (State.IMPORTED, NUMBER, RekeyState.DONE)


def test_an_emergency_number_stays_in_sight_whatever_comes_between(b: House, houses: tuple[House, House]) -> None:
    more(houses, 7)
    assert (b.exchange().state, b.exchange().reason_code, alerts(b)) == (State.IMPORTED, EMERGENCY, [EMERGENCY])
    b.pacs.status = 0xC000
    more(houses, 8)
    assert b.exchange().state is State.FAILED
    b.pacs.status = 0
    choose(b.database, B, b.exchange().id, None, "els", b.clock.now())
    b.run()
    assert (b.exchange().state, b.exchange().reason_code, alerts(b)) == (State.IMPORTED, EMERGENCY, [EMERGENCY])
    with b.database.read() as tx:
        assert tx.listings.count_at_desk(B) == 1
        assert tx.traffics.oldest_at_desk(B) is None, "nobody is woken about it: it waits for the hospital"


def test_reports_that_went_under_the_emergency_number_follow(b: House) -> None:
    ris, number = Hospital(), emergency(b)
    equip(b, ris)
    version(b, 1)
    b.run()
    hear(b, *a40(b))
    b.run()
    version(b, 2, text="Aangevuld.")
    b.run()
    assert [one["number"] for one in ris.taken] == [number], "while the number changes nothing is said under either"
    b.pacs.moved[number] = NUMBER
    later(b, 60)
    later(b, 5)
    assert [(one["number"], one["status"]) for one in ris.taken[1:]] == [(number, "cancelled"), (NUMBER, "final")]
    assert ris.taken[-1]["text"] == "Aangevuld."


def test_reports_follow_a_study_that_goes_in_anew(b: House) -> None:
    ris, number = Hospital(), emergency(b)
    equip(b, ris)
    version(b, 1)
    b.run()
    rekey(b.database, B, b.exchange().id, PatientNumber(NUMBER), "els", b.clock.now(), 0)
    later(b, 5)
    b.pacs.taken.clear()
    confirm_removed(b.database, B, b.exchange().id, "els", b.clock.now())
    later(b, 5)
    told = [(one["number"], one["status"]) for one in ris.taken]
    assert told == [(number, "final"), (number, "cancelled"), (NUMBER, "final")]


def test_a_study_that_goes_in_anew_gets_an_order_also_when_it_came_as_stat(b: House) -> None:
    b.making = MAKING
    b.wire()
    assert b.exchange().urgency is Urgency.STAT and b.ris.received == []
    rekey(b.database, B, b.exchange().id, PatientNumber(NUMBER), "els", b.clock.now(), 0)
    later(b, 5)
    b.pacs.taken.clear()
    confirm_removed(b.database, B, b.exchange().id, "els", b.clock.now())
    later(b, 5)
    (standing,) = b.ris.standing()
    assert {str(decoded(one[-1]).AccessionNumber) for one in b.pacs.taken.values()} == {standing}
    assert numbers(b) == {NUMBER}


def test_what_was_emptied_here_is_moved_in_the_pacs_by_hand(b: House) -> None:
    with b.database.write() as tx:
        forget(tx, b.exchange(), State.IMPORTED, b.clock.now())
    hear(b, *a40(b))
    b.run()
    later(b, 601)
    assert (row(b).state, "emergency-by-hand" in alerts(b)) == (RekeyState.LOOKING, True)
    confirm_moved(b.database, B, b.exchange().id, "els", b.clock.now())
    b.run()
    assert (row(b).state, "emergency-by-hand" in alerts(b)) == (RekeyState.DONE, False)


def test_no_two_imports_are_given_one_emergency_number(houses: tuple[House, House]) -> None:
    a, b = houses
    b.import_rule = ImportRule(B, HOSPITAL_B.name, emergency_issuer="SPOED-B")
    b.pacs.known = []
    b.wire()
    a.receive(study(ANNA, 1))
    a.run()
    parcel = a.exchange().id
    taken = "SPOED" + str(UUID(parcel).int % 10**8).zfill(8)
    with b.database.write() as tx:
        tx.rekeyings.put(B, Rekeying("f" * 32, taken + "^^^SPOED-B", RekeyState.ENDED, 1.0))
    run_both(a, b)
    assert emergency(b) != taken and numbers(b) == {emergency(b)}


def test_an_import_that_the_desk_undoes_is_no_emergency_any_more(b: House) -> None:
    undo_import(b.database, B, b.exchange().id, "not-needed", 7, "els", b.clock.now())
    hear(b, *a40(b))
    b.run()
    assert (row(b).state, b.exchange().state) == (RekeyState.ENDED, State.FAILED)
    with pytest.raises(Conflict, match="not-emergency"):
        rekey(b.database, B, b.exchange().id, PatientNumber(NUMBER), "els", b.clock.now(), 600)


def test_another_arrival_of_the_study_waits_until_it_stands_under_its_number(
    b: House, houses: tuple[House, House]
) -> None:
    a = houses[0]
    hear(b, *a40(b))
    b.run()
    first = b.exchange()
    b.pacs.known = [at_b(ANNA)]
    with a.database.write() as tx:  # ended at A, so that what comes is an arrival of its own
        tx.exchanges.update(a.exchange().id, a.clock.now(), state=State.FAILED)
    offered = len(b.pacs.offered)
    uid = first.study_uid
    a.receive([encoded(dataset(ANNA, uid, f"{uid}.2", f"{uid}.2.1", 1, b"\x07" * 64))])
    run_both(a, b)
    assert b.exchange().id != first.id and b.exchange().reason_code == "study-under-other-number"
    assert len(b.pacs.offered) == offered


def test_a_report_does_not_overtake_its_own_withdrawal_from_the_emergency_number(b: House) -> None:
    ris, number = Hospital(), emergency(b)
    equip(b, ris)
    version(b, 1)
    b.run()
    b.pacs.moved[number] = NUMBER
    ris.answers = [None]
    hear(b, *a40(b))
    b.run()
    assert [one["status"] for one in ris.taken] == ["final"], "the withdrawal was not answered: what follows waits"
    later(b, 120)
    told = [(one["number"], one["status"]) for one in ris.taken]
    assert told == [(number, "final"), (number, "cancelled"), (NUMBER, "final")]


@pytest.mark.parametrize("issuer", ["SPOED-B", "", HOSPITAL_B.name])
def test_who_stands_in_the_pacs_under_an_emergency_number_is_not_taken_for_an_own_patient(
    b: House, houses: tuple[House, House], issuer: str
) -> None:
    a, first = houses[0], b.exchange()
    unknown = at_b(ANNA)
    b.pacs.known = [replace(unknown, number=PatientNumber(emergency(b), issuer))]
    a.receive(study(ANNA, 1))
    run_both(a, b)
    second = b.exchange()
    assert second.id != first.id and second.reason_code == EMERGENCY
    assert len(numbers(b)) == 2, "each has a number of its own until it is known whose it is"
    assert b.known.find(ANNA.identity(HOSPITAL_A)).records == ()
    b.pacs.known.append(unknown)
    a.receive(study(ANNA, 1))
    run_both(a, b)
    assert b.exchange().local_number == NUMBER, "the emergency patient is no second candidate beside him"
