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
    spelled = text.replace("Ĳ", "IJ").replace("ĳ", "ij").replace("ø", "o").replace("Ø", "O").replace("ß", "ss")
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


def initials(name: str) -> str:
    """First letters of the given and middle names, folded."""
    fields = name.partition("=")[0].split("^")
    given = " ".join(fields[1:3])
    if re.fullmatch(r"(?:\w\.?\s?)+", given) and "." in given:
        given = given.replace(".", " ")
    return "".join(word[0] for word in fold(given).split())


def agree(one: str, other: str) -> bool:
    """Whether two names can safely be the same person's, birth date and BSN being equal."""
    mine, theirs = family_names(one), family_names(other)
    if not mine or not theirs or not (mine <= theirs or theirs <= mine):
        return False
    first, second = initials(one), initials(other)
    return not first or not second or first[0] == second[0]
