"""Consent as one sentence: all of it, or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from beeldbrug.node.policy.consent import Consent, Manner, sentence

GIVEN = Consent("dr. Jansen", "2025-11-20", Manner.ORAL, "beoordeling van deze CT")
TODAY = date(2025, 11, 22)


def test_it_says_who_when_how_and_for_what() -> None:
    said = sentence(GIVEN, TODAY)
    assert said == (
        "Toestemming mondeling gegeven op 20-11-2025, gevraagd door dr. Jansen, voor: beoordeling van deze CT"
    )


@pytest.mark.parametrize(
    "changes",
    [{"who": " "}, {"scope": ""}, {"when": ""}, {"when": "20-11-2025"}, {"when": "2025-11-23"}, {"when": "2025-02-30"}],
)
def test_without_all_of_it_there_is_no_consent(changes: dict[str, str]) -> None:
    assert sentence(replace(GIVEN, **changes), TODAY) == ""


def test_it_is_one_line_of_bounded_length() -> None:
    said = sentence(replace(GIVEN, who="x" * 500, scope="a\nb " * 500), TODAY)
    assert "\n" not in said and len(said) < 600
