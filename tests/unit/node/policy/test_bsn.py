"""BSN: the 11-test, and where it may stand. Numbers from the reserved test range."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.policy.bsn import bsn, bsn_of


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
