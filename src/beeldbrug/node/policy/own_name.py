"""An own patient's name as DICOM PN, from the parts in which Dutch systems keep it (HL7-NL, NEN 1888). Pure.

The family name that the hospital shows is kept as it is where it holds all family names; else those that it lacks are
added, so that whoever knows the patient by another of them finds him.
"""

from __future__ import annotations

import re

from beeldbrug.node.policy.names import family_names, fold

LONGEST = 324
"""Characters that are kept of a name: five components of 64 (PS3.5 section 6.2)."""


def person_name(
    shown: str = "",
    *,
    own_prefix: str = "",
    own: str = "",
    partner_prefix: str = "",
    partner: str = "",
    given: str = "",
    middle: str = "",
) -> str:
    """PN of the family name as shown (or own and partner's name), given and middle names; empty without family name."""
    full_own, full_partner = (" ".join(f"{a} {b}".split()) for a, b in ((own_prefix, own), (partner_prefix, partner)))
    if shown and own and fold(shown) == fold(own):  # the shown one lacks its prefix
        shown, full_own = full_own, ""
    first, *rest = [name for one in (shown, full_partner, full_own) if (name := clean(one))] or [""]
    family = first
    for name in rest:
        if not family_names(name) <= family_names(family):
            family = f"{family}-{name}"
    if not family:
        return ""
    return "^".join((family, clean(given), clean(middle))).rstrip("^")[:LONGEST]


def clean(text: str) -> str:
    """Without what has a meaning in PN, without control characters, words parted by one space."""
    return " ".join(re.sub(r"[\^=\\\x00-\x1f\x7f]", " ", text).split())
