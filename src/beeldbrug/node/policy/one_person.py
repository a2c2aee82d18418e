"""Whether two studies are of one person, by what identifies people: BSN, or number and issuer. Never by name. Pure.

A number counts within what gave it out: its issuer, or, where a header names none, the hospital that the study is from.
Birth dates that differ part two persons whatever their numbers say (FIELD 5.6: numbers are handed out twice).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.policy.bsn import bsn_of


@dataclass(frozen=True, slots=True)
class Known:
    """A patient as a study has him. ``home`` is the hospital (URA) whose header this is; ``local`` the own number that
    a human or a rule gave an arrival, with its issuer, ``own`` the hospital that it is a number of."""

    patient: Patient
    home: str
    local: PatientNumber | None = None
    own: str = ""

    def numbers(self) -> Iterator[tuple[PatientNumber, str]]:
        """Each number, and the hospital that it is from."""
        for number in (self.patient.number, *self.patient.others):
            if number.value.strip():
                yield number, self.home
        if self.local is not None and self.local.value.strip():
            yield self.local, self.own


def same_person(one: Known, other: Known) -> bool:
    """Whether identifiers say so; what they do not say is no."""
    first, second = one.patient.birth_date, other.patient.birth_date
    if first and second and first != second:
        return False
    bsn, others_bsn = bsn_of(one.patient), bsn_of(other.patient)
    if bsn is not None and others_bsn is not None:
        return bsn[0] == others_bsn[0]
    return any(_same(*mine, *theirs) for mine in one.numbers() for theirs in other.numbers())


def _same(one: PatientNumber, home: str, other: PatientNumber, others_home: str) -> bool:
    if one.value.strip() != other.value.strip():
        return False
    issuer, others_issuer = one.issuer.strip(), other.issuer.strip()
    if issuer and others_issuer:
        return issuer == others_issuer
    return home == others_home
