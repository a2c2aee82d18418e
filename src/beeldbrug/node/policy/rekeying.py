"""When an import under an emergency number gets the own number of its patient, and whether the PACS has followed. Pure.

The hospital's own word that a number became another (A40) is enough, unless the images name another person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from enum import StrEnum
from typing import Final

from beeldbrug.model.decision import Reason
from beeldbrug.model.identity import Patient
from beeldbrug.node.policy.bsn import bsn_of

QUESTION = Reason(
    "emergency-question",
    "Het RIS of EPD zegt wie deze spoedpatiënt is, maar BSN of geboortedatum van de beelden is anders.",
    "The RIS or EPD says who this emergency patient is, but BSN or birth date of the images differs.",
    "Vergelijk aan de beeldenbalie en kies het eigen nummer, of laat het spoednummer staan.",
    "Compare at the image desk and choose the own number, or leave the emergency number as it is.",
)
OTHER_NUMBER = Reason(
    "emergency-other-number",
    "Het RIS of EPD noemt nu een ander eigen nummer voor deze spoedpatiënt dan waaronder het onderzoek staat.",
    "The RIS or EPD now gives another own number for this emergency patient than the study stands under.",
    "Ga na welk nummer klopt; is het dat andere, maak de import dan ongedaan en importeer opnieuw.",
    "Find out which number is right; if it is the other, undo the import and import anew.",
)
NOT_FOLLOWED = Reason(
    "emergency-not-followed",
    "Het PACS heeft het spoednummer niet zelf vervangen.",
    "The PACS has not replaced the emergency number by itself.",
    "Haal het onderzoek in het PACS weg onder het spoednummer en bevestig dat; het gaat dan vanzelf onder het eigen "
    "nummer het PACS in.",
    "Remove the study in the PACS under the emergency number and confirm that; it then goes into the PACS under the "
    "own number by itself.",
)
BY_HAND = Reason(
    "emergency-by-hand",
    "Het PACS heeft het spoednummer niet zelf vervangen, en de beelden zijn hier niet meer.",
    "The PACS has not replaced the emergency number by itself, and the images are no longer here.",
    "Zet het onderzoek in het PACS zelf over naar het eigen nummer, en bevestig dat aan de beeldenbalie.",
    "Move the study to the own number in the PACS yourself, and confirm that at the image desk.",
)

WHY: Final = "re-keyed"
"""Why an import is undone when the PACS does not follow."""

DIGITS: Final = 8
"""Of an emergency number, behind its prefix."""


class Seen(StrEnum):
    """What the PACS says of where the study stands."""

    FOLLOWED = "followed"
    NOT_YET = "not-yet"
    UNKNOWN = "unknown"


def seen(numbers: Collection[str] | None, into: str, standing: Callable[[str], str]) -> Seen:
    """``numbers`` are those under which the PACS has the study, None where it cannot be asked. Only when it stands
    under the own number, or what that became, and under no other, the PACS has followed."""
    if numbers is None:
        return Seen.UNKNOWN
    wanted = standing(into)
    return Seen.FOLLOWED if numbers and all(standing(one) == wanted for one in numbers) else Seen.NOT_YET


def contradicts(arrived: Patient, local: Patient) -> bool:
    """Whether the images name another person: an emergency patient often has a made-up name, so names do not count."""
    mine, theirs = bsn_of(arrived), bsn_of(local)
    other_bsn = mine is not None and theirs is not None and mine[0] != theirs[0]
    born = bool(arrived.birth_date and local.birth_date) and arrived.birth_date != local.birth_date
    return other_bsn or born


def is_emergency_number(value: str, prefix: str) -> bool:
    """Whether it has the form of the numbers that this node gives."""
    return re.fullmatch(rf"{re.escape(prefix)}\d{{{DIGITS}}}", value) is not None


def is_distinct(prefix: str) -> bool:
    """Whether a number with this prefix cannot be taken for one of the hospital's own, which are digits."""
    return any(character.isalpha() for character in prefix)
