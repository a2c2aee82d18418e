"""The Dutch citizen service number (BSN): the 11-test, and finding it among a patient's numbers (FIELD 5.5).

Passing the test does not mean that the number exists, nor that it is this patient's.
"""

from __future__ import annotations

from collections.abc import Iterable

from beeldbrug.model.figures import BsnFinding
from beeldbrug.model.identity import Patient, PatientNumber

ISSUERS = frozenset({"NLMINBIZA", "NLMINBIZA^NNNLD", "NNNLD", "2.16.840.1.113883.2.4.6.3", "BSN"})
"""Issuers under which a BSN is found in practice; compared without case."""


_PLACES = {
    "(0010,1002)": BsnFinding.OTHER_PATIENT_IDS_SEQUENCE,
    "(0010,0020)": BsnFinding.PATIENT_ID,
    "PID-3": BsnFinding.HL7_PID_3,
    "capsule": BsnFinding.CAPSULE,
}
"""What a BSN was found in, by the source of the number."""

_WITHOUT_ISSUER = {
    "(0010,1002)": BsnFinding.SEQUENCE_WITHOUT_ISSUER,
    "(0010,0020)": BsnFinding.PATIENT_ID_WITHOUT_ISSUER,
    "(0010,1000)": BsnFinding.OTHER_PATIENT_IDS,
}
"""Where a number that could be a BSN stands with nothing beside it that says so; the retired attribute never has."""


def bsn(text: str) -> str | None:
    """Nine digits when ``text`` is a BSN by form and 11-test (all zeros refused), else None. Eight digits get a 0."""
    digits = _digits(text)
    if digits is None:
        return None
    total = sum(int(digit) * weight for digit, weight in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    return digits if total % 11 == 0 and int(digits) else None


def bsn_of(patient: Patient) -> tuple[str, str] | None:
    """(BSN, where it stood) of a patient, or None when there is none or there are two different ones.

    A number counts as BSN only under an issuer of BSNs; a bare nine-digit local number never does.
    """
    found: dict[str, str] = {}
    for number in (patient.number, *patient.others):
        if _of_bsns(number):
            value = bsn(number.value)
            if value:
                found.setdefault(value, number.source)
    return next(iter(found.items())) if len(found) == 1 else None


def bsn_finding(patient: Patient | None) -> BsnFinding:
    """Where the BSN of a study's patient was found, or why none was; None: its header could not be read.

    Of one BSN in several places the best place counts, of several faults the first of ``BsnFinding``.
    """
    if patient is None:
        return BsnFinding.UNREAD
    numbers = [number for number in (patient.number, *patient.others) if number.value.strip()]
    named = [number for number in numbers if _of_bsns(number)]
    good = [number for number in named if bsn(number.value)]
    if len({bsn(number.value) for number in good}) > 1:
        return BsnFinding.SEVERAL
    if good:
        return _first(_PLACES.get(number.source, BsnFinding.ELSEWHERE) for number in good)
    if named:
        return _first(_fault(number.value) for number in named)
    bare = [number for number in numbers if not number.issuer.strip() and bsn(number.value)]
    return _first(_WITHOUT_ISSUER.get(number.source, BsnFinding.ABSENT) for number in bare)


def _first(findings: Iterable[BsnFinding]) -> BsnFinding:
    return min(findings, key=list(BsnFinding).index, default=BsnFinding.ABSENT)


def _fault(text: str) -> BsnFinding:
    """Why a number under an issuer of BSNs is none."""
    digits = _digits(text)
    if digits is None:
        return BsnFinding.NOT_NINE_DIGITS
    return BsnFinding.ELEVEN_TEST if int(digits) else BsnFinding.ALL_ZEROS


def _of_bsns(number: PatientNumber) -> bool:
    return number.issuer.strip().upper() in ISSUERS


def _digits(text: str) -> str | None:
    """Nine digits, eight completed with a 0; None for anything else."""
    digits = text.strip().replace(".", "").replace(" ", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (8, 9):
        return None
    return digits.zfill(9)
