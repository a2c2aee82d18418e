"""How alike two patients are, field by field, and whom to propose for an arrival: for the eyes of a human. Pure.

Nothing here lets an import go by itself (``policy.reconciliation`` does): it finds the one that a tired eye overlooks,
with a digit of the BSN mistyped, day and month changed about, a maiden name, or no given name yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.policy.bsn import ISSUERS, bsn_of
from beeldbrug.node.policy.names import family_names, given_names, same_given_name


class Agreement(StrEnum):
    """What two values of one field say. UNKNOWN: one of them is missing, or says nothing."""

    SAME = "same"
    ALIKE = "alike"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


SAME, ALIKE, DIFFERENT, UNKNOWN = Agreement

POINTS: dict[str, dict[Agreement, int]] = {
    "bsn": {SAME: 60, ALIKE: 30, DIFFERENT: -40, UNKNOWN: 0},
    "birth_date": {SAME: 30, ALIKE: 15, DIFFERENT: -25, UNKNOWN: 0},
    "family": {SAME: 20, ALIKE: 10, DIFFERENT: -15, UNKNOWN: 0},
    "given": {SAME: 12, ALIKE: 5, DIFFERENT: -12, UNKNOWN: 0},
    "sex": {SAME: 3, ALIKE: 0, DIFFERENT: -8, UNKNOWN: 0},
}
LEAST = 20
"""Points below which nobody is proposed: a name alone is no reason."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Field by field; ``points`` orders candidates and means nothing by itself."""

    bsn: Agreement
    birth_date: Agreement
    family: Agreement
    given: Agreement
    sex: Agreement

    @property
    def points(self) -> int:
        """More is more alike."""
        return sum(POINTS[name][getattr(self, name)] for name in POINTS)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody the hospital knows, with an order where there is one, and how he is like the arrival."""

    local: Patient
    likeness: Likeness
    accession_number: str = ""


def propose(arrived: Patient, candidates: Iterable[tuple[Patient, str]], most: int = 3) -> tuple[Proposal, ...]:
    """The most alike first, each own number once (with its first order); at most ``most``."""
    by_number: dict[str, Proposal] = {}
    for local, order in candidates:
        known = by_number.get(local.number.value)
        if known is None:
            by_number[local.number.value] = Proposal(local, likeness(arrived, local), order)
        elif not known.accession_number and order:
            by_number[local.number.value] = Proposal(known.local, known.likeness, order)
    good = [one for one in by_number.values() if one.likeness.points >= LEAST]
    return tuple(sorted(good, key=lambda one: (-one.likeness.points, one.local.number.value))[:most])


def likeness(arrived: Patient, local: Patient) -> Likeness:
    """Compare an arrival's patient with a local one."""
    return Likeness(
        _bsns(arrived, local),
        _dates(arrived.birth_date.strip(), local.birth_date.strip()),
        _families(arrived.name, local.name),
        _givens(arrived.name, local.name),
        _sexes(arrived.sex.strip().upper(), local.sex.strip().upper()),
    )


def _bsns(one: Patient, other: Patient) -> Agreement:
    mine, theirs = claimed(one), claimed(other)
    if not mine or not theirs:
        return UNKNOWN
    first, second = bsn_of(one), bsn_of(other)
    if first is not None and second is not None and first[0] == second[0]:
        return SAME
    return ALIKE if any(slip(a, b) for a in mine for b in theirs) else DIFFERENT


def claimed(patient: Patient) -> list[str]:
    """Nine digits under an issuer of BSNs, whether or not they pass the 11-test."""
    found = []
    for number in (patient.number, *patient.others):
        digits = _digits(number)
        if number.issuer.strip().upper() in ISSUERS and 8 <= len(digits) <= 9 and digits.strip("0"):
            found.append(digits.zfill(9))
    return found


def _digits(number: PatientNumber) -> str:
    return re.sub(r"[^0-9]", "", number.value)


def slip(one: str, other: str) -> bool:
    """Whether one value becomes the other by one digit typed wrong, or two neighbours changed about."""
    if len(one) != len(other) or one == other:
        return False
    places = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(places) == 1:
        return True
    first, last = places[0], places[-1]
    return len(places) == 2 and last == first + 1 and one[first] == other[last] and one[last] == other[first]


def _dates(one: str, other: str) -> Agreement:
    if not _is_date(one) or not _is_date(other):
        return UNKNOWN
    if one == other:
        return SAME
    turned = one[:4] + one[6:] + one[4:6] == other
    only_year = one[:4] == other[:4] and (_unsure(one) or _unsure(other))
    return ALIKE if turned or only_year or slip(one, other) else DIFFERENT


def _is_date(text: str) -> bool:
    return re.fullmatch(r"[0-9]{8}", text) is not None


def _unsure(date: str) -> bool:
    """Filled in where day and month were not known."""
    return date[4:] in ("0000", "0101", "0107", "0701")


def _families(one: str, other: str) -> Agreement:
    mine, theirs = family_names(one), family_names(other)
    if not mine or not theirs:
        return UNKNOWN
    if mine & theirs:
        return SAME if mine <= theirs or theirs <= mine else ALIKE
    if any(_near(a, b) for a in mine for b in theirs):
        return ALIKE
    # given name and family name changed about
    crossed = set(given_names(one)) & theirs and set(given_names(other)) & mine
    return ALIKE if crossed else DIFFERENT


_SOUNDS = (
    ("ck", "k"),
    ("dt", "t"),
    ("ph", "f"),
    ("ch", "g"),
    ("ei", "y"),
    ("ey", "y"),
    ("ou", "au"),
    ("c", "k"),
    ("z", "s"),
)


def sound(name: str) -> str:
    """Spellings of one sound, and doubled letters, made one: Janssen, Jansen; Meijer, Meyer, Meier."""
    for written, heard in _SOUNDS:
        name = name.replace(written, heard)
    return re.sub(r"(.)\1+", r"\1", name.replace(" ", ""))


def _near(one: str, other: str) -> bool:
    mine, theirs = sound(one), sound(other)
    return mine == theirs or (min(len(mine), len(theirs)) >= 5 and _one_edit(mine, theirs))


def _one_edit(one: str, other: str) -> bool:
    """At most one letter put in, left out or changed, or two neighbours changed about."""
    if slip(one, other):
        return True
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    if len(longer) - len(shorter) != 1:
        return False
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


_UNNAMED = frozenset({"baby", "zoon", "dochter", "kind", "jongen", "meisje", "nn", "zv", "dv", "kv", "onbekend"})
"""How a newborn, or somebody nobody knows, is called."""


def _givens(one: str, other: str) -> Agreement:
    mine, theirs = given_names(one), given_names(other)
    if not mine or not theirs or mine[0] in _UNNAMED or theirs[0] in _UNNAMED:
        return UNKNOWN
    if same_given_name(one, other):
        return SAME
    return ALIKE if _any_same(mine, theirs) or mine[0][0] == theirs[0][0] else DIFFERENT


def _any_same(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    return bool({name for name in mine if len(name) > 1} & set(theirs))


def _sexes(one: str, other: str) -> Agreement:
    if one not in ("M", "F") or other not in ("M", "F"):
        return UNKNOWN
    return SAME if one == other else DIFFERENT
