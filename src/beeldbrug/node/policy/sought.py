"""By what a patient is looked up among the own ones: wide enough that a slip of the sender does not hide him. Pure.

It finds whom to compare; ``likeness`` and ``reconciliation`` judge. A BSN that passes the 11-test is looked up as it
is: one wrong digit, or two changed about, never passes.
"""

from __future__ import annotations

from dataclasses import dataclass

from beeldbrug.model.identity import Patient
from beeldbrug.node.policy.bsn import bsn
from beeldbrug.node.policy.likeness import claimed, sound
from beeldbrug.node.policy.names import family_names, given_names


@dataclass(frozen=True, slots=True)
class Sought:
    """One that fits suffices. ``names`` are keys as ``name_keys`` makes them."""

    numbers: tuple[str, ...]
    bsns: tuple[str, ...]
    birth_dates: tuple[str, ...]
    names: tuple[str, ...]


def sought(patient: Patient) -> Sought:
    """What to look this patient up by; what is empty is looked up by nothing."""
    numbers = dict.fromkeys(one.value for one in (patient.number, *patient.others) if one.value)
    found = dict.fromkeys(one for given in claimed(patient) for one in _possible(given))
    return Sought(tuple(numbers), tuple(found), _dates(patient.birth_date), name_keys(patient.name))


def name_keys(name: str) -> tuple[str, ...]:
    """Of a DICOM PN: the sound of each family name, without prefixes, with the first initial."""
    given = given_names(name)
    initial = given[0][0] if given else ""
    return tuple(sorted({f"{sound(family)} {initial}" for family in family_names(name)}))


def _possible(given: str) -> tuple[str, ...]:
    """The BSN itself, or those of which it is a slip."""
    if bsn(given):
        return (given,)
    changed = {given[:at] + digit + given[at + 1 :] for at in range(9) for digit in "0123456789"}
    swapped = {given[:at] + given[at + 1] + given[at] + given[at + 2 :] for at in range(8)}
    return tuple(sorted(one for one in changed | swapped if bsn(one)))


def _dates(date: str) -> tuple[str, ...]:
    if len(date) != 8 or not date.isascii() or not date.isdigit():
        return ()
    return tuple(dict.fromkeys((date, date[:4] + date[6:] + date[4:6])))
