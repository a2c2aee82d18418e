"""Whom a launch by SMART is about: a BSN with its birth date, the hospital's own number, and never a guess."""

from __future__ import annotations

import pytest

from beeldbrug.model.errors import Denied
from beeldbrug.node.policy.smart import BSN_SYSTEMS, about_patient

BSN, OTHER, BIRTH = "999990019", "999990020", "1960-01-02"
OWN = "https://noord.example.nl/fhir/patientnummer"
SYSTEM = "http://fhir.nl/fhir/NamingSystem/bsn"


@pytest.mark.parametrize("system", sorted(BSN_SYSTEMS))
def test_a_bsn_counts_with_a_whole_birth_date(system: str) -> None:
    wanted = about_patient([(system, BSN)], BIRTH, "")
    assert (wanted.numbers, wanted.birth_date) == (((BSN, True),), "19600102")


def test_the_same_bsn_twice_is_one() -> None:
    assert about_patient([(one, BSN) for one in sorted(BSN_SYSTEMS)], BIRTH, "").numbers == ((BSN, True),)


def test_an_own_number_counts_without_a_birth_date_and_is_no_bsn_whatever_it_looks_like() -> None:
    assert about_patient([(OWN, BSN), (SYSTEM, BSN)], "1960", OWN).numbers == ((BSN, False),)


@pytest.mark.parametrize(
    ("numbers", "birth", "own"),
    [
        ([], BIRTH, OWN),
        ([("", BSN)], BIRTH, ""),
        ([(OWN, "12345")], BIRTH, ""),
        ([("https://other.example", "12345")], BIRTH, OWN),
        ([(SYSTEM, "999990018")], BIRTH, OWN),
        ([(SYSTEM, BSN)], "1960-01", OWN),
        ([(SYSTEM, BSN), (SYSTEM, OTHER)], BIRTH, OWN),
        ([(SYSTEM, BSN), (SYSTEM, OTHER), (OWN, "12345")], BIRTH, OWN),
        ([(OWN, "12*")], BIRTH, OWN),
        ([(OWN, "1\\2")], BIRTH, OWN),
        ([(OWN, str(count)) for count in range(21)], BIRTH, OWN),
    ],
)
def test_what_is_not_sure_is_nobody(numbers: list[tuple[str, str]], birth: str, own: str) -> None:
    with pytest.raises(Denied) as caught:
        about_patient(numbers, birth, own)
    assert caught.value.code == "smart-no-number"
