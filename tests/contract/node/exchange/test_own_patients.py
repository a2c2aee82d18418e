"""What the hospital says of its own patients takes part in import and desk, and never makes a match less safe."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.dicom.phantom.patients import PhantomPatient
from beeldbrug.model.errors import Unavailable
from beeldbrug.model.exchange import State, Urgency
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.ports.own_patients import OwnPatient, Told
from beeldbrug.node.usecases.desk.choose import choose
from beeldbrug.node.usecases.desk.waiting import Sides, sides
from tests.contract.node.exchange.house import B, House, alerts, at_b, rule_to_b, run_both, the_patient
from tests.contract.node.exchange.small import decoded, study

ANNA: PhantomPatient = the_patient()
AT_B = at_b(ANNA)
NUMBER = AT_B.number.value
LONG_AGO = 1_000_000.0
AWAY = Unavailable("peer-silent", "The other DICOM system does not answer.")
NO_QUERIES = Unavailable("peer-query-unsupported", "It supports no queries.")

OWN = OwnPatient(NUMBER, ANNA.bsn, AT_B.name, AT_B.birth_date, AT_B.sex, Told.HL7, LONG_AGO)


@pytest.fixture
def b(houses: tuple[House, House]) -> House:
    """A hospital whose PACS knows nobody, and that has an ADT feed."""
    houses[1].pacs.known.clear()
    houses[1].places = ("pacs", "hl7")
    return houses[1]


@pytest.fixture
def a(houses: tuple[House, House]) -> House:
    houses[0].rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
    return houses[0]


def tell(b: House, *patients: OwnPatient, merged: tuple[str, str] | None = None) -> None:
    with b.database.write() as tx:
        tx.own_patients.put(B, patients)
        if merged is not None:
            tx.own_patients.merge(B, *merged, Told.HL7, LONG_AGO)


def sent(a: House, b: House) -> None:
    a.receive(study(ANNA, 1))
    run_both(a, b)


def taken_under(b: House) -> str:
    return str(decoded(next(iter(b.pacs.taken.values()))[0]).PatientID)


def both(b: House) -> Sides:
    return sides(b.sources, b.known, b.exchange(), AT_B)


def test_an_arrival_is_matched_by_the_feed_where_the_pacs_knows_nobody(a: House, b: House) -> None:
    tell(b, OWN)
    sent(a, b)
    assert a.exchange().state is State.IMPORTED and taken_under(b) == NUMBER


def test_a_pacs_that_gives_no_bsn_and_a_feed_that_does_make_one_match_together(a: House, b: House) -> None:
    b.pacs.known.append(replace(AT_B, others=()))
    tell(b, OWN)
    sent(a, b)
    assert a.exchange().state is State.IMPORTED and taken_under(b) == NUMBER


def test_a_pacs_that_answers_no_queries_is_no_hindrance_to_a_feed(a: House, b: House) -> None:
    b.pacs.no_answer = NO_QUERIES
    tell(b, OWN)
    sent(a, b)
    assert a.exchange().state is State.IMPORTED and taken_under(b) == NUMBER


def test_without_a_feed_it_is_and_so_is_a_pacs_that_is_away(a: House, b: House) -> None:
    tell(b, OWN)
    b.pacs.no_answer = AWAY
    sent(a, b)
    assert not b.pacs.taken and b.exchange().state is State.VERIFIED
    b.pacs.no_answer, b.places = NO_QUERIES, ("pacs",)
    b.clock.ahead += 3600
    run_both(a, b)
    assert not b.pacs.taken
    b.pacs.no_answer = None
    b.clock.ahead += 3600
    run_both(a, b)
    assert taken_under(b) == NUMBER


def test_a_merged_number_of_the_pacs_leads_to_the_one_that_stands(a: House, b: House) -> None:
    b.pacs.known.append(AT_B)
    tell(b, replace(OWN, number="NEW-1"), merged=(NUMBER, "NEW-1"))
    sent(a, b)
    assert taken_under(b) == "NEW-1"


@pytest.mark.parametrize(
    "said",
    [
        replace(OWN, bsn="999990044" if ANNA.bsn != "999990044" else "999990056"),
        replace(OWN, bsn="", birth_date="19010203"),
        replace(OWN, bsn="", name="Heel^Anders"),
    ],
)
def test_a_feed_that_contradicts_the_pacs_leaves_it_to_a_human(a: House, b: House, said: OwnPatient) -> None:
    b.pacs.known.append(AT_B)
    tell(b, said)
    sent(a, b)
    assert not b.pacs.taken and "demographics-differ" in alerts(b)


def test_two_numbers_for_one_bsn_and_a_patient_who_is_gone_are_for_a_human(a: House, b: House) -> None:
    b.pacs.known.append(AT_B)
    tell(b, replace(OWN, number="OTHER"))
    sent(a, b)
    assert not b.pacs.taken and "several-numbers" in alerts(b)
    with b.database.write() as tx:
        tx.own_patients.put(B, [OWN])
        assert tx.own_patients.remove(B, NUMBER, LONG_AGO) and tx.own_patients.remove(B, "OTHER", LONG_AGO)
    b.clock.ahead += 3600
    run_both(a, b)
    assert not b.pacs.taken and "patient-not-found" in alerts(b)
    assert [one.person.sources for one in both(b).candidates] == [("pacs",)], "eyes still see whom the PACS knows"


def test_the_desk_sees_each_number_once_with_all_its_sources_and_what_did_not_answer(a: House, b: House) -> None:
    tell(b, replace(OWN, bsn="", source=Told.LIST), replace(OWN, number="OLD-1", bsn=""), merged=("OLD-1", NUMBER))
    b.pacs.known += [replace(AT_B, others=()), replace(AT_B, number=PatientNumber("OLD-1"), others=())]
    sent(a, b)
    found = both(b)
    assert [(one.person.patient.number.value, one.person.sources) for one in found.candidates] == [
        (NUMBER, ("pacs", "list"))
    ]
    assert (found.asked, found.complete) == (("pacs", "hl7"), True)
    b.pacs.known, b.pacs.no_answer = [], AWAY
    found = both(b)
    assert [one.person.sources for one in found.candidates] == [("list",)] and not found.complete
    with b.database.write() as tx:
        tx.own_patients.remove(B, NUMBER, LONG_AGO)
    with pytest.raises(Unavailable):
        both(b)


def test_a_merged_number_that_somebody_types_goes_under_the_one_that_stands(a: House, b: House) -> None:
    tell(b, replace(OWN, bsn=""), merged=("OLD-1", NUMBER))
    sent(a, b)
    assert not b.pacs.taken
    choose(b.database, B, b.exchange().id, PatientNumber("OLD-1"), "desk", b.clock.now())
    assert b.exchange().local_number == NUMBER
    run_both(a, b)
    assert taken_under(b) == NUMBER and b.exchange().state is State.IMPORTED
