"""Dutch names that are and are not the same person's, birth date and BSN being equal."""

from __future__ import annotations

import pytest

from beeldbrug.node.policy.names import agree, family_names

SAME = [
    ("Jansen^Piet", "Jansen^P."),
    ("van der Berg^Anna", "Berg^Anna^^van der"),
    ("van der Berg^Anna", "v.d. Berg^A.M."),
    ("Jansen-de Vries^Els", "Jansen^Els"),
    ("de Vries-Jansen^Els", "Jansen-de Vries^Els"),
    ("'t Hart^Jan", "t Hart^Jan"),
    ("IJzerman^Kees", "Ĳzerman^Kees"),
    ("IJzerman^Kees", "Yzerman^Kees"),
    ("Müller^Jörg", "Muller^Jorg"),
    ("JANSEN^PIET", "jansen^piet"),
    ("Çelik^Ayşe", "Celik^Ayse"),
    ("Jansen^Piet", "Jansen"),
    ("Jansen^Piet", "Jansen^Pieter"),
    ("Berg^D.^van der", "van der Berg^Dirk"),
]
DIFFERENT = [
    ("Jansen^Piet", "Janssen^Piet"),
    ("Jansen^Piet", "Jansen^Kees"),
    ("de Vries^Els", "de Wit^Els"),
    ("", "Jansen^Piet"),
    ("Jansen^Piet", "^Piet"),
    ("van den Berg^Anna", "van der Meer^Anna"),
    ("Jansen^Laura", "Jansen^Lisa"),
    ("Berg^D.^van der", "van der Berg^Victor"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_person_in_two_spellings_agrees(one: str, other: str) -> None:
    assert agree(one, other) and agree(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_people_never_agree(one: str, other: str) -> None:
    assert not agree(one, other) and not agree(other, one)


def test_partner_names_are_both_family_names() -> None:
    assert family_names("Jansen-van der Berg^Els") == {"jansen", "berg"}


def test_a_name_of_prefixes_only_is_itself() -> None:
    assert family_names("van der^X") == {"van der"}
