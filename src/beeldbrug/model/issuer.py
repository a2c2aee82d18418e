"""Who gave a number: names of an issuer, and whether two of them are one (HL7 v2 HD and EI, sections 2.A.28 and 2.A.33;
DICOM HL7v2 Hierarchic Designator Macro, PS3.3 table 10-17). Standard library only.

An issuer is written as its names, parted by ``&``: the local ones and the universal ones.
"""

from __future__ import annotations

import re
from enum import StrEnum

MARK = "&"

_UNIVERSAL = re.compile(r"[0-9a-z-]+(?:\.[0-9a-z-]+)+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|urn:.+")
"""Object identifiers, names of domains, UUIDs: what is the same everywhere."""


class Agreement(StrEnum):
    """SAME: one issuer. OTHER: two. UNKNOWN: one is not said, or they have no kind of name in common."""

    SAME = "same"
    OTHER = "other"
    UNKNOWN = "unknown"


def issuer_of(*names: str) -> str:
    """The issuer with these names; empty where there are none."""
    plain = (" ".join(name.replace(MARK, " ").split()) for name in names)
    return MARK.join(dict.fromkeys(name for name in plain if name))


def agreement(one: str, other: str) -> Agreement:
    """Whether two issuers are one. A universal name that both have decides, else a local one."""
    for mine, theirs in zip(_kinds(one), _kinds(other), strict=True):
        if mine and theirs:
            return Agreement.SAME if mine & theirs else Agreement.OTHER
    return Agreement.UNKNOWN


def _kinds(issuer: str) -> tuple[frozenset[str], frozenset[str]]:
    """Universal and local names; capitals do not count."""
    names = frozenset(name for name in issuer.casefold().split(MARK) if name)
    universal = frozenset(name for name in names if _UNIVERSAL.fullmatch(name))
    return universal, names - universal
