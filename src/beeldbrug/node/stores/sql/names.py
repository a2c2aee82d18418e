"""Folding of text for search: person names as words without case and accents; what a database column can hold.

PS3.4 C.2.2.2.1.4 lets person names match without regard to case, position and accent. A folded name keeps its component
groups apart by "=" (PS3.5 section 6.2.1.2); within a group, words are parted by one space.
"""

from __future__ import annotations

import unicodedata

_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_KEPT = frozenset("*?")

WORDS = 16
"""Words of one name that are indexed; a longer name is still found by them."""


def folded(name: str) -> str:
    """The name in small letters without accents, words parted by one space, groups by "="; keeps ``*`` and ``?``."""
    # compatibility caseless matching (Unicode, chapter 3.13, D146): some characters fold only once taken apart
    once = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", name).casefold())
    plain = unicodedata.normalize("NFKD", once.casefold()).translate(_LETTERS)
    groups = ("".join(map(_folded_character, group)).split() for group in plain.split("="))
    return "=".join(" ".join(group) for group in groups).rstrip("=")


def words_of(folded_name: str) -> list[str]:
    """The different words of a folded name, at most WORDS."""
    return sorted(set(folded_name.replace("=", " ").split()))[:WORDS]


def storable(text: str) -> str:
    """Text that both engines take: without NUL, and with a mark for what is no character."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _folded_character(character: str) -> str:
    if character.isalnum() or character in _KEPT:
        return character
    return "" if unicodedata.combining(character) or character in "'’" else " "
