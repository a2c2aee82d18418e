"""Automatic import only when valid BSN, birth date and name agree; anything else waits, with its reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.model.decision import Effect
from beeldbrug.model.exchange import Urgency
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.policy.reconciliation import Match, contradict, reconcile
from beeldbrug.node.policy.rules import ImportRule

RULE = ImportRule("00000002", "Ziekenhuis B")
BSN = PatientNumber("999990019", "NLMINBIZA", "(0010,1002)")
ARRIVED = Patient("van der Berg^Anna", "19500102", "F", PatientNumber("A-1", "Ziekenhuis A"), (BSN,))
LOCAL = Patient("Berg^Anna^^van der", "19500102", "F", PatientNumber("B-9", ""), (BSN,))


def code(*candidates: Patient, arrived: Patient = ARRIVED, rule: ImportRule = RULE) -> str:
    found = reconcile(arrived, candidates, rule, Urgency.ROUTINE)
    assert (found.match is Match.EXACT) == (found.decision.effect is Effect.PERMIT)
    return found.decision.reasons[0].code


def test_bsn_birth_date_and_name_together_are_exact() -> None:
    found = reconcile(ARRIVED, [LOCAL, LOCAL], RULE, Urgency.ROUTINE)
    assert found.match is Match.EXACT and found.number == PatientNumber("B-9", "Ziekenhuis B", "")
    assert found.local == LOCAL


@pytest.mark.parametrize(
    ("arrived", "local", "expected"),
    [
        (replace(ARRIVED, others=()), LOCAL, "bsn-missing"),
        (replace(ARRIVED, others=(PatientNumber("999990018", "NLMINBIZA"),)), LOCAL, "bsn-missing"),
        (ARRIVED, replace(LOCAL, others=()), "patient-not-found"),
        (ARRIVED, replace(LOCAL, birth_date="19500201"), "demographics-differ"),
        (ARRIVED, replace(LOCAL, name="de Boer^Anna"), "demographics-differ"),
        (replace(ARRIVED, birth_date=""), replace(LOCAL, birth_date=""), "demographics-differ"),
    ],
)
def test_anything_less_waits_for_a_human(arrived: Patient, local: Patient, expected: str) -> None:
    assert code(local, arrived=arrived) == expected


def test_nobody_known_waits() -> None:
    assert code() == "patient-not-found"


def test_a_local_number_of_another_issuer_never_matches() -> None:
    stranger = Patient("van der Berg^Anna", "19500102", "F", PatientNumber("A-1", ""))
    assert code(stranger, arrived=replace(ARRIVED, others=())) == "bsn-missing"


def test_two_own_numbers_for_one_bsn_wait() -> None:
    assert code(LOCAL, replace(LOCAL, number=PatientNumber("B-10"))) == "several-numbers"


def test_a_rule_can_forbid_automatic_import() -> None:
    assert code(LOCAL, rule=replace(RULE, automatic=False)) == "import-by-hand"


def test_stat_without_match_gets_an_emergency_number_where_the_rule_says_so() -> None:
    rule = replace(RULE, emergency_issuer="Ziekenhuis B spoed")
    assert reconcile(ARRIVED, [], rule, Urgency.STAT).match is Match.EMERGENCY
    assert reconcile(ARRIVED, [], rule, Urgency.URGENT).match is Match.NONE
    assert reconcile(ARRIVED, [], RULE, Urgency.STAT).match is Match.NONE
    assert reconcile(ARRIVED, [LOCAL], rule, Urgency.STAT).match is Match.EXACT


@pytest.mark.parametrize("name", ["^Anna", "?", "van der Berg^Anna", "^^^^", ""])
def test_a_header_never_contradicts_itself(name: str) -> None:
    patient = replace(ARRIVED, name=name)
    assert not contradict(patient, patient)


@pytest.mark.parametrize(
    "other",
    [
        replace(ARRIVED, number=PatientNumber("A-2")),
        replace(ARRIVED, birth_date="19500103"),
        replace(ARRIVED, others=(PatientNumber("999990202", "NLMINBIZA"),)),
        replace(ARRIVED, name="Jansen^Piet"),
    ],
)
def test_headers_of_two_patients_contradict_each_other(other: Patient) -> None:
    assert contradict(ARRIVED, other)
    assert contradict(other, ARRIVED)


@pytest.mark.parametrize(
    "other",
    [
        replace(LOCAL, others=(PatientNumber("999990032", "NLMINBIZA"),)),
        replace(LOCAL, others=(), birth_date="19500103"),
        replace(LOCAL, others=(), name="de Boer^Anna"),
    ],
)
def test_what_another_source_says_of_the_number_may_not_contradict(other: Patient) -> None:
    assert code(LOCAL, other) == code(other, LOCAL) == "demographics-differ"


def test_another_source_may_say_less() -> None:
    less = Patient("Berg^Anna", "", "", PatientNumber("B-9"))
    found = reconcile(ARRIVED, [LOCAL, less], RULE, Urgency.ROUTINE)
    assert found.match is Match.EXACT and found.local == LOCAL
