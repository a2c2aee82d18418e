"""Do two Dutch names agree: prefixes, partner names, diacritics, IJ, initials (FIELD 5.6 rule 2). Pure, conservative.

``agree`` is for the automatic import, where a wrong yes harms: it says yes only when the own family name is the same
and no given initial contradicts. DICOM PN (PS3.5 section 6.2.1): family^given^middle^prefix^suffix.
"""

from __future__ import annotations

import re
import unicodedata

PREFIXES = frozenset(
    {
        "van",
        "der",
        "den",
        "de",
        "het",
        "t",
        "ten",
        "ter",
        "te",
        "vd",
        "v",
        "d",
        "in",
        "op",
        "aan",
        "bij",
        "uit",
        "voor",
        "onder",
        "over",
        "tot",
        "la",
        "le",
        "les",
        "du",
        "des",
        "el",
        "al",
        "von",
        "zu",
        "zur",
        "s",
        "vander",
        "vanden",
    }
)


def fold(text: str) -> str:
    """Case, diacritics, ligatures and IJ folded away; everything but letters and digits becomes a space."""
    spelled = (
        text.replace("ı", "i")
        .replace("Ĳ", "IJ")
        .replace("ĳ", "ij")
        .replace("ø", "o")
        .replace("Ø", "O")
        .replace("ß", "ss")
    )
    plain = unicodedata.normalize("NFKD", spelled.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char)).replace("ij", "y")
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())


def family_names(name: str) -> frozenset[str]:
    """Family names in a PN without prefixes: "Jansen-van der Berg" gives jansen and berg; compound names stay whole."""
    family = name.partition("=")[0].split("^")[0]
    parts = re.split(r"\s*(?:-|–|\be\.?v\.?\b|,)\s*", family, flags=re.IGNORECASE)
    return frozenset(core for part in parts if (core := _core(part)))


def _core(part: str) -> str:
    words = [word for word in fold(part).split() if word not in PREFIXES]
    return " ".join(words) or fold(part)


def given_names(name: str) -> tuple[str, ...]:
    """Given and middle names, or their initials, each folded, in order; "A.M." is two."""
    _, given, middle, *_ = [*name.partition("=")[0].split("^"), "", ""]
    given = given if _is_prefix(middle) else f"{given} {middle}".strip()
    if re.fullmatch(r"(?:\w\.?\s?)+", given) and "." in given:
        given = given.replace(".", " ")
    return tuple(fold(given).split())


def _is_prefix(field: str) -> bool:
    """Many systems keep the words before a family name as middle name: "Berg^Anna^van der"."""
    words = fold(field).split()
    return all(word in PREFIXES for word in words) and (words == ["v", "d"] or any(len(word) > 1 for word in words))


def same_given_name(one: str, other: str) -> bool:
    """Whether the first given names are one, as far as each is written out.

    "P." may be "Piet", and "Piet" "Pieter"; "Laura" is not "Lisa": of twins, a sender mistakes the one for the other.
    """
    mine, theirs = given_names(one), given_names(other)
    if not mine or not theirs:
        return False
    return mine[0].startswith(theirs[0]) or theirs[0].startswith(mine[0])


def agree(one: str, other: str) -> bool:
    """Whether two names can safely be the same person's, birth date and BSN being equal."""
    mine, theirs = family_names(one), family_names(other)
    if not mine or not theirs or not (mine <= theirs or theirs <= mine):
        return False
    return not given_names(one) or not given_names(other) or same_given_name(one, other)
