"""Value Representations by tag, for implicit VR and UN: standard and known private attributes (PS3.6, PS3.5 6.2).

Looks up pydicom's dictionaries; knows no values.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from pydicom.datadict import dictionary_VR, private_dictionary_VR

TEXT_VRS: Final = frozenset({"SH", "LO", "ST", "LT", "UC", "UT", "PN"})
"""VRs whose bytes are read by the Specific Character Set (PS3.5 section 6.1.2.2)."""

SINGLE_TEXT_VRS: Final = frozenset({"ST", "LT", "UT", "UR"})
"""Text VRs in which a backslash is a character, not a delimiter."""

BINARY_VRS: Final = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})

NUMBER_CODES: Final = {
    **{"US": "H", "SS": "h", "UL": "I", "SL": "i", "UV": "Q", "SV": "q", "FL": "f", "FD": "d"},
}
"""Struct codes of the VRs that hold binary numbers."""

WORD_BYTES: Final = {"OW": 2, "OL": 4, "OF": 4, "OD": 8, "OV": 8}
"""Word sizes of the binary VRs that depend on byte order."""


@lru_cache(maxsize=16384)
def standard_vr(tag: int) -> str:
    """VR of a standard attribute as PS3.6 writes it ("US or SS" included); UN when unknown, LO for private creators."""
    if tag & 0xFFFF == 0:
        return "UL"
    if tag >> 16 & 1:
        return "LO" if 0x10 <= tag & 0xFFFF <= 0xFF else "UN"
    try:
        return dictionary_VR(tag)
    except KeyError:
        return "UN"


@lru_cache(maxsize=16384)
def private_vr(tag: int, creator: str) -> str:
    """VR of a private attribute of a known creator; UN when unknown."""
    try:
        return private_dictionary_VR(tag, creator)
    except KeyError:
        return "UN"


def choose_vr(written: str, length: int, signed: bool) -> str:
    """One VR out of a choice such as "US or SS": by pixel representation, tables by length (PS3.5 annex A)."""
    if " or " not in written:
        return written
    if written == "OB or OW":
        return "OW"
    if "OW" in written and length > 2:
        return "OW"
    return "SS" if signed and "SS" in written else "US"
