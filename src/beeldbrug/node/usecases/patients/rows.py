"""A row of a patient list (CSV) as an own patient: which columns, which forms, what is wrong; no identity in
faults."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from beeldbrug.node.policy.bsn import bsn
from beeldbrug.node.policy.own_name import clean, person_name
from beeldbrug.node.ports.own_patients import OwnPatient, Told

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "number": ("patientnummer", "nummer", "patient_number", "number"),
    "bsn": ("bsn",),
    "family": ("achternaam", "naam", "family_name", "name"),
    "prefix": ("voorvoegsel", "tussenvoegsel", "prefix"),
    "partner": ("partnernaam", "partner_name"),
    "partner_prefix": ("partnervoorvoegsel", "partner_prefix"),
    "given": ("voornamen", "voornaam", "voorletters", "given_names", "given_name"),
    "birth_date": ("geboortedatum", "birth_date"),
    "sex": ("geslacht", "sex"),
}
"""What a column may be called in the header row, Dutch and English; capitals and blanks do not count."""

NEEDED: Final = ("number", "family", "birth_date")
SEXES: Final = {"": "", "M": "M", "V": "F", "F": "F", "W": "F", "O": "O", "X": "O", "U": "", "ONBEKEND": ""}
LONGEST_NUMBER = 64


def columns_of(header: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Where each column stands, and what is wrong with the header row."""
    titles = [re.sub(r"[ _-]", "", title.strip().casefold()) for title in header]
    places: dict[str, int] = {}
    faults = []
    for name, called in COLUMNS.items():
        found = [at for at, title in enumerate(titles) if title in {one.replace("_", "") for one in called}]
        if len(found) > 1:
            faults.append(f"several columns are the {name} ({', '.join(called)})")
        elif found:
            places[name] = found[0]
        elif name in NEEDED:
            faults.append(f"no column is the {name} ({', '.join(called)})")
    return places, faults


def patient_of(row: Mapping[str, str], at: float) -> tuple[OwnPatient | None, list[str]]:
    """The patient of a row by the names of ``COLUMNS``, or what is wrong with it; ``at`` is POSIX seconds."""
    number, citizen = row["number"].strip(), row.get("bsn", "").strip()
    faults = []
    if not number or len(number) > LONGEST_NUMBER or not number.isprintable() or set(number) & {"\\", "^"}:
        faults.append("the number is no patient number")
    own = bsn(citizen) if citizen else ""
    if own is None:
        faults.append("the BSN does not pass the 11-test")
    birth_date = date_of(row["birth_date"].strip())
    if birth_date is None:
        faults.append("the birth date is no date")
    sex = SEXES.get(row.get("sex", "").strip().upper())
    if sex is None:
        faults.append("the sex is none of M, V, F, O")
    name = _name(row)
    if not name:
        faults.append("the name is empty")
    if faults or own is None or birth_date is None or sex is None:
        return None, faults
    return OwnPatient(number, own, name, birth_date, sex, Told.LIST, at), []


def date_of(text: str) -> str | None:
    """YYYYMMDD of ISO 8601 or day-month-year; empty for none, None for what is no date."""
    if not text:
        return ""
    found = re.fullmatch(r"(\d{4})-?(\d\d)-?(\d\d)", text)
    parts = found.groups() if found else None
    if parts is None and (found := re.fullmatch(r"(\d\d?)[-/.](\d\d?)[-/.](\d{4})", text)):
        parts = found[3], found[2], found[1]
    try:
        return date(*map(int, parts)).strftime("%Y%m%d") if parts else None
    except ValueError:
        return None


def _name(row: Mapping[str, str]) -> str:
    family = row["family"].strip()
    if "^" in family:  # a whole DICOM name
        family, _, given = family.partition("^")
        return person_name(family, given=clean(given.replace("^", " ")))
    values = {name: row.get(name, "").strip() for name in ("prefix", "partner", "partner_prefix", "given")}
    return person_name(
        own_prefix=values["prefix"],
        own=family,
        partner_prefix=values["partner_prefix"],
        partner=values["partner"],
        given=values["given"],
    )
