"""Whether a passphrase for a disc or file can stand for the patient's privacy. Pure.

Length decides; what can be guessed by who knows the patient is refused, and so is what hardly varies.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from beeldbrug.model.errors import Malformed

SHORTEST: Final = 12
LONGEST: Final = 200
FEWEST_DIFFERENT: Final = 6
LEAST_BESIDE: Final = 8
"""Letters and digits that must be left when all that is known of the patient is taken out."""

_WORD: Final = re.compile(r"[^\W_]{3,}")


def normal(passphrase: str) -> str:
    """As it is typed anywhere: composed (Unicode NFC), without space around it."""
    return unicodedata.normalize("NFC", passphrase).strip()


def check(passphrase: str, known: Iterable[str]) -> None:
    """``known`` are the patient's name, number and birth date (YYYYMMDD). Raises Malformed ``passphrase-short``,
    ``passphrase-easy``."""
    if not SHORTEST <= len(passphrase) <= LONGEST or not passphrase.isprintable():
        raise Malformed(
            "passphrase-short",
            f"A passphrase has {SHORTEST} to {LONGEST} characters.",
            "Take a longer one, or have one made.",
        )
    left = passphrase.casefold()
    for word in sorted(_words(known), key=len, reverse=True):
        left = left.replace(word, "")
    if len(set(passphrase)) < FEWEST_DIFFERENT or sum(map(str.isalnum, left)) < LEAST_BESIDE:
        raise Malformed(
            "passphrase-easy",
            "The passphrase can be guessed: it hardly varies, or is made of the patient's name, number or birth date.",
            "Take another, or have one made.",
        )


def _words(known: Iterable[str]) -> set[str]:
    words = {word.casefold() for text in known for word in _WORD.findall(text)}
    days = {word for word in words if re.fullmatch(r"[12][0-9]{7}", word)}
    return words | {form for day in days for form in _forms(day)}


def _forms(day: str) -> tuple[str, ...]:
    year, month, date = day[:4], day[4:6], day[6:]
    forms = [date + month + year, f"{date}-{month}-{year}", f"{year}-{month}-{date}", f"{date}/{month}/{year}"]
    return (*forms, f"{int(date)}-{int(month)}-{year}", year)
