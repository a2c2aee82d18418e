"""Who may answer, what waits for an answer, and what "come" makes of an exchange."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.model.answer import AnswerKind
from beeldbrug.model.exchange import Direction, Ground, Party, Purpose, State, Terms, Urgency
from beeldbrug.node.policy.actions import ACTIONS, Facts, possible
from beeldbrug.node.policy.consult import ALERTS, STAYS, as_transfer, is_consult, may_answer
from beeldbrug.node.policy.disclosure import Facts as Disclosure
from beeldbrug.node.policy.disclosure import may_send
from beeldbrug.node.policy.permissions import PERMISSIONS, Permission
from beeldbrug.node.policy.texts import reason_of

TERMS = Terms(Party("00000001"), Party("00000002"), Purpose.TREATMENT, Ground.EMERGENCY, Urgency.STAT, "radioloog")


@pytest.mark.parametrize(
    ("ground", "urgency", "waits"),
    [
        (Ground.EMERGENCY, Urgency.STAT, True),
        (Ground.CONSULTATION, Urgency.STAT, True),
        (Ground.REFERRAL, Urgency.STAT, False),
        (Ground.EMERGENCY, Urgency.ROUTINE, False),
        (Ground.OWN_TEAM, Urgency.STAT, False),
    ],
)
def test_only_a_stat_study_sent_for_advice_waits_for_the_answer(ground: Ground, urgency: Urgency, waits: bool) -> None:
    assert is_consult(replace(TERMS, ground=ground, urgency=urgency)) is waits


def test_come_makes_it_a_transfer_that_waits_no_longer() -> None:
    transfer = as_transfer(TERMS)
    assert (transfer.ground, transfer.purpose) == (Ground.REFERRAL, Purpose.TREATMENT)
    assert not is_consult(transfer)


@pytest.mark.parametrize("ground", [Ground.EMERGENCY, Ground.REFERRAL])
def test_a_stat_transfer_to_a_known_hospital_is_permitted_without_consent(ground: Ground) -> None:
    decision = may_send(Disclosure(replace(TERMS, ground=ground, consent=""), receiver_known=True))
    assert decision.permitted
    assert not any("consent" in str(one) for one in decision.obligations)


@pytest.mark.parametrize("state", list(State))
def test_an_arrival_can_be_answered_while_it_is_open_or_was_erased_by_an_answer(state: State) -> None:
    open_ = state in {State.ARRIVING, State.VERIFIED, State.SEEN, State.FAILED, State.IMPORTED}
    assert may_answer(Direction.IN, state, TERMS, False, "", readable=True) is open_
    assert may_answer(Direction.IN, state, TERMS, False, STAYS.code, readable=False) is (state is State.REFUSED)
    assert not may_answer(Direction.OUT, state, TERMS, False, "", readable=True)
    assert not may_answer(Direction.IN, state, TERMS, True, "", readable=True)


def test_a_routine_arrival_asks_for_no_answer() -> None:
    routine = replace(TERMS, urgency=Urgency.ROUTINE, ground=Ground.REFERRAL)
    assert not may_answer(Direction.IN, State.VERIFIED, routine, False, "", readable=True)


def test_who_may_answer_is_offered_it() -> None:
    facts = Facts(Direction.IN, State.ARRIVING, False, False, True, False, True, "", TERMS)
    assert "answer" in possible(facts, frozenset({Permission.ANSWER}))
    assert "answer" not in possible(facts, frozenset(Permission) - {Permission.ANSWER})
    assert ACTIONS["answer"][0] is Permission.ANSWER
    assert sum(Permission.ANSWER in held for held in PERMISSIONS.values()) == 1


def test_alerts_and_reasons_have_words_in_both_languages() -> None:
    assert set(ALERTS) == {AnswerKind.MORE_IMAGING, AnswerKind.CALL_ME}
    assert all(all(texts) for texts in ALERTS.values())
    assert reason_of(STAYS.code) is STAYS
