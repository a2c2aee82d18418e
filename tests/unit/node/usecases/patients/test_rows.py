"""What a row of a patient list may look like."""

from __future__ import annotations

import pytest

from beeldbrug.node.usecases.patients.rows import columns_of, date_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("19700201", "19700201"),
        ("1970-02-01", "19700201"),
        ("1-2-1970", "19700201"),
        ("01/02/1970", "19700201"),
        ("", ""),
        ("2-1970", None),
        ("31-2-1970", None),
        ("1970-13-01", None),
        ("0000-00-00", None),
    ],
)
def test_dates_are_iso_or_day_first(text: str, expected: str | None) -> None:
    assert date_of(text) == expected


def test_columns_are_known_in_dutch_and_english_without_capitals_and_blanks() -> None:
    dutch, faults = columns_of([" PatientNummer", "Achternaam", "GEBOORTEDATUM", "iets"])
    assert (dutch, faults) == ({"number": 0, "family": 1, "birth_date": 2}, [])
    english, faults = columns_of(["Birth Date", "family-name", "Patient_Number"])
    assert (english, faults) == ({"number": 2, "family": 1, "birth_date": 0}, [])
    assert len(columns_of(["bsn"])[1]) == 3
