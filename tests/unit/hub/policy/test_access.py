"""Who may do what at the hub, as a table."""

from __future__ import annotations

import pytest

from beeldbrug.hub.policy import access
from beeldbrug.hub.policy.access import ParcelFacts
from beeldbrug.hub.policy.reasons import REASONS
from beeldbrug.model.decision import Decision

A, B, C = "00000001", "00000002", "00000003"
LIVE, GONE = ParcelFacts(A, B, withdrawn=False), ParcelFacts(A, B, withdrawn=True)


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        (access.read_pack(A, A, granted=False), ""),
        (access.read_pack(B, A, granted=True), ""),
        (access.read_pack(B, A, granted=False), "pack-not-granted"),
        (access.write_pack(A, A), ""),
        (access.write_pack(B, A), "pack-not-yours"),
        (access.grant_in_parcel(A, B, None), ""),
        (access.grant_in_parcel(A, B, LIVE), ""),
        (access.grant_in_parcel(B, A, LIVE), "parcel-not-yours"),
        (access.grant_in_parcel(A, C, LIVE), "parcel-receiver-differs"),
        (access.grant_in_parcel(A, B, GONE), "parcel-withdrawn"),
        (access.send_part(A, B, "parcel", None), ""),
        (access.send_part(A, B, "supplement", LIVE), ""),
        (access.send_part(B, A, "receipt", LIVE), ""),
        (access.send_part(C, A, "parcel", LIVE), "parcel-not-yours"),
        (access.send_part(A, C, "parcel", LIVE), "parcel-receiver-differs"),
        (access.send_part(A, A, "parcel", LIVE), "parcel-receiver-differs"),
        (access.send_part(A, B, "parcel", GONE), "parcel-withdrawn"),
        (access.send_part(A, B, "withdraw", GONE), ""),
        (access.send_part(B, A, "receipt", GONE), ""),
        (access.read_part(C, A, B), "part-not-yours"),
        (access.acknowledge_part(A, B), "part-not-yours"),
        (access.acknowledge_part(B, B), ""),
        (access.enrol_self(open_enrolment=False, enrolled_key=None, presented_key="k"), "enrolment-closed"),
        (access.enrol_self(open_enrolment=False, enrolled_key="k", presented_key="k"), ""),
        (access.enrol_self(open_enrolment=True, enrolled_key=None, presented_key="k"), ""),
        (access.use_space(90, 10, 100), ""),
        (access.use_space(91, 10, 100), "quota-exceeded"),
    ],
)
def test_the_hubs_policy_decides_with_a_reason(decision: Decision, code: str) -> None:
    assert decision.permitted is (code == "")
    assert [reason.code for reason in decision.reasons] == ([code] if code else [])


def test_every_reason_speaks_both_languages() -> None:
    assert all(reason.nl and reason.en for reason in REASONS.values())


def test_an_expiry_is_cut_to_the_longest_and_refused_when_past() -> None:
    assert access.expiry(150.0, 100.0, 1000.0) == 150.0
    assert access.expiry(5000.0, 100.0, 1000.0) == 1100.0
    assert access.expiry(100.0, 100.0, 1000.0) is None
