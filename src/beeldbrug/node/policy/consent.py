"""Consent as it is registered with a consultation: who asked, when, how, and for what (FIELD 5.3 row B). Pure.

It travels as one sentence, in the language of the country's patients, so that the receiver reads what the sender
wrote. Without all of it there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Manner(StrEnum):
    """How the patient said yes."""

    ORAL = "oral"
    WRITTEN = "written"
    DIGITAL = "digital"
    REPRESENTATIVE = "representative"


_MANNERS = {
    Manner.ORAL: "mondeling",
    Manner.WRITTEN: "schriftelijk",
    Manner.DIGITAL: "digitaal",
    Manner.REPRESENTATIVE: "door de vertegenwoordiger",
}


@dataclass(frozen=True, slots=True)
class Consent:
    """What was registered; ``when`` is YYYY-MM-DD."""

    who: str
    when: str
    manner: Manner
    scope: str


def sentence(consent: Consent, today: date) -> str:
    """The sentence that travels; empty when something is missing, or the day is none that has been."""
    try:
        day = date.fromisoformat(consent.when)
    except ValueError:
        return ""
    who, scope = " ".join(consent.who.split()), " ".join(consent.scope.split())
    if not who or not scope or day > today:
        return ""
    said = f"Toestemming {_MANNERS[consent.manner]} gegeven op {day:%d-%m-%Y}, gevraagd door {who[:100]}, voor: "
    return said + scope[:300]
