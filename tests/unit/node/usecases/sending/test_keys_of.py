"""What a PACS is asked for, from what somebody typed."""

from __future__ import annotations

import pytest

from beeldbrug.node.policy.finding.typed import parse_query
from beeldbrug.node.ports.archive import StudyKey
from beeldbrug.node.usecases.sending.find import keys_of


def asked(text: str) -> list[StudyKey]:
    return list(keys_of(text, parse_query(text)))


def test_a_number_is_asked_as_it_was_typed_and_without_zeros_in_front() -> None:
    assert asked("0012345") == [StudyKey(number="0012345"), StudyKey(number="12345")]


def test_a_name_is_asked_by_its_longest_word_wherever_it_stands() -> None:
    assert asked("van der Berg") == [StudyKey(name="*Berg*")]
    assert asked("anna jansen") == [StudyKey(name="*jansen*")]


def test_letters_that_are_written_in_several_ways_match_any() -> None:
    assert asked("Müller") == [StudyKey(name="*M?ller*")]
    assert asked("van Dijk") == [StudyKey(name="*D*k*")]
    assert asked("van Dyck") == [StudyKey(name="*D*ck*")]


def test_name_and_birth_date_are_asked_together() -> None:
    assert asked("jansen 14-03-1962") == [StudyKey(name="*jansen*", birth_date="19620314")]


def test_a_birth_date_alone_is_enough() -> None:
    assert asked("14-03-1962") == [StudyKey(birth_date="19620314")]


def test_a_birth_date_without_signs_may_be_a_number() -> None:
    assert set(asked("14031962")) == {StudyKey(number="14031962"), StudyKey(birth_date="19620314")}


@pytest.mark.parametrize("text", ["", "*", "?", "j", "1", "van", "%", "\\", "14-03", "*?*"])
def test_what_would_find_everybody_is_not_asked(text: str) -> None:
    assert asked(text) == []


def test_no_wild_card_of_the_typist_reaches_the_pacs() -> None:
    for key in (*asked("ja*sen"), *asked("12*45"), *asked("jan?en\\x")):
        assert not any(sign in key.number for sign in "*?\\")
        assert "\\" not in key.name and "**" not in key.name
        assert key.number or key.name.strip("*")
