"""Who is this arrival locally: automatic only when BSN, birth date and name agree; else a human (FIELD 5.6). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from beeldbrug.model.decision import Decision, Effect, Reason
from beeldbrug.model.exchange import Urgency
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.policy.bsn import bsn_of
from beeldbrug.node.policy.names import agree
from beeldbrug.node.policy.rules import ImportRule

TABLE_VERSION = "reconciliation-2"


class Match(StrEnum):
    """How sure the local number is."""

    EXACT = "exact"
    EMERGENCY = "emergency"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The local patient for an arrival. ``local`` is set for EXACT only; ``decision`` says why or why not."""

    match: Match
    decision: Decision
    local: Patient | None = None
    number: PatientNumber | None = None


NO_BSN = Reason(
    "bsn-missing",
    "De afzender gaf geen geldig BSN mee (of twee verschillende).",
    "The sender gave no valid BSN (or two different ones).",
    "Zoek de patiënt aan de beeldenbalie en kies het eigen nummer.",
    "Look the patient up at the image desk and choose the own number.",
)
NOT_FOUND = Reason(
    "patient-not-found",
    "Bij uw eigen patiënten is niemand met dit BSN gevonden.",
    "Among your own patients nobody with this BSN was found.",
    "Schrijf de patiënt in of kies aan de beeldenbalie het juiste nummer; daarna wordt opnieuw gezocht.",
    "Register the patient or choose the right number at the image desk; the search is then repeated.",
)
DIFFERS = Reason(
    "demographics-differ",
    "BSN gevonden, maar geboortedatum of naam wijkt af.",
    "BSN found, but birth date or name differs.",
    "Vergelijk aan de beeldenbalie en beslis.",
    "Compare at the image desk and decide.",
)
SEVERAL = Reason(
    "several-numbers",
    "Er zijn meerdere eigen nummers bij dit BSN.",
    "There are several own numbers for this BSN.",
    "Kies aan de beeldenbalie het juiste nummer.",
    "Choose the right number at the image desk.",
)
MANUAL = Reason(
    "import-by-hand",
    "De regel van deze organisatie laat geen automatische import toe.",
    "This organisation's rule does not allow automatic import.",
    "Bevestig de import aan de beeldenbalie.",
    "Confirm the import at the image desk.",
)
AGREED = Reason(
    "bsn-birth-date-name-agree",
    "BSN, geboortedatum en naam komen overeen.",
    "BSN, birth date and name agree.",
)
EMERGENCY = Reason(
    "emergency-number",
    "Spoed zonder eigen nummer: geïmporteerd onder een spoednummer.",
    "Stat without own number: imported under an emergency number.",
    "Zet de studie later over op het eigen nummer van de patiënt.",
    "Move the study to the patient's own number later.",
)

CHOSEN = Reason(
    "chosen-at-desk",
    "Het eigen nummer is aan de beeldenbalie gekozen.",
    "The own number was chosen at the image desk.",
)
REKEYED = Reason(
    "re-keyed",
    "Het spoednummer is vervangen door het eigen nummer.",
    "The emergency number was replaced by the own number.",
)
SETTLED = frozenset({CHOSEN.code, REKEYED.code})
"""A human, or the hospital itself, has said under which number it goes."""


def reconcile(arrived: Patient, candidates: Sequence[Patient], rule: ImportRule, urgency: Urgency) -> Reconciliation:
    """Decide for ``arrived`` among local ``candidates``."""
    result = _by_bsn(arrived, candidates, rule)
    if result.match is Match.NONE and urgency is Urgency.STAT and rule.emergency_issuer:
        reasons = (EMERGENCY, *result.decision.reasons)
        decision = Decision(Effect.PERMIT, reasons, ("re-key-later",), TABLE_VERSION)
        return Reconciliation(Match.EMERGENCY, decision)
    return result


def contradict(one: Patient, other: Patient) -> bool:
    """Whether two headers of one study cannot be of one patient; what only one of them says does not count."""
    first, second = bsn_of(one), bsn_of(other)
    return (
        _differ(one.number.value, other.number.value)
        or _differ(one.birth_date, other.birth_date)
        or (first is not None and second is not None and first[0] != second[0])
        # a name without a readable family name agrees with none, itself included
        or (_differ(one.name, other.name) and not agree(one.name, other.name))
    )


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _by_bsn(arrived: Patient, candidates: Sequence[Patient], rule: ImportRule) -> Reconciliation:
    found = bsn_of(arrived)
    if found is None:
        return waits(NO_BSN)
    same = [local for local in candidates if (bsn_of(local) or ("",))[0] == found[0]]
    if not same:
        return waits(NOT_FOUND)
    numbers = {local.number.value for local in same if local.number.value}
    if len(numbers) != 1:
        return waits(SEVERAL)
    rest = [local for local in candidates if local.number.value in numbers]
    if not all(_agrees(arrived, local) for local in same) or any(_contests(arrived, local) for local in rest):
        return waits(DIFFERS)
    if not rule.automatic:
        return waits(MANUAL)
    local = same[0]
    number = PatientNumber(local.number.value, rule.issuer, local.number.source)
    return Reconciliation(Match.EXACT, Decision(Effect.PERMIT, (AGREED,), (), TABLE_VERSION), local, number)


def _agrees(arrived: Patient, local: Patient) -> bool:
    return bool(arrived.birth_date) and arrived.birth_date == local.birth_date and agree(arrived.name, local.name)


def _contests(arrived: Patient, local: Patient) -> bool:
    """Whether another source says of the same number what cannot be true of ``arrived``."""
    mine, theirs = bsn_of(arrived), bsn_of(local)
    return (
        (mine is not None and theirs is not None and mine[0] != theirs[0])
        or _differ(arrived.birth_date, local.birth_date)
        or bool(local.name and not agree(arrived.name, local.name))
    )


def waits(reason: Reason) -> Reconciliation:
    """A human must decide, for this reason."""
    return Reconciliation(Match.NONE, Decision(Effect.PARK, (reason,), (), TABLE_VERSION))
