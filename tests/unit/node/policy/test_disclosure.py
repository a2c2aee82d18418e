"""The first table of grounds: what goes, what is parked with which remedy, what is refused. A refusal never widens."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from beeldbrug.model.decision import Effect
from beeldbrug.model.exchange import Ground, Party, Purpose, Terms, Urgency
from beeldbrug.node.policy.disclosure import REQUIREMENT, Facts, may_send

TERMS = Terms(
    Party("00000001", "A"), Party("00000002", "B"), Purpose.TREATMENT, Ground.REFERRAL, Urgency.STAT, "radioloog"
)
RANK = {Effect.DENY: 0, Effect.PARK: 1, Effect.PERMIT: 2}
terms = st.builds(
    lambda ground, responsible, consent: replace(TERMS, ground=ground, responsible=responsible, consent=consent),
    st.sampled_from(Ground),
    st.sampled_from(["", "radioloog"]),
    st.sampled_from(["", "CONSENT-1"]),
)


def test_a_referral_to_a_known_receiver_goes() -> None:
    assert may_send(Facts(TERMS, True)).permitted


def test_without_terms_it_asks_for_whom() -> None:
    decision = may_send(Facts(None, False))
    assert decision.effect is Effect.PARK and decision.reasons[0].code == "for-whom"


def test_a_consultation_needs_registered_consent() -> None:
    asked = replace(TERMS, ground=Ground.CONSULTATION)
    assert may_send(Facts(asked, True)).reasons[0].code == "consent-missing"
    given_ = may_send(Facts(replace(asked, consent="C-1"), True))
    assert given_.permitted and "receiver-confirms-consent" in given_.obligations


def test_an_unknown_receiver_and_a_missing_responsible_are_both_told() -> None:
    decision = may_send(Facts(replace(TERMS, responsible=""), False))
    assert [reason.code for reason in decision.reasons] == ["receiver-unknown", "responsible-missing"]


def test_an_emergency_never_overrides_a_recorded_refusal_silently() -> None:
    decision = may_send(Facts(replace(TERMS, ground=Ground.EMERGENCY), True, objection=True))
    assert decision.effect is Effect.PARK and decision.reasons[0].code == "objection"


def test_grounds_that_are_no_push_are_refused() -> None:
    for ground in set(Ground) - set(REQUIREMENT):
        assert may_send(Facts(replace(TERMS, ground=ground), True)).effect is Effect.DENY


def test_what_the_patient_carries_himself_goes_by_disc_alone() -> None:
    own_copy = replace(TERMS, ground=Ground.PATIENT_CARRIES)
    assert may_send(Facts(own_copy, True, carried=True)).permitted
    assert may_send(Facts(own_copy, True)).effect is Effect.DENY
    assert may_send(Facts(own_copy, True, objection=True, carried=True)).effect is Effect.PARK
    assert may_send(Facts(replace(TERMS, ground=Ground.RESEARCH), True, carried=True)).effect is Effect.DENY


@given(terms, st.booleans())
def test_a_refusal_never_widens_and_withdrawing_consent_always_narrows(one: Terms, known: bool) -> None:
    free = RANK[may_send(Facts(one, known)).effect]
    assert RANK[may_send(Facts(one, known, objection=True)).effect] <= free
    assert RANK[may_send(Facts(replace(one, consent=""), known)).effect] <= free


@given(terms, st.booleans(), st.booleans())
def test_whatever_is_not_permitted_says_why_and_what_to_do(one: Terms, known: bool, objection: bool) -> None:
    decision = may_send(Facts(one, known, objection))
    assert decision.reasons and decision.table_version
    if not decision.permitted:
        assert all(reason.nl and reason.en and reason.remedy_nl and reason.remedy_en for reason in decision.reasons)
