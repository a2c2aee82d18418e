"""Two studies are of one person by BSN, or by number and issuer; never by name, and never against a birth date."""

from __future__ import annotations

from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.policy.one_person import Known, same_person

A, B = "00000001", "00000002"
BSN, OTHER_BSN = PatientNumber("999990019", "NLMINBIZA"), PatientNumber("999990020", "NLMINBIZA")


def known(number: str = "", issuer: str = "", home: str = A, birth: str = "19620314", *others: PatientNumber) -> Known:
    return Known(Patient("Vries^Johanna", birth, "F", PatientNumber(number, issuer), others), home)


def test_a_name_and_a_birth_date_are_not_enough() -> None:
    assert not same_person(known(), known())
    assert not same_person(known("1", "A"), known("2", "A"))


def test_a_number_counts_within_its_issuer() -> None:
    assert same_person(known("1", "X"), known("1", "X", B))
    assert not same_person(known("1", "X"), known("1", "Y"))


def test_a_number_without_an_issuer_counts_within_its_hospital() -> None:
    assert same_person(known("1"), known("1", "X"))
    assert not same_person(known("1"), known("1", home=B))


def test_the_bsn_decides_where_both_say_one() -> None:
    bsn = (BSN,)
    assert same_person(known("1", "X", A, "19620314", *bsn), known("2", "Y", B, "19620314", *bsn))
    assert not same_person(known("1", "X", A, "19620314", *bsn), known("1", "X", A, "19620314", OTHER_BSN))


def test_another_birth_date_is_another_person() -> None:
    assert not same_person(known("1", "X"), known("1", "X", birth="19620315"))
    assert same_person(known("1", "X"), known("1", "X", birth=""))


def test_the_own_number_that_an_arrival_was_given_counts_here() -> None:
    arrival = Known(known("77", "B", B).patient, B, PatientNumber("1", "Ziekenhuis A"), A)
    assert same_person(arrival, known("1"))
    assert same_person(arrival, known("1", "Ziekenhuis A"))
    assert not same_person(arrival, known("77"))
