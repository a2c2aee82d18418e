"""The Dutch citizen service number (BSN): the 11-test, and finding it among a patient's numbers (FIELD 5.5).

Passing the test does not mean that the number exists, nor that it is this patient's.
"""

from __future__ import annotations

from beeldbrug.model.identity import Patient

ISSUERS = frozenset({"NLMINBIZA", "NLMINBIZA^NNNLD", "NNNLD", "2.16.840.1.113883.2.4.6.3", "BSN"})
"""Issuers under which a BSN is found in practice; compared without case."""


def bsn(text: str) -> str | None:
    """Nine digits when ``text`` is a BSN by form and 11-test (all zeros refused), else None. Eight digits get a 0."""
    digits = text.strip().replace(".", "").replace(" ", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (8, 9):
        return None
    digits = digits.zfill(9)
    total = sum(int(digit) * weight for digit, weight in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    return digits if total % 11 == 0 and int(digits) else None


def bsn_of(patient: Patient) -> tuple[str, str] | None:
    """(BSN, where it stood) of a patient, or None when there is none or there are two different ones.

    A number counts as BSN only under an issuer of BSNs; a bare nine-digit local number never does.
    """
    found: dict[str, str] = {}
    for number in (patient.number, *patient.others):
        if number.issuer.strip().upper() in ISSUERS:
            value = bsn(number.value)
            if value:
                found.setdefault(value, number.source)
    return next(iter(found.items())) if len(found) == 1 else None
