"""Whom the desk is shown for an arrival, on labelled arrivals; and that nothing goes by itself to a wrong patient."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeldbrug.model.exchange import Urgency
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.policy.likeness import Agreement, likeness, propose, slip
from beeldbrug.node.policy.reconciliation import Match, reconcile
from beeldbrug.node.policy.rules import ImportRule
from tests.unit.node.policy.patient_pairs import Arrival, arrivals, register

RULE = ImportRule("00000001", automatic=True, issuer="ZHA")
REGISTER = [(patient, "") for patient in register()]
ARRIVALS = arrivals()
KNOWN = [one for one in ARRIVALS if one.right.isdigit()]
TOP = 3
LEAST = 0.95


def test_there_are_three_hundred_labelled_arrivals() -> None:
    assert len(ARRIVALS) >= 300
    assert len({patient.number.value for patient, _ in REGISTER}) == len(REGISTER)


def test_no_arrival_goes_by_itself_to_a_wrong_patient() -> None:
    wrong = []
    for one in ARRIVALS:
        found = reconcile(one.patient, [patient for patient, _ in REGISTER], RULE, Urgency.ROUTINE)
        if found.match is Match.EXACT and (found.number is None or found.number.value != one.right):
            wrong.append(str(one))
    assert wrong == []


def test_what_is_exact_goes_by_itself() -> None:
    exact = [one for one in ARRIVALS if one.kind in ("exact", "spelling", "initials", "twin", "mother")]
    waits = [str(one) for one in exact if _own(one) != one.right]
    assert waits == [], "a BSN, birth date and name that agree need nobody"


def test_the_right_patient_is_among_the_first_three() -> None:
    missed = [str(one) for one in KNOWN if one.right not in _proposed(one)]
    share = 1 - len(missed) / len(KNOWN)
    assert share >= LEAST, missed


def test_twins_without_a_number_are_told_apart_by_their_given_names() -> None:
    twins = [one for one in ARRIVALS if one.kind == "twin-no-bsn"]
    assert [_proposed(one)[0] for one in twins] == [one.right for one in twins]


def _own(one: Arrival) -> str:
    found = reconcile(one.patient, [patient for patient, _ in REGISTER], RULE, Urgency.ROUTINE)
    return found.number.value if found.number is not None else ""


def _proposed(one: Arrival) -> list[str]:
    return [each.local.number.value for each in propose(one.patient, REGISTER, TOP)]


def test_a_patient_with_several_orders_is_proposed_once_with_an_order() -> None:
    (patient, _), *_ = REGISTER
    (found,) = propose(patient, [(patient, ""), (patient, "O1"), (patient, "O2")])
    assert (found.local, found.accession_number) == (patient, "O1")


def test_nobody_is_proposed_for_a_name_alone() -> None:
    namesake = Patient("Jansen^Piet", "19990101", "M", PatientNumber("1", "ZHB"))
    assert "4100085" not in [one.local.number.value for one in propose(namesake, REGISTER)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("123456782", "123456789", True),
        ("123456782", "123456728", True),
        ("123456782", "213456782", True),
        ("123456782", "321456782", False),
        ("123456782", "123456782", False),
        ("123456782", "12345678", False),
    ],
)
def test_a_slip_is_one_digit_or_two_neighbours(one: str, other: str, expected: bool) -> None:
    assert slip(one, other) is expected and slip(other, one) is expected


def test_differences_are_told_field_by_field() -> None:
    local = Patient("Vries^Els^^de", "19700201", "F", PatientNumber("7", "ZHA"))
    arrived = Patient("Vries-Bakker^E.^^de", "19700102", "M", PatientNumber("9", "ZHB"))
    found = likeness(arrived, local)
    assert (found.bsn, found.birth_date, found.family, found.given, found.sex) == (
        Agreement.UNKNOWN,
        Agreement.ALIKE,
        Agreement.SAME,
        Agreement.SAME,
        Agreement.DIFFERENT,
    )


names = st.text("abcdeéij^- '.", max_size=20)
digits = st.text("0123456789", max_size=9)


@given(names, names, digits, digits)
def test_likeness_is_the_same_both_ways_for_whatever_stands_there(
    name: str, other: str, number: str, birth: str
) -> None:
    one = Patient(name, birth, "M", PatientNumber(number, "NLMINBIZA"))
    two = Patient(other, "19580312", "F", PatientNumber("999901400", "NLMINBIZA"))
    assert likeness(one, two) == likeness(two, one)
