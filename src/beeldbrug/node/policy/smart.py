"""Whom a launch by SMART is about, by what the EPD's Patient says (FHIR R4, Patient.identifier and birthDate). Pure.

A BSN counts with a whole birth date beside it, as in every launch; two different ones count as none. The hospital's own
number counts under the system that the settings name, and under no other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from beeldbrug.model.errors import Denied, Unavailable
from beeldbrug.node.policy.bsn import bsn
from beeldbrug.node.policy.launch import MOST, About, is_number

BSN_SYSTEMS = frozenset({"http://fhir.nl/fhir/NamingSystem/bsn", "urn:oid:2.16.840.1.113883.2.4.6.3"})

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def about_patient(numbers: Sequence[tuple[str, str]], birth_date: str, own_system: str) -> About:
    """Whom it is about. ``numbers`` are (system, value). Raises Denied ``smart-no-number``."""
    birth = birth_date.replace("-", "") if _DATE.fullmatch(birth_date) else ""
    citizens = {bsn(value) for system, value in numbers if system in BSN_SYSTEMS} - {None}
    found = [(str(one), True) for one in citizens] if len(citizens) == 1 and birth else []
    own = dict.fromkeys(value.strip() for system, value in numbers if own_system and system == own_system)
    found += [(value, False) for value in own if is_number(value)]
    if len(citizens) > 1 or not 0 < len(found) <= MOST:
        raise no_number()
    return About(tuple(found), birth, (), "")


def foreign() -> Denied:
    """Launched by somebody else's server."""
    return Denied(
        "smart-foreign",
        "Another system than your hospital's record system tried to open Beeldbrug.",
        "Open Beeldbrug from the patient's record. If it stays, have your administrator compare iss with the settings.",
    )


def no_patient() -> Denied:
    """A launch without a patient."""
    return Denied(
        "smart-no-patient",
        "Your record system did not say which patient it is about.",
        "Open the patient's record first, and Beeldbrug from there.",
    )


def no_number() -> Denied:
    """Nothing to find anything by."""
    return Denied(
        "smart-no-number",
        "This patient has neither a BSN with a birth date in your record system, nor a number that Beeldbrug knows.",
        "Look at the patient's numbers in the record; sign in to Beeldbrug itself meanwhile.",
    )


def record_unreachable() -> Unavailable:
    """The FHIR server is down."""
    return Unavailable(
        "smart-record-unreachable",
        "Your record system does not answer.",
        "Try again in a minute, or sign in to Beeldbrug itself.",
    )


def record_unusable() -> Denied:
    """The FHIR server's answer is not that patient."""
    return Denied(
        "smart-record-unusable",
        "The patient's data in your record system cannot be read.",
        "Sign in to Beeldbrug itself; tell your administrator.",
    )
