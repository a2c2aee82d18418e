"""The BSN quality report: small numbers are hidden, every finding has its words, and the letter says what to mend."""

from __future__ import annotations

import pytest

from beeldbrug.model.figures import BsnFinding
from beeldbrug.node.policy.bsn_letter import MENDING, WORDS, letter, percent
from beeldbrug.node.policy.bsn_quality import RIGHT, SenderQuality, quality
from beeldbrug.node.policy.figures import SMALL

A, B, C = "00000001", "00000002", "00000003"


def of(sender: str, **counts: int) -> SenderQuality:
    """One sender with these counts."""
    (found,) = quality((sender, BsnFinding[name], count) for name, count in counts.items())
    return found


def test_a_sender_of_few_studies_is_told_without_numbers() -> None:
    few = of(A, ABSENT=SMALL - 1)
    assert few.studies.value is None and few.findings == {} and (few.right, few.usable) == (0, 0)
    enough = of(A, ABSENT=SMALL - 1, PATIENT_ID=1)
    assert enough.studies.value == SMALL and enough.findings[BsnFinding.ABSENT] == SMALL - 1


def test_shares_are_of_all_studies_of_the_sender() -> None:
    one = of(A, OTHER_PATIENT_IDS_SEQUENCE=60, PATIENT_ID=20, ABSENT=15, ELEVEN_TEST=5)
    assert (one.studies.value, one.right, one.usable) == (100, 60, 80)
    assert one.share(one.right) == 0.6


def test_where_most_is_to_be_mended_stands_first_and_what_is_hidden_last() -> None:
    counts = [(A, RIGHT, 100), (A, BsnFinding.ABSENT, 2), (B, BsnFinding.ABSENT, 50), (C, BsnFinding.ABSENT, 1)]
    assert [one.sender for one in quality(counts)] == [B, A, C]


def test_every_finding_has_words_and_all_but_the_right_one_a_remedy_in_both_languages() -> None:
    assert set(WORDS) == set(BsnFinding)
    assert set(MENDING) == set(BsnFinding) - {RIGHT}
    assert all(dutch and english for dutch, english in (*WORDS.values(), *MENDING.values()))


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("nl", ("Periode: 01-09-2026 tot en met 30-11-2026", "120 onderzoeken", "80 (67 %)", "Wat te doen")),
        ("en", ("Period: 01-09-2026 to 30-11-2026", "120 studies", "80 (67%)", "What to do")),
    ],
)
def test_the_letter_names_counts_attributes_and_values(language: str, wanted: tuple[str, ...]) -> None:
    one = of(A, OTHER_PATIENT_IDS_SEQUENCE=80, PATIENT_ID=30, ALL_ZEROS=10)
    text = letter(one, "Ziekenhuis A", "Ziekenhuis {B}", "01-09-2026", "30-11-2026", language)
    for words in (*wanted, "Ziekenhuis A", "Ziekenhuis {B}", "(0010,1002)", "NLMINBIZA", "PID-3"):
        assert words in text
    assert text.count("\n- ") == 2


def test_who_does_it_right_is_told_so_and_nothing_else() -> None:
    text = letter(of(A, OTHER_PATIENT_IDS_SEQUENCE=40), "A", "B", "1", "2", "nl")
    assert "Bij 40 (100 %) stond het goed." in text and "Wat beter kan" not in text


def test_a_share_is_never_rounded_to_all_or_nothing() -> None:
    assert [percent(share, "en") for share in (0.0, 0.001, 0.999, 1.0)] == ["0%", "1%", "99%", "100%"]
