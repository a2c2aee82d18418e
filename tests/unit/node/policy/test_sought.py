"""By what a patient is looked up: as he was given, and as a slip of the sender may hide him."""

from __future__ import annotations

import pytest

from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.policy.bsn import bsn
from beeldbrug.node.policy.own_name import person_name
from beeldbrug.node.policy.sought import Sought, name_keys, sought


def test_a_right_bsn_is_looked_up_as_it_is_and_a_wrong_one_by_what_it_may_have_been() -> None:
    right = sought(Patient(number=PatientNumber("1"), others=(PatientNumber("999990019", "NLMINBIZA"),)))
    assert right == Sought(("1", "999990019"), ("999990019",), (), ())
    for slip in ("999990018", "999990091", "899990019"):
        found = sought(Patient(others=(PatientNumber(slip, "NLMINBIZA"),))).bsns
        assert "999990019" in found and len(found) < 30 and all(bsn(one) for one in found)
    assert sought(Patient(others=(PatientNumber("999990019", "elsewhere"),))).bsns == ()


def test_a_birth_date_is_looked_up_with_day_and_month_changed_about() -> None:
    assert sought(Patient(birth_date="19700201")).birth_dates == ("19700201", "19700102")
    assert sought(Patient(birth_date="19700202")).birth_dates == ("19700202",)
    assert sought(Patient(birth_date="1970")).birth_dates == ()


def test_a_name_is_looked_up_by_the_sound_of_each_family_name_and_one_initial() -> None:
    assert name_keys("van den Berg-de Vries^Els^Anna") == ("berg e", "vries e")
    assert name_keys("Meijer^Jan") == name_keys("MEYER^J.") == name_keys("Meier^Johan")
    assert name_keys("") == ()


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"own": "Vries", "own_prefix": "de", "given": "Els"}, "de Vries^Els"),
        ({"own": "Vries", "partner": "Berg", "partner_prefix": "van den", "given": "E."}, "van den Berg-Vries^E."),
        ({"own": "Vries", "partner": "Vries"}, "Vries"),
        ({"own": "A^B=C\\D\x00", "given": "x  y", "middle": "z"}, "A B C D^x y^z"),
        ({"given": "Els"}, ""),
    ],
)
def test_a_name_is_made_of_its_parts(parts: dict[str, str], expected: str) -> None:
    assert person_name(**parts) == expected


def test_a_shown_name_is_kept_and_gets_what_it_lacks() -> None:
    assert person_name("van den Berg - de Vries", own="Vries", partner="Berg") == "van den Berg - de Vries"
    assert person_name("Berg", own="Vries", own_prefix="de", partner="Berg") == "Berg-de Vries"
    assert person_name("VRIES", own="Vries", own_prefix="de") == "de Vries"
