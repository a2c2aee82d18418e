"""When an emergency patient's images get his own number, and when the PACS has followed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.policy.rekeying import Seen, contradicts, is_distinct, is_emergency_number, seen

BSN = PatientNumber("999990019", "NLMINBIZA")
OTHER = PatientNumber("999990020", "NLMINBIZA")
ELS = Patient("Vries^Els", "19700201", "F", PatientNumber("SPOED1"), (BSN,))


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({"7001"}, Seen.FOLLOWED),
        ({"7000"}, Seen.FOLLOWED),
        ({"7001", "7000"}, Seen.FOLLOWED),
        ({"SPOED1"}, Seen.NOT_YET),
        ({"7001", "SPOED1"}, Seen.NOT_YET),
        ({"8001"}, Seen.NOT_YET),
        (set(), Seen.NOT_YET),
        (None, Seen.UNKNOWN),
    ],
)
def test_the_pacs_has_followed_when_it_has_the_study_under_the_own_number_and_no_other(
    numbers: set[str] | None, expected: Seen
) -> None:
    merged = {"7000": "7001"}
    assert seen(numbers, "7000", lambda one: merged.get(one, one)) is expected


def test_bsn_and_birth_date_contradict_a_made_up_name_does_not() -> None:
    assert not contradicts(ELS, replace(ELS, name="Heel^Anders"))
    assert not contradicts(ELS, Patient(number=PatientNumber("7001")))
    assert contradicts(ELS, replace(ELS, birth_date="19700102"))
    assert contradicts(ELS, replace(ELS, others=(OTHER,)))


def test_the_numbers_of_this_node_are_known_by_their_form() -> None:
    assert is_emergency_number("SPOED00000001", "SPOED")
    for other in ("SPOED0000001", "SPOED000000012", "00000001", "spoed00000001", "SPOED0000000a"):
        assert not is_emergency_number(other, "SPOED")
    assert is_distinct("SPOED") and not is_distinct("9")
