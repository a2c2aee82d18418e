"""A search by name, birth date or number finds whom a person means, and hardly anybody else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from beeldbrug.node.policy.finding.indexed import WORDS, date_words, name_words, number_words
from beeldbrug.node.policy.finding.typed import LENGTH, TERMS, matches, parse_query
from tests.unit.node.policy.name_pairs import MATCH, NO_MATCH, Pair

NAMES = sorted({pair.name for pair in MATCH if pair.name})


def found(pair: Pair) -> bool:
    return matches(parse_query(pair.typed), pair.name, pair.birth_date, pair.number)


def test_of_the_labelled_pairs_all_that_must_match_do_and_two_in_a_hundred_others_at_most() -> None:
    assert len(MATCH) >= 200 and len(NO_MATCH) >= 100 and not set(MATCH) & set(NO_MATCH)
    missed = [pair for pair in MATCH if not found(pair)]
    false = [pair for pair in NO_MATCH if found(pair)]
    print(f"recall {1 - len(missed) / len(MATCH):.1%} of {len(MATCH)}; false {len(false)} of {len(NO_MATCH)}")
    assert missed == []
    assert len(false) / len(NO_MATCH) <= 0.02, false


@pytest.mark.parametrize("name", NAMES)
def test_a_name_typed_as_the_header_has_it_is_found(name: str) -> None:
    assert matches(parse_query(name.partition("=")[0]), name)
    assert matches(parse_query(name.partition("=")[0].upper()), name)


@pytest.mark.parametrize("pair", MATCH, ids=lambda pair: pair.typed)
def test_another_persons_date_beside_the_name_finds_nobody(pair: Pair) -> None:
    if any(char.isdigit() for char in pair.typed):
        return
    query = parse_query(f"{pair.typed} 3-4-1901")
    assert not matches(query, pair.name, "19010403"[::-1], pair.number)
    assert matches(query, pair.name, "19010403", pair.number)


def test_each_letter_more_keeps_the_person_while_typing() -> None:
    for name, typed in [
        ("van der Berg^Anna", "van der Berg Anna"),
        ("Dijkstra^Sjoerd", "dijkstra sjoerd"),
        ("Jansen-de Vries^Els", "jansen-de vries els"),
        ("Hart^Jan^^'t", "'t hart jan"),
        ("Rijn^Saskia^^van", "saskia van rijn"),
        ("Öztürk^Işıl", "öztürk işıl"),
        ("El Idrissi^Fatima", "el idrissi fatima"),
    ]:
        lost = [typed[:end] for end in range(1, len(typed) + 1) if not matches(parse_query(typed[:end]), name)]
        assert [one for one in lost if parse_query(one).terms] == [], name


def test_jan_born_in_1960_is_no_month() -> None:
    assert matches(parse_query("jan 1960"), "Jansen^Jan", "19600805")
    assert matches(parse_query("januari 1960"), "Bakker^Kees", "19600105")


def test_nothing_typed_finds_all_and_only_signs_find_nobody() -> None:
    assert matches(parse_query("  "), "Jansen^Piet")
    assert matches(parse_query(""), "")
    for signs in ("--", "...", "%", "'", "e/v"):
        assert not parse_query(signs).blank
        assert not matches(parse_query(signs), "Jansen^Piet"), signs


def test_initials_alone_never_make_a_stranger_the_one_meant() -> None:
    assert not matches(parse_query("anna"), "Jansen^A.")
    assert not matches(parse_query("jan jansen"), "Bakker^J.")
    assert matches(parse_query("jan jansen"), "Jansen^J.")


def test_what_is_no_birth_date_or_number_is_not_kept() -> None:
    assert date_words("1960") == date_words("") == date_words("1960020a") == date_words("１９６００２０１") == ()
    assert number_words("") == number_words("--") == ()
    assert number_words("000") == ("#000",)


@given(st.text(max_size=300))
def test_any_text_is_a_query_of_bounded_size(text: str) -> None:
    query = parse_query(text)
    assert len(query.terms) <= TERMS
    assert sum(map(len, query.terms)) <= TERMS * (LENGTH + 40)
    matches(query, "Jansen^Piet")


@given(st.text(alphabet=st.sampled_from("abvdij'.-/^= ÖıßÄ\u0301張\0\ud800"), max_size=200) | st.text(max_size=200))
@example(":^\x80")
def test_any_name_gives_a_bounded_number_of_words_that_a_database_takes(name: str) -> None:
    words = name_words(name)
    assert len(words) <= WORDS and len(set(words)) == len(words)
    assert all(word and "\0" not in word and word.encode() for word in words)
