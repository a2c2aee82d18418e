"""Folding of names: case, accents and order do not matter, groups stay apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeldbrug.node.stores.sql.names import WORDS, folded, storable, words_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Jansen^Piet", "jansen piet"),
        ("Müller^Zoë^^van der", "muller zoe van der"),
        ("O'Brien-Smith", "obrien smith"),
        ("STRAẞE ß Øre Łódź", "strasse ss ore lodz"),
        ("Chang^Mei=張^美=", "chang mei=張 美"),
        ("jan*^?iet", "jan* ?iet"),
        ("^^^", ""),
        ("", ""),
    ],
)
def test_a_name_is_folded(name: str, expected: str) -> None:
    assert folded(name) == expected


@given(st.text())
def test_folding_twice_changes_nothing_and_can_be_stored(name: str) -> None:
    once = folded(storable(name))
    assert folded(once) == once
    assert storable(once) == once
    once.encode("utf-8")


@given(st.text(st.characters()))
def test_what_is_storable_has_no_nul_and_no_half_characters(text: str) -> None:
    stored = storable(text + "\0\ud800")
    assert "\0" not in stored
    stored.encode("utf-8")


def test_a_long_name_is_indexed_by_some_of_its_words() -> None:
    assert words_of("b a=a c") == ["a", "b", "c"]
    assert len(words_of(" ".join(map(str, range(99))))) == WORDS
