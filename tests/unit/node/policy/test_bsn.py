"""BSN: the 11-test, and where it may stand. Numbers from the reserved test range."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeldbrug.model.figures import BsnFinding
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.policy.bsn import bsn, bsn_finding, bsn_of
from beeldbrug.node.policy.bsn_quality import USABLE


def test_a_number_that_passes_the_11_test_is_a_bsn() -> None:
    assert bsn("999990019") == "999990019"
    assert bsn(" 9999.90.019 ") == "999990019"


@pytest.mark.parametrize("text", ["999990018", "000000000", "99999001", "9999900190", "", "99999001a", "²99990019"])
def test_what_is_not_a_bsn_is_refused(text: str) -> None:
    assert bsn(text) is None


@given(st.integers(0, 99_999_999))
def test_eight_digits_are_read_with_a_leading_zero(number: int) -> None:
    assert bsn(f"{number:08d}") == bsn(f"0{number:08d}")


@given(st.integers(0, 999_999_999), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number: int, place: int, by: int) -> None:
    digits = f"{number:09d}"
    wrong = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    assert not (bsn(digits) and bsn(wrong))


def test_a_bsn_counts_only_under_an_issuer_of_bsns() -> None:
    bare = Patient(number=PatientNumber("999990019", "Ziekenhuis A", "(0010,0020)"))
    assert bsn_of(bare) is None
    other = Patient(
        number=PatientNumber("4711", "Ziekenhuis A"), others=(PatientNumber("999990019", "NLMINBIZA", "(0010,1002)"),)
    )
    assert bsn_of(other) == ("999990019", "(0010,1002)")


def test_two_different_bsns_are_none() -> None:
    both = Patient(others=(PatientNumber("999990019", "NLMINBIZA"), PatientNumber("999990020", "NLMINBIZA")))
    assert bsn_of(both) is None
    same = Patient(number=PatientNumber("999990019", "NNNLD", "(0010,0020)"), others=both.others[:1])
    assert bsn_of(same) == ("999990019", "(0010,0020)")


OWN = PatientNumber("4711", "Ziekenhuis A", "(0010,0020)")
ID, LISTED, RETIRED = "(0010,0020)", "(0010,1002)", "(0010,1000)"


@pytest.mark.parametrize(
    ("finding", "numbers"),
    [
        (BsnFinding.OTHER_PATIENT_IDS_SEQUENCE, [OWN, PatientNumber("999990019", "NLMINBIZA", LISTED)]),
        (BsnFinding.PATIENT_ID, [PatientNumber("999990019", "nlminbiza", ID)]),
        (BsnFinding.HL7_PID_3, [OWN, PatientNumber("999990019", "NLMINBIZA^NNNLD", "PID-3")]),
        (BsnFinding.CAPSULE, [OWN, PatientNumber("999990019", "NLMINBIZA", "capsule")]),
        (BsnFinding.ELSEWHERE, [OWN, PatientNumber("999990019", "NLMINBIZA", "worklist")]),
        (
            BsnFinding.SEVERAL,
            [PatientNumber("999990019", "NLMINBIZA", ID), PatientNumber("999990020", "NLMINBIZA", LISTED)],
        ),
        (BsnFinding.ELEVEN_TEST, [OWN, PatientNumber("999990018", "NLMINBIZA", LISTED)]),
        (BsnFinding.ALL_ZEROS, [OWN, PatientNumber("000000000", "NLMINBIZA", LISTED)]),
        (BsnFinding.NOT_NINE_DIGITS, [OWN, PatientNumber("onbekend", "NLMINBIZA", LISTED)]),
        (BsnFinding.SEQUENCE_WITHOUT_ISSUER, [OWN, PatientNumber("999990019", "", LISTED)]),
        (BsnFinding.PATIENT_ID_WITHOUT_ISSUER, [PatientNumber("999990019", " ", ID)]),
        (BsnFinding.OTHER_PATIENT_IDS, [OWN, PatientNumber("999990019", "", RETIRED)]),
        (BsnFinding.ABSENT, [OWN]),
        (BsnFinding.ABSENT, [PatientNumber("999990019", "Ziekenhuis A", ID), PatientNumber("4712", "", RETIRED)]),
        (BsnFinding.ABSENT, [PatientNumber("")]),
    ],
)
def test_where_a_bsn_stands_or_why_there_is_none(finding: BsnFinding, numbers: list[PatientNumber]) -> None:
    assert bsn_finding(Patient(number=numbers[0], others=tuple(numbers[1:]))) is finding


def test_a_bsn_in_two_places_stands_in_the_best_and_a_good_one_beside_a_bad_one_is_found() -> None:
    both = Patient(
        number=PatientNumber("999990019", "NLMINBIZA", ID), others=(PatientNumber("999990019", "NLMINBIZA", LISTED),)
    )
    assert bsn_finding(both) is BsnFinding.OTHER_PATIENT_IDS_SEQUENCE
    beside = Patient(number=both.number, others=(PatientNumber("000000000", "NLMINBIZA", LISTED),))
    assert bsn_finding(beside) is BsnFinding.PATIENT_ID


def test_a_header_that_cannot_be_read_is_told_apart_from_one_without_a_bsn() -> None:
    assert bsn_finding(None) is BsnFinding.UNREAD


@given(
    st.lists(
        st.builds(
            PatientNumber,
            st.sampled_from(["999990019", "999990020", "999990018", "000000000", "4711", "", "x"]),
            st.sampled_from(["", "NLMINBIZA", "Ziekenhuis A"]),
            st.sampled_from([ID, LISTED, RETIRED, "worklist"]),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_bsn_is_found_exactly_when_the_matching_finds_one(numbers: list[PatientNumber]) -> None:
    patient = Patient(number=numbers[0], others=tuple(numbers[1:]))
    assert (bsn_of(patient) is not None) == (bsn_finding(patient) in USABLE)
